// Runs scenarios for comparison with published figures: the whole way from the text of a scenario file to a result.
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { loaded } from '../scenario/scenario-text.ts';
import type { RunResult } from '../../src/run/result.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';

/** Replicas that fill a node of eight GPUs. */
export interface Serving {
  model: string;
  stack: string;
  /** Default: a100-80gb. */
  gpu?: string;
  tp: number;
  /** As in a scenario file. */
  batching: string;
  requestsPerSecondEach: number;
  promptTokens: number | string;
  outputTokens: number | string;
  /** Of the steady state that is measured; a quarter more before it is left out. */
  hours?: number;
}

export interface Steady {
  /** Of one replica. */
  outputTokensPerSecond: number;
  requestsPerSecond: number;
  /** Mean, of the node. */
  watts: number;
  joulesPerOutputToken: number;
  wattHoursPerRequest: number;
  dutyCycle: number;
}

export function runFile(file: string, overrides: string[]): Promise<RunResult> {
  return execute(loadScenario(file, overrides, {}));
}

function execute(scenario: LoadedScenario): Promise<RunResult> {
  return new Run(scenario, { threads: 0, outDir: 'out/test', version: 'test' }).execute();
}

/** Means over the steady state; the queue is short, so that overload only means that someone always waits. */
export async function steadyState(serving: Serving): Promise<Steady> {
  const hours = serving.hours ?? 2;
  const replicas = 8 / serving.tp;
  const result = await execute(
    loaded(`
duration: ${1.25 * hours}h
workload:
  arrivals: { kind: constant, requestsPerSecond: ${replicas * serving.requestsPerSecondEach} }
  promptTokens: ${serving.promptTokens}
  outputTokens: ${serving.outputTokens}
fleet:
  pools:
    - model: ${serving.model}
      stack: ${serving.stack}
      gpu: ${serving.gpu ?? 'a100-80gb'}
      tp: ${serving.tp}
      replicas: ${replicas}
      batching: ${serving.batching}
      maxModelLength: 16384
      queueLimit: 512
routing: least-outstanding
output: { window: 60s, drain: cut }
`),
  );
  const windows = [...result.windows].filter((window) => window.startSeconds >= 0.25 * hours * 3600);
  const seconds = windows.at(-1)!.endSeconds - windows[0].startSeconds;
  const sum = (value: (window: (typeof windows)[number]) => number) =>
    windows.reduce((total, window) => total + value(window), 0);
  const joules = sum((window) => window.itJoules);
  const outputTokens = sum((window) => window.outputTokens);
  const finished = sum((window) => window.finished);
  return {
    outputTokensPerSecond: outputTokens / seconds / replicas,
    requestsPerSecond: finished / seconds / replicas,
    watts: joules / seconds,
    joulesPerOutputToken: joules / outputTokens,
    wattHoursPerRequest: joules / 3600 / finished,
    dutyCycle: sum((window) => window.dutyCycle) / windows.length,
  };
}
