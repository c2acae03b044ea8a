import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CURVES } from '../../src/catalog/curves.ts';
import { expectedRequestsPerSecond } from '../../src/workload/create.ts';
import {
  expectedRate,
  normaliseCurve,
  rateSegments,
  type RateSegment,
} from '../../src/workload/rate-curve.ts';
import type { ArrivalsSpec } from '../../src/workload/spec.ts';
import { referenceData, referenceDataMissing } from '../support/reference-data.ts';

type Diurnal = Extract<ArrivalsSpec, { kind: 'diurnal' }>;

const HOUR = 3600;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2023, 0, 30);
/** Hour 6 of the day has rate 6 and so on, before scaling to mean 1. */
const ramp = Array.from({ length: 24 }, (_, hour) => hour);

function diurnal(part: Partial<Diurnal> = {}): Diurnal {
  return {
    kind: 'diurnal',
    requestsPerSecondMean: 11.5,
    curve: ramp,
    interpolation: 'step',
    timeZone: 'UTC',
    ...part,
  };
}

const integral = (segments: RateSegment[]) =>
  segments.reduce(
    (sum, { fromSeconds, toSeconds, rateAtStart, rateAtEnd }) =>
      sum + ((rateAtStart + rateAtEnd) / 2) * (toSeconds - fromSeconds),
    0,
  );

