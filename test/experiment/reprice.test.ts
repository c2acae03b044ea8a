import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../src/economics/spec.ts';
import { cutAt, pricedRun } from '../../src/experiment/reprice.ts';
import { repricedScenario } from '../../src/experiment/repriced-scenario.ts';
import { POLICIES_THAT_READ_PRICES, steeredBy } from '../../src/experiment/steered.ts';
import { SCALING_POLICY_NAMES } from '../../src/policies/scaling/registry.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { preloadAll } from '../../src/scenario/load/preload.ts';
import { poolWindow } from '../support/economics.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PRICES, save, simulated, TWO_POOLS, type SimulatedRun } from './saved-runs.ts';

const folder = temporaryFolder();
let own: SimulatedRun;
beforeAll(async () => {
  own = await simulated(folder, []);
  mkdirSync(path.join(folder, 'own'));
  save(path.join(folder, 'own'), own);
});

const RESOLVED = () => path.join(folder, 'own', 'scenario.resolved.yaml');

/** By rules that are not linear within a window: shares of mixed steps, and the steps of draining replicas. */
const BY_WINDOW = [
  'servingKwh',
  'idleItKwh',
  'drainingKwh',
  'stepFreeItKwh',
  'idleKwh',
  'prefillGpuSeconds',
  'decodeGpuSeconds',
  'prefillUsd',
  'decodeUsd',
  'idleUsd',
];

/** `isCut`: a change lies inside a window, where the simulation knows more of both parts than their mean. */
function expectSame(rows: readonly LedgerRow[], expected: readonly LedgerRow[], isCut: boolean): void {
  expect(rows).toHaveLength(expected.length);
  for (const [i, row] of rows.entries()) {
    for (const [key, value] of Object.entries(row)) {
      const other = expected[i][key as keyof LedgerRow];
      const tolerance = isCut && BY_WINDOW.includes(key) ? 1e-4 : 1e-9;
      if (typeof value !== 'number') expect(value, key).toBe(other);
      else
        expect(Math.abs(value - Number(other)), key).toBeLessThanOrEqual(
          tolerance * Math.abs(Number(other)) + 1e-12,
        );
    }
  }
}

describe('a run that is priced again', () => {
  it('at its own prices has its own ledger, to the bit', () => {
    const { rows, rowsByPool, demandCharge } = pricedRun(own.loaded.scenario, own.result.ledgerWindows);
    expect(rows).toEqual(own.result.ledger);
    expect(rowsByPool).toEqual(own.result.ledgerByPool);
    expect(demandCharge).toBe(undefined);
  });

  it.each(Object.entries(PRICES))('with %s is what a simulation with them comes to', async (_, overrides) => {
    const { after } = repricedScenario(RESOLVED(), overrides);
    const other = await simulated(folder, overrides);
    expect(after.scenario.economics).toEqual(other.loaded.scenario.economics);
    const { rows, rowsByPool, demandCharge } = pricedRun(after.scenario, own.result.ledgerWindows);
    const isCut = other.result.ledgerWindows.length > own.result.ledgerWindows.length;
    expectSame(rows, other.result.ledger, isCut);
    for (const [pool, ofPool] of rowsByPool.entries()) {
      expectSame(ofPool, other.result.ledgerByPool[pool], isCut);
    }
    expect(demandCharge?.usd ?? 0).toBeCloseTo(other.result.demandCharge?.usd ?? 0, 9);
  });
});

describe('what cannot be priced again', () => {
  it.each([
    ['fleet.pools[0].replicas=3', '--set fleet.pools[0].replicas=3: changes what is simulated'],
    ['economics.offPower=20', '--set economics.offPower=20: changes the energy drawn'],
    ['economics.pue', '--set economics.pue: has no "="'],
    ['economics.pue=0.9', '--set economics.pue=0.9: must be at least 1'],
    ['economics.region=mars', '--set economics.region=mars: unknown region'],
    ['economics.rent={granularity: 1h}', 'how long each instance was on is not kept'],
  ])('%s', (override, message) => {
    expect(() => repricedScenario(RESOLVED(), [override])).toThrow(message);
  });

  it('is all told at once', () => {
    expect(() => repricedScenario(RESOLVED(), ['seed=2', 'duration=1h'])).toThrow(
      /seed=2: .*\n.*duration=1h: /,
    );
  });

  it('is a run whose policy looks at prices, or is somebody’s own', async () => {
    await preloadAll();
    const refusal = (autoscaling: string) => {
      const file = path.join(folder, 'steered.yaml');
      writeFileSync(file, TWO_POOLS.replace(/autoscaling:[^]*/, `autoscaling: ${autoscaling}\n`));
      loadScenario(file, []);
      return () => repricedScenario(file, ['economics.pue=1.3']);
    };
    expect(refusal('wva-v2')).toThrow('cannot be repriced: the policy wva-v2 of pool hired looks at prices');
    expect(refusal('hpa')).not.toThrow();
    const { scenario } = own.loaded;
    const pools = scenario.pools.map((pool) => ({
      ...pool,
      ...(pool.autoscaling && {
        autoscaling: { ...pool.autoscaling, own: { kind: 'module' as const, path: 'own.js' } },
      }),
    }));
    expect(steeredBy({ ...scenario, pools } as typeof scenario)).toContain('pool hired is one of your own');
  });
});

it('every policy that mentions prices is known to look at them', () => {
  const policies = 'src/policies/scaling';
  const mentions = readdirSync(policies, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('policy.ts') && file !== 'policy.ts')
    .map((file) => readFileSync(path.join(policies, file), 'utf8'))
    .filter((text) => text.includes('costUsdPerReplicaHour'))
    .map((text) => SCALING_POLICY_NAMES.find((name) => text.includes(`name: '${name}'`)));
  expect(mentions.toSorted()).toEqual(POLICIES_THAT_READ_PRICES.toSorted());
});

it('a window that is cut keeps its energy, its hours and its requests', () => {
  const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 7200 }), { maxLength: 8 });
  const check = fc.property(bounds, (list) => {
    const window = {
      startSeconds: 600,
      endSeconds: 4200,
      pools: [poolWindow(12, { nodeHours: 3, requests: 40 })],
    };
    const sorted = list.toSorted((a, b) => a - b);
    const parts = cutAt(window, sorted);
    expect(parts).toHaveLength(1 + sorted.filter((bound) => bound > 600 && bound < 4200).length);
    expect(parts[0].startSeconds).toBe(600);
    expect(parts.at(-1)!.endSeconds).toBe(4200);
    for (const [i, part] of parts.entries()) {
      if (i > 0) expect(part.startSeconds).toBe(parts[i - 1].endSeconds);
      // 12 kWh and 40 requests an hour.
      const hours = (part.endSeconds - part.startSeconds) / 3600;
      expect(part.pools[0].itKwh).toBeCloseTo(12 * hours, 9);
      expect(part.pools[0].requests).toBeCloseTo(40 * hours, 9);
    }
  });
  fc.assert(check);
});
