// Events of the workload: bursts, holidays and other lengths, for a while.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TICKS_PER_SECOND, secondsToTicks } from '../../src/kernel/ticks.ts';
import { createArrivalSource, expectedRequests } from '../../src/workload/create.ts';
import { expectedRate, rateSegments } from '../../src/workload/rate-curve.ts';
import type { ArrivalsSpec, RateChange, TokensSpec, WorkloadSpec } from '../../src/workload/spec.ts';
import { collectArrivals, type Arrivals } from '../support/collect-arrivals.ts';

const MONDAY = Date.UTC(2023, 0, 30);
const SHARE = { cell: 0, share: 1, shareStart: 0 };
const tokens: TokensSpec = {
  kind: 'independent',
  prompt: { kind: 'lognormal', mean: 100, sigma: 1 },
  output: { kind: 'constant', value: 10 },
};
const steady: ArrivalsSpec = { kind: 'constant', requestsPerSecond: 10 };
const wave: ArrivalsSpec = {
  kind: 'diurnal',
  requestsPerSecondMean: 2,
  curve: Array.from({ length: 24 }, (_, hour) => 1 + (hour % 5)),
  interpolation: 'linear',
  timeZone: 'UTC',
};

function source(arrivals: ArrivalsSpec, lengths: TokensSpec = tokens, durationSeconds = 300) {
  const spec: WorkloadSpec = { kind: 'synthetic', arrivals, tokens: lengths };
  return createArrivalSource({ spec, share: SHARE, seed: 3, startEpochMs: MONDAY, durationSeconds });
}

const countIn = ({ atTicks }: Arrivals, from: number, to: number) =>
  atTicks.filter((ticks) => ticks >= from * TICKS_PER_SECOND && ticks < to * TICKS_PER_SECOND).length;

describe('events in the rate', () => {
  it('multiply it while they last, each for itself where they overlap', () => {
    const changes = [
      { fromSeconds: 60, toSeconds: 120, factor: 4 },
      { fromSeconds: 100, toSeconds: 200, factor: 0.5 },
    ];
    const segments = rateSegments({ ...steady, changes }, MONDAY, 300);
    const rates = [0, 59.9, 60, 99.9, 100, 119.9, 120, 199.9, 200].map((at) => expectedRate(segments, at));
    expect(rates).toEqual([10, 10, 40, 40, 20, 20, 5, 5, 10]);
  });

  it('leave the curve as it is to the last bit where there are none', () => {
    expect(rateSegments({ ...wave, changes: [] }, MONDAY, 86_400)).toEqual(
      rateSegments(wave, MONDAY, 86_400),
    );
  });

  it('follow the slope of the curve inside a piece, before the run begins and after it ends', () => {
    const change = fc.record({
      fromSeconds: fc.integer({ min: 0, max: 90_000 }),
      lengthSeconds: fc.integer({ min: 1, max: 90_000 }),
      factor: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), fc.integer({ min: 0, max: 86_399 }), (drawn, at) => {
        const changes: RateChange[] = drawn.map(({ fromSeconds, lengthSeconds, factor }) => {
          return { fromSeconds, toSeconds: fromSeconds + lengthSeconds, factor };
        });
        const segments = rateSegments({ ...wave, changes }, MONDAY, 86_400);
        const inForce = changes.filter((one) => one.fromSeconds <= at && at < one.toSeconds);
        const factor = inForce.reduce((product, one) => product * one.factor, 1);
        const plain = expectedRate(rateSegments(wave, MONDAY, 86_400), at);
        expect(expectedRate(segments, at)).toBeCloseTo(plain * factor, 9);
        segments.forEach((one, i) => expect(one.fromSeconds).toBe(i === 0 ? 0 : segments[i - 1].toSeconds));
      }),
    );
  });

  it('bring so many more requests, none in a pause, and the count expected follows', () => {
    const changes = [
      { fromSeconds: 100, toSeconds: 150, factor: 10 },
      { fromSeconds: 200, toSeconds: 250, factor: 0 },
    ];
    const arrivals = { ...steady, changes };
    const all = collectArrivals(source(arrivals));
    // 5,000 expected: within four standard deviations.
    expect(Math.abs(countIn(all, 100, 150) - 5000)).toBeLessThan(4 * Math.sqrt(5000));
    expect(countIn(all, 200, 250)).toBe(0);
    const spec: WorkloadSpec = { kind: 'synthetic', arrivals, tokens };
    expect(expectedRequests({ spec, startEpochMs: MONDAY, durationSeconds: 300 })).toBeCloseTo(7000, 6);
    // What comes before is the same as without events.
    const plain = collectArrivals(source(steady));
    const before = countIn(all, 0, 100);
    expect(all.atTicks.slice(0, before)).toEqual(plain.atTicks.slice(0, before));
  });
});

describe('events in the lengths', () => {
  const changes = [
    { fromSeconds: 60, toSeconds: 180, output: { kind: 'constant', value: 500 } },
    {
      fromSeconds: 120,
      toSeconds: 240,
      prompt: { kind: 'constant', value: 7 },
      output: { kind: 'constant', value: 900 },
    },
  ] as const;
  const changing: TokensSpec = { ...tokens, changes };
  const outputAt = (seconds: number) => (seconds < 60 ? 10 : seconds < 120 ? 500 : seconds < 240 ? 900 : 10);

  it('give every request those of its time of arrival, the last event first', () => {
    const { atTicks, promptTokens, outputTokens } = collectArrivals(source(steady, changing));
    expect(atTicks.length).toBeGreaterThan(2500);
    atTicks.forEach((ticks, i) => {
      const seconds = ticks / TICKS_PER_SECOND;
      expect(outputTokens[i]).toBe(outputAt(seconds));
      if (seconds >= 120 && seconds < 240) expect(promptTokens[i]).toBe(7);
    });
  });

  it('leave the times, and the lengths before and after, as they were', () => {
    const plain = collectArrivals(source(steady));
    const eventful = collectArrivals(source(steady, changing));
    expect(eventful.atTicks).toEqual(plain.atTicks);
    const outside = plain.atTicks.map(
      (ticks) => ticks < 120 * TICKS_PER_SECOND || ticks >= 240 * TICKS_PER_SECOND,
    );
    const kept = (values: number[]) => values.filter((_, i) => outside[i]);
    expect(kept(eventful.promptTokens)).toEqual(kept(plain.promptTokens));
  });

  it('do not depend on the size of batches, on saving, or on where the origin of time lies', () => {
    const whole = collectArrivals(source(steady, changing));
    expect(collectArrivals(source(steady, changing), 7)).toEqual(whole);
    const first = source(steady, changing);
    const begun = collectArrivals(first, 64, [secondsToTicks(130)]);
    const second = source(steady, changing);
    second.restore(structuredClone(first.save()));
    second.rebase(secondsToTicks(100));
    const rest = collectArrivals(second, 64);
    const together = (key: keyof Arrivals) => [...begun[key], ...rest[key]];
    expect(together('outputTokens')).toEqual(whole.outputTokens);
    expect(together('promptTokens')).toEqual(whole.promptTokens);
    expect([...begun.atTicks, ...rest.atTicks.map((ticks) => ticks + secondsToTicks(100))]).toEqual(
      whole.atTicks,
    );
  });
});
