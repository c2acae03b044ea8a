// One run: starts the groups of cells, keeps them supplied with windows, and records what comes back. Only pausing and
// stopping come from outside; nothing that depends on the wall clock reaches a result.
import { windowEnds } from '../economics/calendar.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { planCells } from '../fleet/cell-plan.ts';
import { SECONDS_MAX, secondsToTicks } from '../kernel/ticks.ts';
import { UserError } from '../kernel/user-error.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { GroupReport } from './group.ts';
import { startLocalHost, startWorkerHost } from './host.ts';
import type { Host } from './host.ts';
import { describeRun } from './info.ts';
import { ProgressClock } from './progress.ts';
import { Recorder } from './recorder.ts';
import type { RunResult } from './result.ts';
import type { RunControl, RunInfo, RunStatus, Snapshot } from './snapshot.ts';

export interface RunOptions {
  /** Worker threads; 0 simulates in the calling thread. More than there are cells is the same as one per cell. */
  threads: number;
  outDir: string;
  version: string;
}

/** Windows asked of a group beyond the one that is awaited, so that no thread idles while another is behind. */
const WINDOWS_AHEAD = 3;
/** The parts of a snapshot that cover the whole day are renewed no more often than this. */
const SUMMARY_EVERY_MS = 150;

export class Run implements RunControl {
  readonly info: RunInfo;
  readonly #windowSeconds: number;
  readonly #drains: boolean;
  readonly #ends: readonly number[];
  readonly #groups: CellPlan[][];
  readonly #loaded: LoadedScenario;
  readonly #threads: number;
  readonly #recorder: Recorder;
  readonly #clock: ProgressClock;
  #hosts: Host[] = [];
  /** Reports that have come for each window from the next one on, by group. */
  readonly #pending = new Map<number, (GroupReport | undefined)[]>();
  #nextWindow = 0;
  #requested = 0;
  #status: RunStatus = 'starting';
  #paused = false;
  #stopRequested = false;
  #settle: { resolve(result: RunResult): void; reject(error: Error): void } | undefined;
  #watcher: ((snapshot: Snapshot) => void) | undefined;
  #summary: ReturnType<Recorder['summary']> | undefined;
  #lastWindow: WindowMetrics | undefined;