describe('the rate of a run', () => {
  it('is constant where it is said to be', () => {
    const segments = rateSegments({ kind: 'constant', requestsPerSecond: 3 }, MONDAY, 100);
    expect(segments).toEqual([{ fromSeconds: 0, toSeconds: 100, rateAtStart: 3, rateAtEnd: 3 }]);
    expect([-1, 0, 99, 100].map((at) => expectedRate(segments, at))).toEqual([0, 3, 3, 0]);
  });

  it('holds each value for its hour, or joins the middles of the hours around midnight', () => {
    const steps = rateSegments(diurnal(), MONDAY, DAY);
    expect([0, 1, 5.99, 6, 23.99].map((hour) => expectedRate(steps, hour * HOUR))).toEqual([0, 1, 5, 6, 23]);
    const lines = rateSegments(diurnal({ interpolation: 'linear' }), MONDAY, DAY);
    const hours = [0.5, 1, 6.5, 6.75, 23.5, 0, 23.75];
    const expected = [0, 0.5, 6, 6.25, 23, 11.5, 23 - 0.25 * 23];
    hours.forEach((hour, i) => expect(expectedRate(lines, hour * HOUR)).toBeCloseTo(expected[i], 9));
  });

  it('integrates to its mean over a whole day or week, whatever the curve and the hour of the start', () => {
    const value = fc.double({ min: 0, max: 100, noNaN: true });
    const curve = fc.oneof(
      fc.array(value, { minLength: 24, maxLength: 24 }),
      fc.array(value, { minLength: 168, maxLength: 168 }),
    );
    const positive = curve.filter((values) => values.some((each) => each > 1e-6));
    const interpolation = fc.constantFrom('linear' as const, 'step' as const);
    const startMs = fc.integer({ min: 0, max: 7 * DAY * 1000 });
    fc.assert(
      fc.property(positive, interpolation, startMs, (values, joined, start) => {
        const seconds = values.length * HOUR;
        const segments = rateSegments(
          diurnal({ curve: values, interpolation: joined }),
          MONDAY + start,
          seconds,
        );
        expect(Math.abs(integral(segments) / (11.5 * seconds) - 1)).toBeLessThan(1e-9);
        expect(segments[0].fromSeconds).toBe(0);
        expect(segments.at(-1)!.toSeconds).toBe(seconds);
        segments.slice(1).forEach((segment, i) => expect(segment.fromSeconds).toBe(segments[i].toSeconds));
        for (const { rateAtStart, rateAtEnd } of segments) {
          expect(Math.min(rateAtStart, rateAtEnd)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('reads the curve on the clock of its zone', () => {
    // 00:00 UTC is 05:30 in India and 19:00 of the day before in New York.
    expect(expectedRate(rateSegments(diurnal({ timeZone: 'Asia/Kolkata' }), MONDAY, DAY), 0)).toBe(5);
    expect(expectedRate(rateSegments(diurnal({ timeZone: 'Asia/Kolkata' }), MONDAY, DAY), 1800)).toBe(6);
    expect(expectedRate(rateSegments(diurnal({ timeZone: 'America/New_York' }), MONDAY, DAY), 0)).toBe(19);
  });

  it('skips an hour of the curve when clocks go forward and repeats one when they go back', () => {
    const berlin = diurnal({ timeZone: 'Europe/Berlin' });
    const spring = Date.UTC(2023, 2, 25, 23);
    const forward = rateSegments(berlin, spring, 23 * HOUR);
    expect([1.5, 2, 22.5].map((hour) => expectedRate(forward, hour * HOUR))).toEqual([1, 3, 23]);
    expect(integral(forward)).toBeCloseTo((276 - 2) * HOUR, 6);
    const autumn = Date.UTC(2023, 9, 28, 22);
    const back = rateSegments(berlin, autumn, 25 * HOUR);
    expect([2.5, 3.5, 4, 24.5].map((hour) => expectedRate(back, hour * HOUR))).toEqual([2, 2, 3, 23]);
    expect(integral(back)).toBeCloseTo((276 + 2) * HOUR, 6);
  });

  it('starts a week-long curve on Monday', () => {
    const curve = Array.from({ length: 168 }, (_, hour) => Math.floor(hour / 24));
    const week = rateSegments(diurnal({ curve, requestsPerSecondMean: 3 }), MONDAY, 7 * DAY);
    expect([0, 1, 2, 3, 4, 5, 6].map((day) => expectedRate(week, (day + 0.5) * DAY))).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    const saturday = Date.UTC(2023, 1, 4, 12);
    expect(expectedRate(rateSegments(diurnal({ curve, requestsPerSecondMean: 3 }), saturday, 60), 0)).toBe(5);
  });

  it('ends exactly at the end of the run, also within a millisecond', () => {
    const segments = rateSegments(diurnal({ interpolation: 'linear' }), MONDAY + 1, 1800.0001234);
    expect(segments.map(({ toSeconds }) => toSeconds)).toEqual([1799.999, 1800.0001234]);
  });
});

describe('a curve', () => {
  it('is scaled to mean 1 and stretched about it to the peak that is asked for', () => {
    const values = normaliseCurve(ramp, 1.5);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(24, 12);
    expect(Math.max(...values)).toBeCloseTo(1.5, 12);
    expect(values[0]).toBeCloseTo(0.5, 12);
    expect(normaliseCurve(ramp, 1)).toEqual(Array.from({ length: 24 }, () => 1));
  });

  it('is refused where it cannot be, with the largest peak it allows', () => {
    const half = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 0.5 : 1.5));
    expect(Math.min(...normaliseCurve(half, 2))).toBe(0);
    expect(() => normaliseCurve(half, 2.01)).toThrow(/peakToMean is 2.01; this curve allows 1 to 2.000/);
    expect(() => normaliseCurve(half, 0.9)).toThrow(/peakToMean is 0.9/);
    const flat = ramp.map(() => 1);
    expect(() => normaliseCurve(flat, 2)).toThrow(/flat/);
    expect(() => normaliseCurve([1, 2])).toThrow(/24 or 168 hourly values, not 2/);
    for (const bad of [NaN, -1, Infinity])
      expect(() => normaliseCurve([bad, ...ramp.slice(1)])).toThrow(/from 0/);
    expect(() => normaliseCurve(ramp.map(() => 0))).toThrow(/above 0/);
  });
});

describe('the curves of the catalog', () => {
  it.each(Object.entries(CURVES))('%s has mean 1, a real zone and a source', (_name, curve) => {
    expect([24, 168]).toContain(curve.hours.length);
    const mean = curve.hours.reduce((sum, value) => sum + value, 0) / curve.hours.length;
    expect(mean).toBeCloseTo(1, 3);
    expect(() => new Intl.DateTimeFormat('en', { timeZone: curve.timeZone })).not.toThrow();
    expect(curve.source).toMatch(/CC-BY 4.0|Apache-2.0/);
  });

  it('give weeks that start on Monday: their five first days average to the weekday curves', () => {
    for (const service of ['azure-conversation', 'azure-coding']) {
      const week = CURVES[`${service}-week`].hours;
      const days = Array.from({ length: 24 }, (_, hour) =>
        [0, 1, 2, 3, 4].reduce((sum, day) => sum + week[day * 24 + hour], 0),
      );
      const weekdays = normaliseCurve(days);
      CURVES[`${service}-weekday`].hours.forEach((value, hour) => {
        expect(weekdays[hour]).toBeCloseTo(value, 3);
      });
    }
  });

  it.skipIf(referenceDataMissing)('are the measured ones', () => {
    const { curves } = JSON.parse(readFileSync(referenceData('diurnal_curves.json'), 'utf8'));
    const conversation = curves.azure_llm_2024_conversation;
    expect(CURVES['azure-conversation-weekday'].hours).toEqual(conversation.weekday);
    expect(CURVES['azure-conversation-weekend'].hours).toEqual(conversation.weekend);
    expect(CURVES['azure-coding-weekday'].hours).toEqual(curves.azure_llm_2024_coding.weekday);
    expect(CURVES['campus-chatgpt'].hours).toEqual(curves.burstgpt_chatgpt_conversation.all_days);
    expect(CURVES['api-clients'].hours).toEqual(curves['servegen_m-small'].all_days);
    // Its week starts on Sunday, 12 May 2024: Monday, 0 h is value 24.
    const perMinute: number[] = conversation.hourly_requests_per_minute_168;
    const monday = perMinute[24] / (perMinute.reduce((sum, value) => sum + value, 0) / 168);
    expect(CURVES['azure-conversation-week'].hours[0]).toBeCloseTo(monday, 4);
  });
});

describe('the expected rate', () => {
  it('is that of the curve for a synthetic workload and unknown for a trace', () => {
    const tokens = {
      kind: 'independent',
      prompt: { kind: 'constant', value: 1 },
      output: { kind: 'constant', value: 1 },
    } as const;
    const run = { startEpochMs: MONDAY, durationSeconds: DAY };
    const synthetic = { kind: 'synthetic', arrivals: diurnal(), tokens } as const;
    expect(expectedRequestsPerSecond({ spec: synthetic, ...run }, [30, 7 * HOUR])).toEqual([0, 7]);
    const trace = { kind: 'trace', trace: { path: 'x.csv', rate: 1, loop: false } } as const;
    expect(expectedRequestsPerSecond({ spec: trace, ...run }, [30])).toEqual([]);
  });
});
