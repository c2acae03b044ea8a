import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDemand,
  daysOfMonth,
  demandChargeUsd,
  monthlyPeaks,
  newDemand,
  type DemandRun,
} from '../../src/economics/demand.ts';

const MINUTE = 60;
const run: DemandRun = { startEpochMs: Date.UTC(2023, 0, 30), timeZone: 'UTC', intervalSeconds: 900 };

/** Mean watts of every minute of the run. */
function metered(wattsByMinute: readonly number[], of: DemandRun = run, windowMinutes = 1) {
  const state = newDemand();
  for (let i = 0; i < wattsByMinute.length; i += windowMinutes) {
    const minutes = wattsByMinute.slice(i, i + windowMinutes);
    const facilityJoules = minutes.reduce((sum, watts) => sum + watts * MINUTE, 0);
    addDemand(state, of, {
      startSeconds: i * MINUTE,
      endSeconds: (i + minutes.length) * MINUTE,
      facilityJoules,
    });
  }
  return monthlyPeaks(state, of);
}

describe('the demand charge', () => {
  it('is of the highest mean over a quarter of an hour: a peak of five minutes counts a third', () => {
    const watts = Array.from({ length: 60 }, (_, minute) =>
      minute >= 20 && minute < 25 ? 400_000 : 100_000,
    );
    const [peak] = metered(watts);
    expect(peak).toMatchObject({ month: '2023-01', seconds: 3600, peakStartSeconds: 900, partial: false });
    expect(peak.peakWatts).toBeCloseTo(200_000, 6);
    // $10 x 200 kW x (1/24 day / 31 days).
    expect(demandChargeUsd({ usdPerKwMonth: 10 }, [peak])).toBeCloseTo(2000 / 24 / 31, 9);
  });

  it('of a whole month is the whole charge', () => {
    const peak = {
      month: '2023-02',
      seconds: 28 * 86_400,
      peakWatts: 50_000,
      peakStartSeconds: 0,
      partial: false,
    };
    expect(demandChargeUsd({ usdPerKwMonth: 12 }, [peak])).toBeCloseTo(600, 9);
    expect(daysOfMonth('2024-02')).toBe(29);
    expect(daysOfMonth('2023-12')).toBe(31);
  });

  it('takes every month for itself, in local time', () => {
    // From 31 January, 23:00 in Berlin, for two hours.
    const berlin = { ...run, startEpochMs: Date.UTC(2023, 0, 31, 22), timeZone: 'Europe/Berlin' };
    const watts = Array.from({ length: 120 }, (_, minute) => (minute < 60 ? 1000 : 3000));
    const months = metered(watts, berlin);
    expect(months.map(({ month, seconds }) => [month, seconds])).toEqual([
      ['2023-01', 3600],
      ['2023-02', 3600],
    ]);
    expect(demandChargeUsd({ usdPerKwMonth: 24 }, months)).toBeCloseTo(1 / 31 + 3 / 28, 9);
  });

  it('lets an interval that the run covers in part count only where there is no other', () => {
    const late = { ...run, startEpochMs: Date.UTC(2023, 0, 30, 0, 10) };
    const watts = [9000, 9000, 9000, 9000, 9000, ...Array.from({ length: 15 }, () => 1000)];
    expect(metered(watts, late)[0]).toMatchObject({ peakWatts: 1000, peakStartSeconds: 300, partial: false });
    expect(metered(watts.slice(0, 8), late)[0]).toMatchObject({ peakWatts: 9000, partial: true });
  });

  it('is the same however the run is cut into windows that divide the interval', () => {
    const check = fc.property(
      fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 45, maxLength: 90 }),
      fc.constantFrom(3, 5),
      (watts, windowMinutes) => {
        const even = watts.slice(0, watts.length - (watts.length % 15));
        let peakWatts = 0;
        for (let i = 0; i < even.length; i += 15) {
          peakWatts = Math.max(peakWatts, even.slice(i, i + 15).reduce((a, b) => a + b, 0) / 15);
        }
        for (const minutes of [1, windowMinutes]) {
          expect(metered(even, run, minutes)[0].peakWatts).toBeCloseTo(peakWatts, 6);
        }
      },
    );
    fc.assert(check);
  });

  it('splits a window that crosses the end of an interval by time', () => {
    const state = newDemand();
    addDemand(state, run, { startSeconds: 0, endSeconds: 1800, facilityJoules: 1800 * 500 });
    expect(monthlyPeaks(state, run)[0].peakWatts).toBeCloseTo(500, 9);
    expect(state.coveredSeconds).toBe(0);
  });
});
