// A point: the same summary whatever was simulated before it; with a trace, wherever that lies, and none where it is another.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadExperiment } from '../../../src/experiment/sweep/file/load.ts';
import { planSweep, pointOf } from '../../../src/experiment/sweep/plan.ts';
import { simulatePoint, type SweepPoint } from '../../../src/experiment/sweep/point.ts';
import { summaryJson } from '../../../src/report/summary-json.ts';
import { Run } from '../../../src/run/run.ts';
import { fileWith, loaded } from '../../scenario/scenario-text.ts';

const program = { version: '1.0', summarise: summaryJson };
const TRACE =
  'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6,374,44\n2023-11-16 18:15:47.6,37,4\n';

async function traced() {
  const trace = fileWith(TRACE, 't.csv');
  const scenario = fileWith(
    `duration: 1m\nworkload: { trace: { path: ${trace} } }\nfleet: { pools: [{ replicas: 1 }] }\n`,
  );
  const asked = { parameters: ['slo.ttft=1s,2s'], overrides: [], knownKeys: [] };
  const plan = await planSweep(loadExperiment(scenario, asked), '1.0');
  return { trace, point: pointOf(plan, plan.variants[0], 1, 0) };
}

describe('a point', () => {
  it('comes to the same whatever was simulated before it in the same thread', async () => {
    const scaled =
      'duration: 20m\nworkload: { arrivals: { kind: constant, requestsPerSecond: 10 } }\n' +
      'fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 8 }] }\n' +
      'autoscaling: { policy: threshold, min: 1, initial: 2, coldStart: existing-node }\n';
    const asked = { parameters: ['autoscaling.min=1,3'], overrides: [], knownKeys: [] };
    const plan = await planSweep(loadExperiment(fileWith(scaled), asked), '1.0');
    const points = [1, 2].flatMap((seed) => plan.variants.map((variant) => pointOf(plan, variant, seed, 0)));
    const simulated = async (point: SweepPoint) => JSON.stringify(await simulatePoint({ point }, program));
    const first: string[] = [];
    for (const point of points) first.push(await simulated(point));
    expect(new Set(first).size).toBe(4);
    // What is known of a scenario by now is used again, and was not changed by being used.
    for (const [i, point] of points.entries()) expect(await simulated(point)).toBe(first[i]);
    const scenario = loaded(points[3].resolvedYaml);
    const alone = await new Run(scenario, { threads: 1, outDir: '', version: '1.0' }).execute();
    expect(JSON.parse(first[3])).toMatchObject({ ok: true, summary: summaryJson(alone, scenario) });
  });

  it('names the series of prices that its own variant reads', async () => {
    const prices = ['a', 'b'].map((name) =>
      fileWith(`time,price\n2024-01-01T00:00:00Z,0.1\n2024-01-01T01:00:00Z,0.2\n`, `${name}.csv`),
    );
    const scenario = fileWith(
      'start: 2024-01-01T00:00:00\nduration: 1h\nworkload: { arrivals: { kind: constant, requestsPerSecond: 1 } }\n' +
        `economics: { electricity: { kind: hourly, file: ${prices[0]} } }\n`,
    );
    const asked = {
      parameters: [`economics.electricity.file=${prices.join(',')}`],
      overrides: [],
      knownKeys: [],
    };
    const plan = await planSweep(loadExperiment(scenario, asked), '1.0');
    const read = plan.variants.map((variant) => pointOf(plan, variant, 1, 0).files.map(({ path }) => path));
    expect(read).toEqual(prices.map((price) => [price]));
  });
});

describe('a point with a trace', () => {
  it('names it by its contents, and comes to the same wherever it lies', async () => {
    const { trace, point } = await traced();
    const sha256 = createHash('sha256').update(TRACE).digest('hex');
    expect(point.files).toEqual([{ path: trace, sha256 }]);
    const here = await simulatePoint({ point }, program);
    expect(here).toMatchObject({ ok: true, summary: { arrived: 2 } });
    const elsewhere = fileWith(readFileSync(trace), 'moved.csv');
    renameSync(trace, `${trace}.gone`);
    const there = await simulatePoint({ point, places: { [sha256]: elsewhere } }, program);
    expect(JSON.stringify(there)).toBe(JSON.stringify(here));
    expect(await simulatePoint({ point }, program)).toMatchObject({ ok: false, error: { kind: 'user' } });
  });

  it('is refused where the file has changed since: its key would be that of another result', async () => {
    const { trace, point } = await traced();
    writeFileSync(trace, TRACE.replace('374', '375'));
    const outcome = await simulatePoint({ point }, program);
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'user' } });
    expect(JSON.stringify(outcome)).toContain('has changed since the sweep was planned');
  });
});
