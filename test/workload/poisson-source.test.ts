import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURVES } from '../../src/catalog/curves.ts';
import { TICKS_PER_SECOND } from '../../src/kernel/ticks.ts';
import { createArrivalSource } from '../../src/workload/create.ts';
import { rateSegments } from '../../src/workload/rate-curve.ts';
import type { ArrivalsSpec, TokensSpec, WorkloadSpec } from '../../src/workload/spec.ts';
import { collectArrivals } from '../support/collect-arrivals.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const startEpochMs = Date.UTC(2023, 0, 30);
const WHOLE = { cell: 0, share: 1, shareStart: 0 };

const tokens: TokensSpec = {
  kind: 'independent',
  prompt: { kind: 'lognormal', mean: 500, sigma: 0.8 },
  output: { kind: 'geometric', mean: 100 },
};
const constant = (requestsPerSecond: number): ArrivalsSpec => ({ kind: 'constant', requestsPerSecond });
const azure: ArrivalsSpec = {
  kind: 'diurnal',
  requestsPerSecondMean: 2,
  curve: CURVES['azure-conversation-weekday'].hours,
  interpolation: 'linear',
  timeZone: 'UTC',
};

function source(arrivals: ArrivalsSpec, durationSeconds: number, { share = WHOLE, seed = 1 } = {}) {
  const spec: WorkloadSpec = { kind: 'synthetic', arrivals, tokens };
  return createArrivalSource({ spec, share, seed, startEpochMs, durationSeconds });
}

function perInterval(atTicks: number[], intervalSeconds: number, durationSeconds: number): number[] {
  const counts = Array.from({ length: Math.round(durationSeconds / intervalSeconds) }, () => 0);
  for (const ticks of atTicks) counts[Math.floor(ticks / (intervalSeconds * TICKS_PER_SECOND))]++;
  return counts;
}

/** Expected arrivals in each hour of the Azure day. */
function azureHours(): number[] {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { fromSeconds, toSeconds, rateAtStart, rateAtEnd } of rateSegments(azure, startEpochMs, DAY)) {
    hours[Math.floor(fromSeconds / HOUR)] += ((rateAtStart + rateAtEnd) / 2) * (toSeconds - fromSeconds);
  }
  return hours;
}

