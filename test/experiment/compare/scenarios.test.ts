// The scenarios that are compared: alike in all but the policy, so that all see the same requests.
import { describe, expect, it } from 'vitest';
import { planComparison } from '../../../src/experiment/compare/plan.ts';
import { loadBase, loadVariants } from '../../../src/experiment/compare/scenarios.ts';
import { parseVariants } from '../../../src/experiment/compare/variants.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { createArrivalSource } from '../../../src/workload/create.ts';
import { planCells } from '../../../src/fleet/cell-plan.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { collectArrivals } from '../../support/collect-arrivals.ts';
import { fileWith } from '../../scenario/scenario-text.ts';

const SCENARIO = `
duration: 30m
workload: { arrivals: { kind: constant, requestsPerSecond: 8 } }
fleet:
  pools:
    - { model: llama2-7b, tp: 1, replicas: 200, autoscaling: { policy: hpa, min: 70, initial: 100, emptyNode: 7m } }
`;

function variantsOf(text: string, policies: string, overrides: string[] = []): Scenario[] {
  const base = loadBase(fileWith(text), overrides);
  return loadVariants(base, parseVariants([policies]), { seed: 1, part: 1 }).map(({ scenario }) => scenario);
}

function arrivalsOf(scenario: Scenario) {
  return planCells(scenario.pools).map((plan) => {
    const { seed, startEpochMs, durationSeconds, workload: spec } = scenario;
    const share = { cell: plan.index, share: plan.share, shareStart: plan.shareStart };
    return collectArrivals(createArrivalSource({ spec, share, seed, startEpochMs, durationSeconds }));
  });
}

describe('a scenario for each policy', () => {
  it('has the same requests, cell by cell, though their bounds would suit other cells', () => {
    const small = fileWith('autoscaling: { policy: static, min: 2, initial: 200 }\n', 'small.yaml');
    const [hpa, kpa, few] = variantsOf(SCENARIO, `hpa,kpa,${small}`);
    expect(few.pools[0].autoscaling!.minReplicas).toBe(2);
    // Alone the others would have two cells.
    expect(variantsOf(SCENARIO, 'hpa')[0].pools[0].cells).toBe(2);
    for (const scenario of [hpa, kpa, few]) expect(scenario.pools[0].cells).toBe(1);
    expect(arrivalsOf(kpa)).toEqual(arrivalsOf(hpa));
    expect(arrivalsOf(few)).toEqual(arrivalsOf(hpa));
    expect(arrivalsOf(hpa)[0].atTicks.length).toBeGreaterThan(14_000);
  });

  it('keeps cells that are written down', () => {
    const [hpa, kpa] = variantsOf(SCENARIO, 'hpa,kpa', ['fleet.pools[0].cells=3']);
    expect([hpa.pools[0].cells, kpa.pools[0].cells]).toEqual([3, 3]);
  });

  it('keeps all of the scenario’s autoscaling but the policy and what the variant says', () => {
    const [kpa] = variantsOf(SCENARIO, 'kpa');
    expect(kpa.pools[0].autoscaling).toMatchObject({
      policy: 'kpa',
      minReplicas: 70,
      initialReplicas: 100,
      emptyNodeSeconds: 420,
    });
  });

  it('keeps the scenario’s parameters for its own policy only', () => {
    const text = SCENARIO.replace('policy: hpa,', 'policy: threshold, parameters: { above: 9 },');
    const [own, other, given] = variantsOf(text, 'threshold,static,x=threshold:{below: 2}');
    expect(own.pools[0].autoscaling!.parameters).toMatchObject({ above: 9 });
    expect(other.pools[0].autoscaling!.parameters).not.toHaveProperty('above');
    expect(given.pools[0].autoscaling!.parameters).toMatchObject({ above: 5, below: 2 });
  });

  it('lets all pools scale where none does, else those that do', () => {
    const text = `
duration: 5m
workload: { arrivals: { kind: constant, requestsPerSecond: 8 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 4 }, { model: llama2-7b, tp: 1, replicas: 4 }] }
`;
    const scales = ({ pools }: Scenario) => pools.map(({ autoscaling }) => autoscaling !== undefined);
    expect(scales(variantsOf(text, 'hpa')[0])).toEqual([true, true]);
    const one = ['fleet.pools[1].autoscaling=static'];
    expect(scales(variantsOf(text, 'hpa', one)[0])).toEqual([false, true]);
  });

  it('takes a scenario without a fleet, and one in shorthand', () => {
    const text = 'duration: 5m\nworkload: { arrivals: { kind: constant, requestsPerSecond: 1 } }\n';
    expect(variantsOf(text, 'hpa')[0].pools[0].autoscaling!.policy).toBe('hpa');
    expect(variantsOf(`${text}autoscaling: static\n`, 'hpa')[0].pools[0].autoscaling!.policy).toBe('hpa');
  });

  it('says which policy a mistake belongs to', () => {
    const mistake = () => variantsOf(SCENARIO, 'hpa,t=threshold:{abov: 3}');
    expect(mistake).toThrow(UserError);
    expect(mistake).toThrow(
      /--policies t=threshold:\{abov: 3\} .*abov: unknown key, got 3; did you mean "above"/,
    );
  });
});

describe('a plan', () => {
  const plan = (overrides: string[], part?: number) =>
    planComparison({
      filePath: fileWith(SCENARIO),
      overrides: ['duration=24h', ...overrides],
      variants: parseVariants(['hpa,static']),
      seeds: 2,
      part,
    });

  it('takes seed after seed', () => {
    const { runs, part } = plan([]);
    expect(part).toBe(1);
    expect(runs.map(({ variant, seed, loaded }) => [variant, seed, loaded.scenario.seed])).toEqual([
      [0, 1, 1],
      [1, 1, 1],
      [0, 2, 2],
      [1, 2, 2],
    ]);
  });

  it('takes a part of a huge fleet, with as much less traffic', () => {
    const huge = ['workload.arrivals.requestsPerSecond=1000'];
    const { part, runs } = plan(huge);
    // 86.4 million requests: nine parts of ten million would leave 22 replicas, so five parts of 40.
    expect(part).toBe(5);
    const [{ scenario }] = runs.map(({ loaded }) => loaded);
    expect(scenario.pools[0]).toMatchObject({ replicas: 40, cells: 1 });
    expect(scenario.pools[0].autoscaling).toMatchObject({
      minReplicas: 14,
      maxReplicas: 40,
      initialReplicas: 20,
    });
    expect(scenario.workload).toMatchObject({ arrivals: { requestsPerSecond: 200 } });
  });

  it('takes the whole of it if told so', () => {
    expect(plan(['workload.arrivals.requestsPerSecond=1000'], 1).part).toBe(1);
  });

  it('knows no need(t) where the SLO cannot be kept, and says why', () => {
    const { need, whyNoNeed } = plan(['slo.ttft=1ms']);
    expect(need).toBeUndefined();
    expect(whyNoNeed[0]).toMatch(/even if they come one by one/);
  });
});
