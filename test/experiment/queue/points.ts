// Small points for tests of the queue, made of a scenario each, and what simulating them here comes to.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { simulatePoint, type PointOutcome, type SweepPoint } from '../../../src/experiment/sweep/point.ts';
import { summaryJson } from '../../../src/report/summary-json.ts';
import { inputsOf } from '../../../src/run/inputs.ts';
import { loadScenario, loadScenarioData } from '../../../src/scenario/load.ts';
import { preloadAll } from '../../../src/scenario/load/preload.ts';

export const QUICK = {
  duration: '1m',
  workload: { arrivals: { kind: 'constant', requestsPerSecond: 4 } },
  fleet: { pools: [{ model: 'llama2-7b', tp: 1, replicas: 2 }] },
};
/** Half a minute of simulation at least: much longer than a worker that is told to stop waits for what ends soon. */
const LONG = {
  duration: '24h',
  workload: { arrivals: { kind: 'constant', requestsPerSecond: 600 } },
  fleet: { pools: [{ model: 'llama2-7b', tp: 1, replicas: 400 }] },
};

export const VERSION = '0.1.0';

type Data = Record<string, unknown>;

export async function pointOf(scenario: Data | string, seed: number, folder?: string): Promise<SweepPoint> {
  await preloadAll();
  const { scenario: read, resolvedYaml } =
    typeof scenario === 'string'
      ? loadScenario(scenario, [], { seed })
      : loadScenarioData(scenario, [], { seed, folder: folder ?? resolve('.') });
  const files = (await inputsOf(read)).map(({ path, sha256 }) => ({ path, sha256 }));
  const key = createHash('sha256')
    .update(JSON.stringify([resolvedYaml, seed, files]))
    .digest('hex');
  return { key, index: seed, assignments: {}, seed, resolvedYaml, files };
}

function keyOf(resolvedYaml: string, files: SweepPoint['files']): string {
  return createHash('sha256')
    .update(JSON.stringify([resolvedYaml, files]))
    .digest('hex');
}

/** Seeds from `from` on; loaded once, because that takes longer than simulating one. */
export async function quickPoints(count: number, from = 1): Promise<SweepPoint[]> {
  const first = await pointOf(QUICK, from);
  return Array.from({ length: count }, (_, i) => {
    const seed = from + i;
    const resolvedYaml = first.resolvedYaml.replace(`\nseed: ${from}\n`, `\nseed: ${seed}\n`);
    return { ...first, index: seed, seed, resolvedYaml, key: keyOf(resolvedYaml, []) };
  });
}

export function longPoint(seed: number): Promise<SweepPoint> {
  return pointOf(LONG, seed);
}

/** Simulated in this process, without any queue; as lines by key. */
export async function locally(points: readonly SweepPoint[]): Promise<Map<string, string>> {
  const outcomes: PointOutcome[] = [];
  for (const point of points) {
    outcomes.push(
      await simulatePoint({ point, allowExec: true }, { version: VERSION, summarise: summaryJson }),
    );
  }
  return asLines(outcomes);
}

export function asLines(outcomes: readonly PointOutcome[]): Map<string, string> {
  return new Map(outcomes.map((outcome) => [outcome.key, JSON.stringify(outcome)]));
}
