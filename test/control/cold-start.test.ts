// Cold starts: the moments of the lognormal are those asked for, refusals are geometric.
import { describe, expect, it } from 'vitest';
import { drawColdStart, drawDuration, meanColdStartSeconds } from '../../src/control/cold-start.ts';
import type { ColdStartSpec } from '../../src/control/spec.ts';
import { RandomStream } from '../../src/kernel/random.ts';

const DRAWS = 40_000;

const SPEC: ColdStartSpec = {
  provision: { meanSeconds: 100, sdSeconds: 0 },
  load: { meanSeconds: 50, sdSeconds: 0 },
  reload: { meanSeconds: 20, sdSeconds: 0 },
  noCapacityProbability: 0,
  retrySeconds: 60,
};

function moments(values: number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return { mean, sd: Math.sqrt(variance) };
}

describe('a drawn duration', () => {
  it.each([
    [300, 60],
    [75, 7.5],
    [10, 20],
  ])('has a mean of %i s and a standard deviation of %i s', (meanSeconds, sdSeconds) => {
    const random = new RandomStream(1, 'durations');
    const draws = Array.from({ length: DRAWS }, () => drawDuration({ meanSeconds, sdSeconds }, random));
    expect(Math.min(...draws)).toBeGreaterThan(0);
    const { mean, sd } = moments(draws);
    // Five standard errors: of the mean sd/√n; of the spread more, the longer the tail.
    expect(Math.abs(mean - meanSeconds)).toBeLessThan((5 * sdSeconds) / Math.sqrt(DRAWS));
    expect(sd / sdSeconds).toBeCloseTo(1, sdSeconds > meanSeconds ? 0 : 1);
    // The logarithm is normal: mean ln m - s²/2, variance s² = ln(1 + (sd/m)²), as many above as below.
    const variance = Math.log(1 + (sdSeconds / meanSeconds) * (sdSeconds / meanSeconds));
    const logs = draws.map(Math.log);
    const ofLogs = moments(logs);
    const median = Math.log(meanSeconds) - variance / 2;
    expect(Math.abs(ofLogs.mean - median)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    expect(ofLogs.sd / Math.sqrt(variance)).toBeCloseTo(1, 1);
    const below = logs.filter((log) => log < median).length;
    expect(Math.abs(below - DRAWS / 2)).toBeLessThan(2.5 * Math.sqrt(DRAWS));
  });

  it('is the mean where it does not vary, and takes nothing off the stream', () => {
    const random = new RandomStream(1, 'constants');
    expect(drawDuration({ meanSeconds: 42, sdSeconds: 0 }, random)).toBe(42);
    expect(drawDuration({ meanSeconds: 0, sdSeconds: 3 }, random)).toBe(0);
    expect(random.save()).toEqual(new RandomStream(1, 'constants').save());
  });
});

describe('a cold start', () => {
  it('is node and load, load, or reload, by where the node is', () => {
    const random = new RandomStream(1, 'cold starts');
    expect(drawColdStart(SPEC, 'off', random)).toEqual({
      refusals: 0,
      provisionSeconds: 100,
      loadSeconds: 50,
    });
    expect(drawColdStart(SPEC, 'coming', random)).toEqual({
      refusals: 0,
      provisionSeconds: 0,
      loadSeconds: 50,
    });
    expect(drawColdStart(SPEC, 'on', random)).toEqual({ refusals: 0, provisionSeconds: 0, loadSeconds: 20 });
    expect(meanColdStartSeconds(SPEC)).toBe(150);
  });

  it('is refused p/(1 - p) times on average, and waits for each', () => {
    const random = new RandomStream(1, 'refusals');
    const spec = { ...SPEC, noCapacityProbability: 0.3 };
    const draws = Array.from({ length: DRAWS }, () => drawColdStart(spec, 'off', random));
    for (const { refusals, provisionSeconds } of draws.slice(0, 100))
      expect(provisionSeconds).toBe(100 + 60 * refusals);
    const { mean } = moments(draws.map(({ refusals }) => refusals));
    // The variance is p/(1 - p)².
    expect(Math.abs(mean - 0.3 / 0.7)).toBeLessThan((5 * Math.sqrt(0.3)) / 0.7 / Math.sqrt(DRAWS));
  });

  it('never comes where there is no capacity, but is drawn in finite time', () => {
    const spec = { ...SPEC, noCapacityProbability: 1 };
    const { provisionSeconds } = drawColdStart(spec, 'off', new RandomStream(1, 'never'));
    expect(provisionSeconds).toBeGreaterThan(30 * 86_400);
  });

  it('on a node that is on needs no capacity', () => {
    const spec = { ...SPEC, noCapacityProbability: 1 };
    expect(drawColdStart(spec, 'on', new RandomStream(1, 'on')).refusals).toBe(0);
  });
});
