// A point with a trace: the same summary wherever the trace lies, and none where it is another.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadExperiment } from '../../../src/experiment/sweep/file/load.ts';
import { planSweep, pointOf } from '../../../src/experiment/sweep/plan.ts';
import { simulatePoint } from '../../../src/experiment/sweep/point.ts';
import { summaryJson } from '../../../src/report/summary-json.ts';
import { fileWith } from '../../scenario/scenario-text.ts';

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
