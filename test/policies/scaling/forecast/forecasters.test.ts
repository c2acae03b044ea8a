import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from '../kubernetes/call.ts';

type Forecast = { forecast: number[]; state: Record<string, unknown> };
const forecast = (name: string, input: object) => call(`forecast/${name}`, input) as Forecast;

describe('forecast/series', () => {
  const sample = (value: number, atSeconds: number, state: object) =>
    call('forecast/series', { value, atSeconds, bucketSeconds: 100, state }) as {
      closed: (number | null)[];
      state: { bucket: number; sum: number; samples: number };
    };
  const open = { bucket: 0, sum: 6, samples: 2 };

  it('keeps a bucket open while samples fall into it', () => {
    expect(sample(3, 99, open)).toEqual({ closed: [], state: { bucket: 0, sum: 9, samples: 3 } });
  });

  it('takes a sample at the end of a bucket into it and closes it', () => {
    expect(sample(3, 100, open)).toEqual({ closed: [3], state: { bucket: 1, sum: 0, samples: 0 } });
  });

  it('closes a bucket with the first sample after it, which goes into the next', () => {
    expect(sample(3, 101, open)).toEqual({ closed: [3], state: { bucket: 1, sum: 3, samples: 1 } });
  });

  it('leaves out, as null, buckets without samples', () => {
    expect(sample(7, 350, open)).toEqual({
      closed: [3, null, null],
      state: { bucket: 3, sum: 7, samples: 1 },
    });
    const empty = { bucket: 1, sum: 0, samples: 0 };
    expect(sample(7, 250, empty).closed).toEqual([null]);
    // At the end of bucket 3, two are missing and that one is whole.
    expect(sample(7, 400, empty).closed).toEqual([null, null, 7]);
  });

  it('takes a sample at the very start into the first bucket', () => {
    expect(sample(5, 0, { bucket: 0, sum: 0, samples: 0 })).toEqual({
      closed: [],
      state: { bucket: 0, sum: 5, samples: 1 },
    });
  });

  it('refuses a gap of more buckets than anybody means', () => {
    expect(() => sample(1, 1e9, open)).toThrow(/buckets later/u);
  });
});

describe('forecast/ewma', () => {
  it.each([
    ['starts at the first value', [8], 0.3, 8],
    // 8 + 0.25 * (16 - 8)
    ['moves by alpha times the error', [8, 16], 0.25, 10],
    // 10 + 0.25 * (2 - 10)
    ['and back', [8, 16, 2], 0.25, 8],
    ['is the last value with alpha 1', [8, 16, 2], 1, 2],
    ['stays at the first with alpha 0', [8, 16, 2], 0, 8],
    ['does not move with a missing value', [8, null, 16], 0.25, 10],
    ['starts after missing values', [null, null, 8], 0.25, 8],
  ])('%s', (_, values, alpha, level) => {
    const { forecast: ahead, state } = forecast('ewma', { values, alpha, horizon: 3 });
    expect(ahead).toEqual([level, level, level]);
    expect(state).toEqual({ level });
  });

  it('knows nothing before the first value', () => {
    expect(forecast('ewma', { values: [null] }).forecast).toEqual([null]);
  });
});

describe('forecast/seasonal-naive', () => {
  it.each([
    ['repeats the last season, as often as need be', [1, 2, 3, 4, 5], [3, 4, 5, 3, 4]],
    ['repeats the only season', [1, 2, 3], [1, 2, 3, 1, 2]],
    ['is the last value until a season is whole', [1, 2], [2, 2, 2, 2, 2]],
    ['takes a missing value to be that of a season ago', [1, 2, 3, null, 5], [3, 1, 5, 3, 1]],
    ['and in the first season to be the last value', [1, null, 3], [1, 1, 3, 1, 1]],
  ])('%s', (_, values, expected) => {
    expect(forecast('seasonal-naive', { values, seasonSteps: 3, horizon: 5 }).forecast).toEqual(expected);
  });
});

