// Runs on spot nodes: who is cut off, what it costs, what can be priced again. That threads, windows and interruptions
// change nothing is in scaling.test.ts and resume.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sumRows } from '../../src/economics/ledger.ts';
import { pricedRun } from '../../src/experiment/reprice.ts';
import { repricedScenario } from '../../src/experiment/repriced-scenario.ts';
import { EXPLAINED_KEYS, explanationOf } from '../../src/report/explain/registry.ts';
import { valueOf } from '../../src/report/explain/explanation.ts';
import { moneyOf } from '../../src/report/saved-run/money.ts';
import { filesIn } from '../../src/report/saved-run/files.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { save, type SimulatedRun } from '../experiment/saved-runs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Six nodes of two replicas each, every other one spot; answers take about 4 s. */
const SPOT = `
name: spot
start: 2024-05-14T08:00:00
timeZone: UTC
duration: 3h
workload: { arrivals: { kind: constant, requestsPerSecond: 4 }, promptTokens: 300, outputTokens: 120 }
fleet:
  pools:
    - { name: main, model: llama2-7b, tp: 4, replicas: 12, cells: 2, ownership: rented,
        spot: { share: 50%, reclaimsPerHour: 4, notice: 120s, coldStart: { provision: 60s, load: 30s, reload: 5s } } }
economics: { rent: { price: 2, granularity: 0, minimum: 0, spot: { discount: 60% } } }
`;
const folder = temporaryFolder();
const file = path.join(folder, 'spot.yaml');
writeFileSync(file, SPOT);
const pool = 'fleet.pools[0]';

async function simulated(...overrides: string[]): Promise<SimulatedRun> {
  const loaded = loadScenario(file, overrides);
  const result = await new Run(loaded, { threads: 0, outDir: '', version: 'test' }).execute();
  return { loaded, result };
}

const own = simulated();

describe('requests on spot nodes', () => {
  it('are all served where the notice is longer than the longest of them takes', async () => {
    const { result } = await own;
    expect(result.total.e2e.p999Seconds).toBeLessThan(120);
    expect(result.reclaimed!.reclaims).toBeGreaterThan(15);
    expect(result.reclaimed).toMatchObject({ retried: 0, lost: 0 });
    expect(result.total).toMatchObject({ retried: 0, lost: 0, finished: result.total.arrived });
  });

  it('are cut off without a notice: begun again elsewhere, or lost', async () => {
    const retry = (await simulated(`${pool}.spot.notice=0`)).result;
    expect(retry.reclaimed!.retried).toBeGreaterThan(15);
    expect(retry.total).toMatchObject({ retried: retry.reclaimed!.retried, finished: retry.total.arrived });
    const lose = (await simulated(`${pool}.spot.notice=0`, `${pool}.spot.killed=lose`)).result;
    expect(lose.reclaimed).toMatchObject({ reclaims: retry.reclaimed!.reclaims, retried: 0 });
    expect(lose.total).toMatchObject({ retried: 0, lost: lose.reclaimed!.lost });
    expect(lose.total.finished).toBe(lose.total.arrived - lose.total.lost);
    // The log has every notice and every request.
    const reasons = lose.scaling.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason.includes('is reclaimed'))).toHaveLength(
      lose.reclaimed!.reclaims,
    );
    const counted = reasons.map((reason) => Number(/gone: (\d+) request/.exec(reason)?.[1] ?? 0));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(lose.total.lost);
  });
});

