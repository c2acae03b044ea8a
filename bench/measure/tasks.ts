// What is measured in processes of their own, so that what V8 learns from one configuration does not help or spoil
// another. The parent waits: nothing else of ours runs meanwhile.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A scenario as the command line names it. */
export interface ScenarioChoice {
  file: string;
  overrides: string[];
}

export interface Effort {
  /** Warm-up: at least so much simulated time, and so many requests or so much wall time. */
  warmUpSeconds: number;
  warmUpRequests: number;
  warmUpMs: number;
  /** Samples of generator and kernel in turn, and how long each lasts. */
  samples: number;
  sampleMs: number;
}

export type Task =
  | { kind: 'fleet'; scenario: ScenarioChoice; effort: Effort }
  | { kind: 'generator'; scenario: ScenarioChoice; effort: Effort }
  | { kind: 'reference'; scenario: ScenarioChoice; effort: Effort; requests: number }
  | { kind: 'saturation'; scenario: ScenarioChoice };

export interface FleetFigures {
  /** ns of CPU per request, by sample: the generator alone, and the fleet with everything on. */
  generatorNs: number[];
  ns: number[];
  /** Part of `ns` that is spent in the cells; the rest goes into recording windows. */
  cellsPart: number;
  /** Of the warm-up. */
  coldNs: number;
  /** Per request, in steady state. */
  runs: number;
  steps: number;
  preemptions: number;
  /** Decoding sequences in a step, on average. */
  batch: number;
  rssMb: number;
}

export interface Answers {
  fleet: FleetFigures;
  generator: { generatorNs: number[] };
  reference: { referenceNs: number[]; ns: number[] };
  /** Requests per second that the scenario's fleet finishes. */
  saturation: { requestsPerSecond: number };
}

export function inChild<T extends Task>(task: T): Answers[T['kind']] {
  const child = fileURLToPath(new URL('child.ts', import.meta.url));
  const { status, signal, stdout, error } = spawnSync(
    process.execPath,
    ['--import', 'tsx', child, JSON.stringify(task)],
    {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (error) throw error;
  if (status !== 0)
    throw new Error(`measuring failed (${signal ?? `exit code ${status}`}): ${JSON.stringify(task)}`);
  return JSON.parse(stdout) as Answers[T['kind']];
}
