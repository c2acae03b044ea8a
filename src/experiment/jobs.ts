// Several runs beside each other: as many at a time as there are threads for, in the given order. Stopped early, it
// keeps what has finished and drops what is under way.
import { loadOwnPolicies } from '../run/policies/own-policies.ts';
import type { RunResult } from '../run/result.ts';
import { Run } from '../run/run.ts';
import type { Snapshot } from '../run/snapshot.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { withReplicaCapacities } from './capacity.ts';

export interface JobsOptions {
  /** Simulating threads, all together; 0: in this thread, one run after the other. */
  threads: number;
  version: string;
  /** Whether programs may be run that a scenario names as its policy. */
  allowExec: boolean;
  outDir(job: number): string;
  /** Of every run that came to its end. */
  onFinished(job: number, result: RunResult, ran: { loaded: LoadedScenario; wallSeconds: number }): void;
  /** Whenever a run has come further: part of the work that is done, 0..1. */
  onProgress?(done: number): void;
  /** What a run tells its watchers. */
  onSnapshot?(job: number, snapshot: Snapshot): void;
}

export interface Jobs {
  readonly isStopping: boolean;
  /** Resolves when all have ended; rejects with the first failure, when no other runs any more. */
  finished: Promise<void>;
  /** What runs now ends without a result. */
  stop(): void;
}

export function startJobs(scenarios: readonly LoadedScenario[], options: JobsOptions): Jobs {
  const atOnce = Math.max(1, Math.min(options.threads, scenarios.length));
  const threadsEach = Math.floor(options.threads / atOnce);
  const done = scenarios.map(() => 0);
  const running = new Set<Run>();
  let next = 0;
  let isStopping = false;
  let failure: unknown;

  async function runOne(job: number): Promise<void> {
    const policies = await loadOwnPolicies(scenarios[job].scenario, options);
    const loaded = withReplicaCapacities(scenarios[job], policies);
    const { version } = options;
    const run = new Run(loaded, { threads: threadsEach, outDir: options.outDir(job), version, policies });
    if (isStopping) return;
    running.add(run);
    try {
      const { durationSeconds } = loaded.scenario;
      let wallSeconds = 0;
      const result = await run.execute((snapshot) => {
        wallSeconds = snapshot.wallSeconds;
        done[job] = Math.min(1, snapshot.window.endSeconds / durationSeconds);
        options.onSnapshot?.(job, snapshot);
        options.onProgress?.(done.reduce((sum, part) => sum + part, 0) / done.length);
      });
      if (result.ending !== 'stopped') options.onFinished(job, result, { loaded, wallSeconds });
    } finally {
      running.delete(run);
    }
  }

  function isLeft(): boolean {
    return next < scenarios.length && !isStopping;
  }

  async function runInTurn(): Promise<void> {
    while (isLeft()) await runOne(next++);
  }

  function stop(): void {
    isStopping = true;
    for (const run of running) run.stop();
  }

  async function all(): Promise<void> {
    const lanes = Array.from({ length: atOnce }, async () => {
      try {
        await runInTurn();
      } catch (error) {
        failure ??= error;
        stop();
      }
    });
    await Promise.all(lanes);
    if (failure !== undefined) throw failure;
  }

  return {
    get isStopping() {
      return isStopping;
    },
    finished: all(),
    stop,
  };
}