/** Pearson's statistic in standard deviations above its mean. */
function excess(counts: number[], expected: number[]): number {
  const chiSquare = counts.reduce(
    (sum, count, i) => sum + ((count - expected[i]) * (count - expected[i])) / expected[i],
    0,
  );
  return (chiSquare - counts.length) / Math.sqrt(2 * counts.length);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Poisson arrivals', () => {
  it('have exponential gaps at a constant rate (Kolmogorov-Smirnov)', () => {
    const { atTicks } = collectArrivals(source(constant(1000), 200));
    const gaps = atTicks.slice(1).map((ticks, i) => (ticks - atTicks[i]) / TICKS_PER_SECOND);
    gaps.sort((a, b) => a - b);
    const distance = gaps.reduce(
      (worst, gap, i) => Math.max(worst, Math.abs((i + 0.5) / gaps.length + Math.expm1(-1000 * gap))),
      0,
    );
    // Exceeded once in 10,000 times.
    expect(distance).toBeLessThan(2.23 / Math.sqrt(gaps.length));
  });

  it('come in the numbers that the curve promises, hour by hour', () => {
    const expected = azureHours();
    const days = [1, 2, 3, 4, 5].map((seed) =>
      perInterval(collectArrivals(source(azure, DAY, { seed })).atTicks, HOUR, DAY),
    );
    expect(excess(days.flat(), Array<number[]>(5).fill(expected).flat())).toBeLessThan(4);
    const total = mean(days.map((day) => day.reduce((sum, count) => sum + count, 0)));
    expect(Math.abs(total - 2 * DAY)).toBeLessThan(4 * Math.sqrt((2 * DAY) / 5));
  });

  it('follow the slope within a piece, and their counts are as variable as they should be', () => {
    const { atTicks } = collectArrivals(source(azure, DAY, { seed: 3 }));
    const counts = perInterval(atTicks, 60, DAY);
    const segments = rateSegments(azure, startEpochMs, DAY);
    const expected = counts.map((_, minute) => {
      const middle = minute * 60 + 30;
      const { fromSeconds, toSeconds, rateAtStart, rateAtEnd } = segments.find((s) => middle < s.toSeconds)!;
      const part = (middle - fromSeconds) / (toSeconds - fromSeconds);
      return 60 * (rateAtStart + (rateAtEnd - rateAtStart) * part);
    });
    // Index of dispersion 1: neither smoother nor burstier than Poisson.
    expect(Math.abs(excess(counts, expected))).toBeLessThan(4);
  });

  it('stay away where the rate is 0 and stop at the end', () => {
    const curve = Array.from({ length: 24 }, (_, hour) => (hour >= 9 && hour < 17 ? 1 : 0));
    const office: ArrivalsSpec = {
      kind: 'diurnal',
      requestsPerSecondMean: 1,
      curve,
      interpolation: 'step',
      timeZone: 'UTC',
    };
    const counts = perInterval(collectArrivals(source(office, DAY)).atTicks, HOUR, DAY);
    counts.forEach((count, hour) => expect(count > 0).toBe(curve[hour] > 0));

    const short = collectArrivals(source(constant(1e5), 1.5)).atTicks;
    expect(short.length).toBeGreaterThan(140_000);
    expect(short.at(-1)).toBeLessThan(1.5 * TICKS_PER_SECOND);
    expect(collectArrivals(source(constant(0), 1000)).atTicks).toEqual([]);
  });

  it('are whole ticks in time order with lengths of their distributions', () => {
    const { atTicks, promptTokens, outputTokens } = collectArrivals(source(constant(5000), 20));
    expect(atTicks.every((ticks, i) => Number.isInteger(ticks) && ticks >= (atTicks[i - 1] ?? 0))).toBe(true);
    expect(Math.abs(mean(promptTokens) - 500)).toBeLessThan((5 * 473) / Math.sqrt(promptTokens.length));
    expect(Math.abs(mean(outputTokens) - 100)).toBeLessThan((5 * 100) / Math.sqrt(outputTokens.length));
  });

  it('are the same whatever the size of the batches and the times up to which they are asked for', () => {
    const whole = collectArrivals(source(azure, 2000));
    const untilSeconds = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), untilSeconds, (capacity, times) => {
        const until = [...times.toSorted((a, b) => a - b).map((time) => time * TICKS_PER_SECOND), Infinity];
        expect(collectArrivals(source(azure, 2000), capacity, until)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('never come at or after the time up to which they were asked for, and all before it come', () => {
    const atTicks = collectArrivals(source(constant(100), 10)).atTicks;
    const third = atTicks[2];
    expect(collectArrivals(source(constant(100), 10), 64, [third]).atTicks).toEqual(atTicks.slice(0, 2));
    expect(collectArrivals(source(constant(100), 10), 64, [third + 1]).atTicks).toEqual(atTicks.slice(0, 3));
  });

  it('of several cells add up to those of the whole, and differ from cell to cell and seed to seed', () => {
    const shares = [0.5, 0.3, 0.2].map((share, cell) => ({ cell, share, shareStart: [0, 0.5, 0.8][cell] }));
    const cells = shares.map((share) => collectArrivals(source(azure, DAY, { share })).atTicks);
    const together = cells.flat().toSorted((a, b) => a - b);
    expect(excess(perInterval(together, HOUR, DAY), azureHours())).toBeLessThan(4);
    cells.forEach((cell, i) =>
      expect(Math.abs(cell.length - shares[i].share * 2 * DAY)).toBeLessThan(
        5 * Math.sqrt(shares[i].share * 2 * DAY),
      ),
    );
    expect(new Set(cells.map(([first]) => first)).size).toBe(3);
    expect(collectArrivals(source(azure, 60, { seed: 2 }))).not.toEqual(collectArrivals(source(azure, 60)));
  });

  it('keep their times when lengths change, and their outputs when prompts do', () => {
    const longer: TokensSpec = { ...tokens, prompt: { kind: 'constant', value: 9 } };
    const run = { share: WHOLE, seed: 1, startEpochMs, durationSeconds: 100 };
    const spec: WorkloadSpec = { kind: 'synthetic', arrivals: azure, tokens: longer };
    const changed = collectArrivals(createArrivalSource({ spec, ...run }));
    const before = collectArrivals(source(azure, 100));
    expect(changed.atTicks).toEqual(before.atTicks);
    expect(changed.outputTokens).toEqual(before.outputTokens);
  });

  it('refuse impossible lengths by the name of the length', () => {
    const wrong: TokensSpec = { ...tokens, output: { kind: 'constant', value: 0 } };
    const spec: WorkloadSpec = { kind: 'synthetic', arrivals: azure, tokens: wrong };
    const run = { share: WHOLE, seed: 1, startEpochMs, durationSeconds: 100 };
    expect(() => createArrivalSource({ spec, ...run })).toThrow(/^output tokens: value is 0/);
  });
});