describe('forecast/holt-winters', () => {
  const weights = { alpha: 0.5, beta: 0.5, gamma: 0.5 };
  const settled = { level: 100, trend: 10, seasonal: [-20, 0, 20], first: [] };
  const step = (values: (number | null)[], more: object = {}) =>
    forecast('holt-winters', { ...weights, values, seasonSteps: 3, horizon: 4, state: settled, ...more });

  it('adds level, trend and the season of the step', () => {
    // 100 + 10 - 20, 100 + 20 + 0, 100 + 30 + 20, and round again 100 + 40 - 20.
    expect(step([]).forecast).toEqual([90, 120, 150, 120]);
  });

  it('splits an error over level, trend and season', () => {
    // 94 where 90 was expected: l = (94 + 20)/2 + 110/2 = 112, b = 12/2 + 10/2 = 11, s = (94 - 110)/2 - 20/2 = -18.
    expect(step([94]).state).toEqual({ level: 112, trend: 11, seasonal: [0, 20, -18], first: [] });
    expect(step([94]).forecast).toEqual([123, 154, 127, 156]);
  });

  it('learns nothing with weights of 0, and the value alone with weights of 1', () => {
    expect(step([94], { alpha: 0, beta: 0, gamma: 0 }).state).toMatchObject({
      level: 110,
      trend: 10,
      seasonal: [0, 20, -20],
    });
    // l = 94 + 20, b = 114 - 100, s = 94 - 110.
    expect(step([94], { alpha: 1, beta: 1, gamma: 1 }).state).toMatchObject({
      level: 114,
      trend: 14,
      seasonal: [0, 20, -16],
    });
  });

  it('goes on as forecast where values are missing', () => {
    const after = step([null, null]);
    expect(after.forecast.slice(0, 2)).toEqual(step([]).forecast.slice(2));
    expect(after.state).toMatchObject({ trend: 10, seasonal: [20, -20, 0] });
  });

  it("is Holt's line in the first season", () => {
    // From 4 with trend 0: 8 moves the level to 6 and the trend to 1; 8 then to 7.5 (of 7) and 1.25.
    const state = { level: null };
    expect(step([4], { state }).forecast).toEqual([4, 4, 4, 4]);
    expect(step([4, 8], { state }).forecast).toEqual([7, 8, 9, 10]);
    const longer = step([4, 8, 8], { state, seasonSteps: 9 });
    expect(longer.forecast).toEqual([8.75, 10, 11.25, 12.5]);
    expect(longer.state).toMatchObject({ seasonal: [], first: [4, 8, 8] });
  });

  it('begins at the mean of the first season, with what lay above it as season and no trend', () => {
    const { forecast: ahead, state } = step([4, 8, 9], { state: { level: null } });
    expect(state).toEqual({ level: 7, trend: 0, seasonal: [-3, 1, 2], first: [] });
    expect(ahead).toEqual([4, 8, 9, 4]);
  });

  it('does not begin before the first value', () => {
    const { forecast: ahead, state } = step([null, null], { state: { level: null } });
    expect(ahead).toEqual([null, null, null, null]);
    expect(state).toEqual({ level: null, trend: 0, seasonal: [], first: [] });
  });

  it('may forecast less than nothing', () => {
    expect(step([], { state: { level: 1, trend: -1, seasonal: [] } }).forecast).toEqual([0, -1, -2, -3]);
  });

  it('refuses a season of another length', () => {
    expect(() => step([1], { state: { level: 1, seasonal: [1, 2] } })).toThrow(/another length/u);
  });

  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 12 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('forecasts what repeats exactly, whatever its weights', () => {
    fc.assert(
      fc.property(values, share, share, share, (season, alpha, beta, gamma) => {
        const given = {
          values: [...season, ...season, ...season],
          seasonSteps: season.length,
          alpha,
          beta,
          gamma,
        };
        const { forecast: ahead } = forecast('holt-winters', { ...given, horizon: season.length });
        for (const [i, value] of season.entries()) expect(ahead[i]).toBeCloseTo(value, 6);
      }),
    );
  });

  it('comes to forecast a straight line with a season', () => {
    const value = (i: number) => 50 + 2 * i + [10, -4, -6][i % 3];
    const given = Array.from({ length: 600 }, (_, i) => value(i));
    const { forecast: ahead } = step(given, { state: { level: null }, alpha: 0.4, beta: 0.2, gamma: 0.3 });
    for (const [i, expected] of [600, 601, 602, 603].map(value).entries())
      expect(ahead[i]).toBeCloseTo(expected, 6);
  });

  it('takes values one by one as it does all at once', () => {
    fc.assert(
      fc.property(values, (given) => {
        let state: object = { level: null };
        for (const value of given)
          state = JSON.parse(JSON.stringify(step([value], { state }).state)) as object;
        expect(state).toEqual(step(given, { state: { level: null } }).state);
      }),
    );
  });
});

describe('forecast/replicas', () => {
  it.each([
    ['rounds up', 20.1, 0, 10, 3],
    ['takes an exact fit', 20, 0, 10, 2],
    ['adds the headroom first', 20, 0.5, 10, 3],
    ['takes 0 for 0', 0, 0.1, 10, 0],
    ['takes a forecast below 0 for 0', -5, 0.1, 10, 0],
  ])('%s', (_, value, headroom, capacityPerReplica, replicas) => {
    expect(call('forecast/replicas', { forecast: value, headroom, capacityPerReplica })).toEqual({
      replicas,
    });
  });
});

describe('forecast/safety-net', () => {
  it.each([
    ['holds what arrives', 20, 0, 2],
    // 20 + 300 / 300 per second.
    ['works off a queue beside it', 20, 300, 3],
    ['works off a queue alone', 0, 1, 1],
    ['needs none for nothing', 0, 0, 0],
  ])('%s', (_, arrivedPerSecond, waiting, replicas) => {
    expect(call('forecast/safety-net', { arrivedPerSecond, waiting, capacityPerReplica: 10 })).toEqual({
      replicas,
    });
  });
});