  constructor(loaded: LoadedScenario, options: RunOptions) {
    const { scenario } = loaded;
    this.#loaded = loaded;
    this.#windowSeconds = scenario.windowSeconds;
    this.#drains = scenario.drain === 'finish';
    this.#ends = windowEnds({ ...scenario, tariff: scenario.economics.tariff });
    const plans = planCells(scenario.pools);
    this.#threads = options.threads;
    const groupCount = Math.max(1, Math.min(options.threads, plans.length));
    this.#groups = Array.from({ length: groupCount }, (_, g) =>
      plans.filter((plan) => plan.index % groupCount === g),
    );
    this.info = describeRun(scenario, { ...options, cells: plans.length, windowEnds: this.#ends });
    this.#recorder = new Recorder(scenario, this.#groups);
    this.#clock = new ProgressClock(this.info, this.#ends);
  }

  /** Simulates the whole scenario; resolves with what there is when it is stopped early. Call once. */
  execute(watcher?: (snapshot: Snapshot) => void): Promise<RunResult> {
    this.#watcher = watcher;
    this.#clock.start();
    const windowEndsTicks = Float64Array.from(this.#ends, secondsToTicks);
    const start = this.#threads > 0 ? startWorkerHost : startLocalHost;
    const finished = new Promise<RunResult>((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#hosts = this.#groups.map((plans, group) =>
      start(
        { scenario: this.#loaded.scenario, plans, windowEndsTicks },
        {
          onReport: (report) => this.#onReport(group, report),
          onError: (error) => void this.#fail(error),
        },
      ),
    );
    this.#status = 'running';
    // A signal may come while the dashboard is being loaded.
    if (this.#stopRequested) this.stop();
    else this.#supply();
    return finished;
  }

  pause(): void {
    if (this.#paused || this.#settle === undefined) return;
    this.#paused = true;
    this.#clock.pause();
    this.#emit();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#clock.start();
    this.#supply();
    this.#emit();
  }

  /** Ends the run after the newest complete window, or as soon as it begins; without effect once it has ended. */
  stop(): void {
    this.#stopRequested = true;
    const partial = this.#nextWindow < this.#ends.length || this.#recorder.inSystem > 0;
    void this.#finish(partial ? 'stopped' : 'finished');
  }

  /** Keeps every group a few windows ahead of the record. */
  #supply(): void {
    if (this.#paused || this.#settle === undefined) return;
    while (this.#requested < this.#nextWindow + WINDOWS_AHEAD && this.#mayRequest(this.#requested)) {
      const window = this.#requested++;
      const endTicks = secondsToTicks(this.#endOf(window));
      for (const host of this.#hosts) host.request({ window, endTicks });
    }
  }

  #mayRequest(window: number): boolean {
    return window < this.#ends.length || this.#drains;
  }

  /** Past the workload's end the windows go on, one like the other, until every request has left. */
  #endOf(window: number): number {
    const beyond = window - this.#ends.length + 1;
    return beyond <= 0
      ? this.#ends[window]
      : this.#ends[this.#ends.length - 1] + beyond * this.#windowSeconds;
  }

  #onReport(group: number, report: GroupReport): void {
    if (this.#settle === undefined) return;
    const reports = this.#pending.get(report.window) ?? [];
    reports[group] = report;
    this.#pending.set(report.window, reports);
    try {
      while (this.#recordNext());
    } catch (error) {
      void this.#fail(error as Error);
      return;
    }
    this.#supply();
  }

  /** Records the next window if all its reports are in. */
  #recordNext(): boolean {
    const window = this.#nextWindow;
    const reports = this.#pending.get(window);
    if (this.#settle === undefined || reports === undefined) return false;
    const complete: GroupReport[] = [];
    for (const report of reports) if (report !== undefined) complete.push(report);
    if (complete.length < this.#groups.length) return false;
    this.#pending.delete(window);
    const startSeconds = window === 0 ? 0 : this.#endOf(window - 1);
    this.#lastWindow = this.#recorder.add(complete, startSeconds, this.#endOf(window));
    this.#nextWindow++;
    this.#clock.advance(this.#lastWindow);
    const workloadOver = this.#nextWindow >= this.#ends.length;
    if (workloadOver && (!this.#drains || this.#recorder.inSystem === 0)) {
      void this.#finish('finished');
    } else {
      if (this.#endOf(window + 1) > SECONDS_MAX) throw drainTooLong(this.#recorder.inSystem);
      this.#status = workloadOver ? 'draining' : 'running';
      this.#emit();
    }
    return true;
  }

  async #finish(status: 'finished' | 'stopped'): Promise<void> {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    this.#paused = false;
    this.#status = status;
    this.#clock.pause();
    await Promise.all(this.#hosts.map((host) => host.close()));
    this.#summary = undefined;
    this.#emit();
    settle.resolve(this.#recorder.result(this.info, status === 'stopped'));
  }

  async #fail(error: Error): Promise<void> {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    this.#paused = false;
    this.#status = 'failed';
    this.#clock.pause();
    await Promise.all(this.#hosts.map((host) => host.close()));
    this.#emit(error.message);
    settle.reject(error);
  }

  #emit(message?: string): void {
    if (this.#watcher === undefined || this.#lastWindow === undefined) return;
    if (this.#summary === undefined || this.#clock.due(SUMMARY_EVERY_MS))
      this.#summary = this.#recorder.summary();
    this.#watcher({
      status: this.#paused ? 'paused' : this.#status,
      message,
      window: this.#lastWindow,
      windowIndex: this.#nextWindow - 1,
      ...this.#summary,
      ...this.#clock.read(),
    });
  }
}

function drainTooLong(inSystem: number): UserError {
  return new UserError(
    `${inSystem} requests are still in the system after 24 simulated days, where simulated time ends; ` +
      'lower queueLimit, add replicas, or set output.drain to cut',
  );
}