describe('the bill', () => {
  it('of a pool that replaces what is taken at once: half its node-hours at the spot price', async () => {
    const { result } = await own;
    const { rentUsd, spotUsd, spotNodeHours, billedNodeHours } = sumRows(result.ledger);
    expect(billedNodeHours).toBeCloseTo(6 * 3, 9);
    expect(spotNodeHours).toBeCloseTo(3 * 3, 9);
    // 8 GPUs at $2, less 60 % on spot.
    expect(spotUsd).toBeCloseTo(9 * 8 * 0.8, 6);
    expect(rentUsd).toBeCloseTo(9 * 8 * 0.8 + 9 * 8 * 2, 6);
  });

  it('bills every instance for its minimum, and reserved nodes are not those on spot', async () => {
    const { result } = await simulated(
      'economics.rent={price: 2, granularity: 1h, minimum: 1h, reserved: {nodes: 2, price: 1}, spot: {price: 0.5}}',
    );
    const { rentUsd, reservedUsd, spotUsd } = sumRows(result.ledger);
    expect(reservedUsd).toBeCloseTo(2 * 3 * 8, 9);
    // One of three on demand is above the reserved ones.
    expect(rentUsd - reservedUsd - spotUsd).toBeCloseTo(1 * 3 * 8 * 2, 6);
    const gone = result.scaling.filter(
      ({ reason, atSeconds }) => reason.includes('is gone') && atSeconds <= 3 * 3600,
    );
    const lives = new Map<string, number>();
    let billedHours = 0;
    for (const { atSeconds, reason } of gone) {
      const node = /node (\d+)/.exec(reason)![1];
      billedHours += Math.ceil((atSeconds - (lives.get(node) ?? 0)) / 3600);
      lives.set(node, atSeconds);
    }
    // Those that are on at the end are billed as far as they have come.
    for (const node of ['1', '3', '5']) billedHours += (3 * 3600 - (lives.get(node) ?? 0)) / 3600;
    expect(spotUsd).toBeCloseTo(billedHours * 8 * 0.5, 6);
  });

  it('of a pool that scales: nothing from when a node is gone until another is ordered', async () => {
    const { result } = await simulated(
      `${pool}.spot={share: 50%, reclaimsPerHour: 4}`,
      `${pool}.autoscaling={policy: static, parameters: {replicas: 12}, min: 2, coldStart: {provision: 60s, load: 30s}}`,
    );
    const day = 3 * 3600;
    const gone = result.scaling.filter(({ reason }) => reason.includes('is gone'));
    expect(gone.length).toBeGreaterThan(10);
    expect(gone.every(({ reason }) => !reason.includes('another is ordered'))).toBe(true);
    // The policy is asked every minute.
    const interval = 60;
    const missing = gone.reduce(
      (sum, { atSeconds }) =>
        sum + Math.max(0, Math.min(day, Math.ceil(atSeconds / interval) * interval) - atSeconds),
      0,
    );
    const { spotNodeHours, billedNodeHours } = sumRows(result.ledger);
    expect(spotNodeHours).toBeCloseTo(9 - missing / 3600, 6);
    expect(billedNodeHours - spotNodeHours).toBeCloseTo(9, 9);
  });
});

describe('a run on spot nodes', () => {
  const dir = path.join(folder, 'own');
  const saved = own.then((run) => {
    mkdirSync(dir);
    save(dir, run);
    return run;
  });
  const RESOLVED = path.join(dir, 'scenario.resolved.yaml');

  it('can be priced again at another spot price, which changes no reclaim', async () => {
    const { result } = await saved;
    const { after } = repricedScenario(RESOLVED, ['economics.rent.spot={price: 1.1}']);
    const { totals } = pricedRun(after.scenario, result.ledgerWindows);
    expect(totals.spotUsd).toBeCloseTo(9 * 8 * 1.1, 6);
    const other = await simulated('economics.rent.spot={price: 1.1}');
    expect(other.result.scaling).toEqual(result.scaling);
    expect(totals.totalUsd).toBeCloseTo(sumRows(other.result.ledger).totalUsd, 9);
  });

  it.each([
    [`${pool}.spot.reclaimsPerHour=1`, 'changes what is simulated'],
    [`${pool}.spot.notice=30s`, 'changes what is simulated'],
    ['economics.rent.spot={share: 0.2, discount: 60%}', 'has no effect beside fleet.pools[].spot'],
    ['economics.rent={price: 2, granularity: 0, minimum: 0}', 'fleet.pools[0].spot: has no price'],
    ['economics.rent.minimum=1h', 'how long each instance was on is not kept'],
  ])('cannot be priced again with %s', async (override, message) => {
    await saved;
    expect(() => repricedScenario(RESOLVED, [override])).toThrow(message);
  });

  it('explains what spot nodes cost, and how many were taken', async () => {
    await saved;
    const money = await moneyOf(filesIn(dir));
    for (const key of ['spot_usd', 'spot_node_hours', 'reclaims', 'rent_usd']) {
      expect(EXPLAINED_KEYS).toContain(key);
      const explanation = explanationOf(money, key)!;
      expect(valueOf(explanation)).toBeCloseTo(Number(money.summary[key]), 9);
    }
    const { notes, inputs } = explanationOf(money, 'spot_usd')!;
    expect(inputs.map(({ value }) => value)).toEqual([expect.closeTo(9, 9), 8, 0.8]);
    expect(notes.join()).toContain(
      '4 reclaims per node-hour over 9 h, so about 36 expected, with 120 s of notice',
    );
  });
});
