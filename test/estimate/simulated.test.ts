// The visitors estimate beside its simulated fleets.
import { describe, expect, it } from 'vitest';
import { defaultsOf, evaluated } from '../../src/estimate/preset.ts';
import { visitors } from '../../src/estimate/presets/visitors.ts';
import { compareSimulated, type Compared } from '../../src/experiment/estimate/compared.ts';
import { comparedJson, comparedText } from '../../src/experiment/estimate/shown.ts';
import { planSimulation } from '../../src/experiment/estimate/simulated.ts';
import { startJobs } from '../../src/experiment/jobs.ts';
import type { RunResult } from '../../src/run/result.ts';

const valuesWith = (own = {}) => evaluated(visitors, { ...defaultsOf(visitors), ...own });

describe('the plan', () => {
  it('takes one part in k of the replicas with one in k of the questions', () => {
    const values = valuesWith();
    const { cases, promptTokens, outputTokens, peakToMean } = planSimulation(values);
    expect(cases.map(({ gpus }) => gpus).slice(0, 4)).toEqual([30_382, 30_382, 30_384, 30_384]);
    for (const { loaded, gpus, times, requests } of cases) {
      const [{ replicas, cells }] = loaded.scenario.pools;
      const gpusPerReplica = gpus / (replicas * times);
      expect([1, 8].some((size) => Math.abs(gpusPerReplica - size) < 1e-9)).toBe(true);
      expect(requests * times).toBeCloseTo(250e6, 0);
      expect(cells).toBe(1);
    }
    // 30 words are 40 tokens; on average a question carries ten times as much.
    expect([promptTokens, outputTokens]).toEqual([400, 40]);
    expect(peakToMean).toBeGreaterThan(1.3);
    expect(peakToMean).toBeLessThan(1.4);
  });

  it('of a small estimate is the whole of it', () => {
    const { cases } = planSimulation(valuesWith({ visitsPerDay: 50_000 }));
    for (const { times } of cases) expect(times).toBe(1);
  });

  it('refuses what cannot be simulated, all at once', () => {
    const values = valuesWith({
      gpusPerServer: 4,
      wordsPerQuestion: 1000,
      visitsPerDay: 50,
      gpuSecondsPerWord: 100,
    });
    expect(() => planSimulation(values)).toThrow(
      /8 GPUs only.*\n.*more than the 2048.*\n.*1,000 questions.*\n.*a minute/,
    );
    expect(() => planSimulation(valuesWith({ visitsPerDay: 1000 }))).toThrow(/without energy/);
    expect(() => planSimulation(valuesWith({ visitsPerDay: 1e12, gpuSecondsPerWord: 1e-6 }))).toThrow(
      /too many to simulate/,
    );
  });
});

describe('the comparison of 100,000 questions', () => {
  const values = valuesWith({ visitsPerDay: 10_000, serversPerRack: 1 });
  const plan = planSimulation(values);
  const compared = simulate();

  async function simulate(): Promise<Compared> {
    const results: RunResult[] = [];
    const scenarios = plan.cases.map(({ loaded }) => loaded);
    const outDir = () => '';
    const onFinished = (job: number, result: RunResult) => void (results[job] = result);
    await startJobs(scenarios, { threads: 0, version: 'test', allowExec: false, outDir, onFinished })
      .finished;
    return compareSimulated(values, plan, results);
  }

  it('finds that the estimate’s fleet turns questions away, and more so on a real day', async () => {
    const [even, real, model, batched, sized] = (await compared).cases;
    expect(even.turnedAwayShare).toBeGreaterThan(0.01);
    expect(real.turnedAwayShare).toBeGreaterThan(even.turnedAwayShare);
    expect(model.turnedAwayShare).toBeGreaterThan(real.turnedAwayShare);
    // Each question is served for 10.5 s exactly: none is answered sooner.
    expect(even.e2eP50Seconds).toBeGreaterThan(10.4);
    for (const one of [batched, sized]) {
      expect(one.turnedAwayShare).toBe(0);
      expect(one.keptShare).toBeGreaterThan(0.99);
    }
    expect(sized.servers).toBeLessThan(batched.servers);
  });

  it('accounts for all energy: watts × servers × hours × PUE, and Wh × questions', async () => {
    for (const one of (await compared).cases) {
      const kwh = ((one.wattsPerServer * one.servers * 24) / 1000) * one.pue;
      expect(kwh / one.kwh).toBeCloseTo(1, 9);
      const questions = (one.kwh * 1000) / one.whPerQuestion;
      expect(questions / (100_000 * (1 - one.turnedAwayShare))).toBeCloseTo(1, 1);
      expect(one.electricityUsd).toBeCloseTo(one.kwh * 0.08, 6);
    }
  });

  it('leads from the estimate’s energy to that of the fleet of the right size, factor by factor', async () => {
    const { closedForm, cases, factors } = await compared;
    const product = factors.reduce((all, { factor }) => all * factor, 1);
    expect(closedForm.kwh * product).toBeCloseTo(cases.at(-1)!.kwh, 6);
    expect(closedForm.kwh).toBe(values.kwhPerDay);
  });

  it('is shown as tables with what each simplification hides, and as JSON', async () => {
    const text = comparedText(plan, await compared);
    for (const part of [
      'Queueing',
      'Peak hour',
      'does not fit one A100',
      'Batching',
      'part-load power',
      'PUE',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    const { estimate, cases } = JSON.parse(JSON.stringify(comparedJson(plan, await compared)));
    expect(estimate).toMatchObject({ gpus: 13, kept_share: null });
    expect(cases.map(({ name }: { name: string }) => name)).toHaveLength(5);
  });
});
