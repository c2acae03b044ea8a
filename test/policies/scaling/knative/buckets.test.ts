import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyBuckets,
  isEmpty,
  recordSample,
  resizeWindow,
  windowAverage,
  type Buckets,
} from '../../../../src/policies/scaling/knative/buckets.ts';

type Samples = readonly (readonly [atSeconds: number, value: number])[];

function filled(windowSeconds: number, samples: Samples, bucketSeconds = 1): Buckets {
  return samples.reduce(
    (buckets, [at, value]) => recordSample(buckets, at, value),
    emptyBuckets(windowSeconds, bucketSeconds),
  );
}

const oneToFive: Samples = [1, 2, 3, 4, 5].map((value) => [99 + value, value]);

interface Case {
  name: string;
  samples: Samples;
  at: number;
  average: number;
  window?: number;
  bucket?: number;
}

describe('linear window average', () => {
  const cases: Case[] = [
    { name: 'without samples it is 0', samples: [], at: 100, average: 0 },
    { name: 'one sample fills a young window', samples: [[100, 7]], at: 100, average: 7 },
    { name: 'a full window is the mean of its buckets', samples: oneToFive, at: 104, average: 3 },
    { name: 'a clock that lags behind sees the whole window', samples: oneToFive, at: 103.6, average: 3 },
    {
      name: 'after 2 s without samples the 2 oldest are out, and the others are not diluted',
      samples: oneToFive,
      at: 106,
      average: (3 + 4 + 5) / 3,
    },
    { name: 'at window − 1 without samples the last one remains', samples: oneToFive, at: 108, average: 5 },
    { name: 'a whole window without samples gives 0', samples: oneToFive, at: 109, average: 0 },
    {
      name: 'samples within one second add up',
      samples: [
        [100, 1],
        [100.999, 2],
      ],
      at: 100,
      average: 3,
    },
    {
      name: 'the next whole second is another bucket',
      samples: [
        [100, 1],
        [101, 2],
      ],
      at: 101,
      average: 1.5,
    },
    {
      name: 'a hole between samples counts as zeros',
      samples: [
        [100, 6],
        [102, 3],
      ],
      at: 102,
      average: 3,
    },
    {
      name: 'a hole of window − 1 keeps the first sample',
      samples: [
        [100, 6],
        [104, 4],
      ],
      at: 104,
      average: 2,
    },
    {
      name: 'a hole of a window begins anew',
      samples: [
        [100, 6],
        [105, 4],
      ],
      at: 105,
      average: 4,
    },
    {
      name: 'a sample 4 s late is taken, and makes the window older',
      samples: [
        [100, 10],
        [96, 5],
      ],
      at: 100,
      average: 3,
    },
    {
      name: 'a sample 5 s late is ignored',
      samples: [
        [100, 10],
        [95, 5],
      ],
      at: 100,
      average: 10,
    },
    {
      name: 'a late sample adds to its bucket',
      samples: [
        [100, 10],
        [101, 2],
        [100.5, 4],
      ],
      at: 101,
      average: 8,
    },
    {
      name: 'samples in falling order: those within the window of the first count',
      samples: [8, 7, 6, 5, 4, 3, 2, 1, 0].map((at) => [at, 5]),
      at: 5,
      average: 5,
    },
    {
      name: 'buckets of 3 s in a window of 5 s: two of them',
      samples: [0, 1, 2, 3, 4, 5, 6].map((at) => [at, at < 3 ? 100 : 1]),
      at: 6,
      average: (3 + 1) / 2,
      bucket: 3,
    },
    { name: 'times before the origin have buckets too', samples: [[-0.5, 4]], at: -1, average: 4 },
  ];
  it.each(cases)('$name', ({ samples, at, average, window = 5, bucket }) => {
    expect(windowAverage(filled(window, samples, bucket), at)).toBe(average);
  });

  it('is the mean of what was sampled each second for a window', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (samples, n) => {
        const buckets = filled(
          n,
          samples.map((value, i) => [i, value]),
        );
        const last = samples.slice(-n);
        const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
        expect(windowAverage(buckets, samples.length - 1)).toBe(mean);
      }),
    );
  });
});

describe('emptiness', () => {
  const buckets = filled(5, [[100.9, 1]]);
  it.each([
    ['with a sample just now', 100, false],
    ['one window after the last', 105.9, false],
    ['a second more', 106, true],
  ])('%s', (_, at, empty) => {
    expect(isEmpty(buckets, at)).toBe(empty);
  });
  it('holds before the first sample', () => expect(isEmpty(emptyBuckets(5), 0)).toBe(true));
});

describe('weighted exponential average', () => {
  const average = (buckets: Buckets, at: number) => windowAverage(buckets, at, 'weighted-exponential');

  it('weighs the newest by 1 − 0.0001^(1/n): 0.99 for two buckets', () => {
    expect(average(filled(2, [[10, 100]]), 10)).toBeCloseTo(99, 10);
    const two = filled(2, [
      [10, 100],
      [11, 200],
    ]);
    expect(average(two, 11)).toBeCloseTo(200 * 0.99 + 100 * 0.99 * 0.01, 10);
  });

  it('weighs the newest by 0.2 in long windows', () => {
    const buckets = filled(60, [
      [10, 100],
      [11, 50],
    ]);
    expect(average(buckets, 11)).toBeCloseTo(50 * 0.2 + 100 * 0.2 * 0.8, 12);
  });

  it('moves on by a bucket each second without samples', () => {
    const buckets = filled(60, [[10, 100]]);
    expect(average(buckets, 13)).toBeCloseTo(100 * 0.2 * 0.8 * 0.8 * 0.8, 12);
  });

  it('is not divided by the sum of the weights: a constant is nearly reached', () => {
    const buckets = filled(
      60,
      Array.from({ length: 60 }, (_, i) => [i, 10]),
    );
    // 1 − 0.8^60
    expect(average(buckets, 59)).toBeCloseTo(10 * (1 - 1.5325e-6), 8);
  });

  it('is 0 a window after the last sample', () => {
    expect(average(filled(5, [[10, 100]]), 14)).toBeGreaterThan(0);
    expect(average(filled(5, [[10, 100]]), 15)).toBe(0);
  });
});

describe('a change of the window', () => {
  const rolled = filled(5, [...oneToFive, [105, 6]]);

  it('keeps what a shorter window holds', () => {
    expect(windowAverage(resizeWindow(rolled, 4, 105), 105)).toBe((3 + 4 + 5 + 6) / 4);
  });

  it('grows: the mean stays, and one more bucket joins', () => {
    const grown = resizeWindow(rolled, 10, 105);
    expect(windowAverage(grown, 105)).toBe(4);
    expect(windowAverage(recordSample(grown, 106, 7), 106)).toBe((2 + 3 + 4 + 5 + 6 + 7) / 6);
  });

  it('takes the whole old window for written', () => {
    expect(windowAverage(resizeWindow(filled(5, [[100, 10]]), 10, 100), 100)).toBe(2);
  });

  it('drops data older than the old window', () => {
    expect(resizeWindow(rolled, 10, 111).last).toBeNull();
    expect(resizeWindow(rolled, 10, 110).last).toBe(105);
  });

  it('does nothing where the length stays', () => expect(resizeWindow(rolled, 5, 1000)).toBe(rolled));
});
