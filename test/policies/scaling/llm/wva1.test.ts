import { describe, expect, it } from 'vitest';
import { call } from './rule-of.ts';

const replica = (kvCacheUsage: number, queueLength: number, variantName = 'v') => ({
  variantName,
  kvCacheUsage,
  queueLength,
});

const saturation = (replicas: readonly unknown[], more = {}) =>
  call('wva1/saturation', { replicas, ...more });

describe('saturation by KV usage and queue', () => {
  it.each<[string, [number, number][], object]>([
    ['no replica: nothing to do', [], { totalReplicas: 0, shouldScaleUp: false, scaleDownSafe: false }],
    // Spare KV 0.05 and 0.04.
    [
      'little KV room',
      [
        [0.75, 2],
        [0.76, 2],
      ],
      { nonSaturatedCount: 2, shouldScaleUp: true, scaleDownSafe: false },
    ],
    // Spare queue 5 - 3 = 2.
    [
      'little queue room',
      [
        [0.5, 3],
        [0.5, 3],
      ],
      { shouldScaleUp: true, avgSpareQueueLength: 2 },
    ],
    [
      'room in both',
      [
        [0.5, 1],
        [0.5, 1],
      ],
      { shouldScaleUp: false, avgSpareQueueLength: 4 },
    ],
    ['queue room of exactly 3 is enough', [[0.5, 2]], { shouldScaleUp: false, avgSpareQueueLength: 3 }],
    ['KV of exactly the threshold is saturated', [[0.8, 0]], { nonSaturatedCount: 0, shouldScaleUp: true }],
    [
      'queue of exactly the threshold is saturated',
      [[0.1, 5]],
      { nonSaturatedCount: 0, shouldScaleUp: true },
    ],
    [
      'all saturated: room 0, which is too little',
      [
        [0.85, 2],
        [0.5, 6],
        [0.9, 7],
      ],
      {
        nonSaturatedCount: 0,
        avgSpareKvCapacity: 0,
        avgSpareQueueLength: 0,
        shouldScaleUp: true,
        scaleDownSafe: false,
      },
    ],
    // Only the third counts: room 5 - 2 = 3.
    [
      'saturated ones do not lower the average',
      [
        [0.85, 2],
        [0.5, 6],
        [0.6, 2],
      ],
      { nonSaturatedCount: 1, avgSpareQueueLength: 3, shouldScaleUp: false },
    ],
    // Average load 0.25 and 1 on three: on two 0.375 and 1.5, room 0.425 and 3.5.
    [
      'down is safe with room to spare',
      [
        [0.2, 1],
        [0.3, 1],
        [0.25, 1],
      ],
      { scaleDownSafe: true },
    ],
    [
      'down is never safe with one that is not saturated',
      [
        [0.1, 0],
        [0.9, 0],
      ],
      { scaleDownSafe: false },
    ],
  ])('%s', (_, usage, expected) => {
    expect(saturation(usage.map(([kv, queue]) => replica(kv, queue)))).toMatchObject(expected);
  });

  it('names the saturated replicas of each variant and its worst values', () => {
    const result = saturation([
      { podName: 'a', ...replica(0.85, 2) },
      { podName: 'b', ...replica(0.5, 6) },
      { podName: 'c', ...replica(0.6, 2) },
      { podName: 'd', ...replica(0.25, 0, 'w'), cost: 7 },
    ]);
    expect(result.variants).toMatchObject([
      {
        variantName: 'v',
        replicaCount: 3,
        nonSaturatedCount: 1,
        saturatedReplicas: ['a', 'b'],
        maxKvCacheUsage: 0.85,
        maxQueueLength: 6,
      },
      { variantName: 'w', cost: 7, replicaCount: 1, saturatedReplicas: [] },
    ]);
  });

  it('averages over all variants', () => {
    // Room in the queues: 3, 2, 4, 3.
    const result = saturation([
      replica(0.7, 2),
      replica(0.75, 3),
      replica(0.6, 1, 'w'),
      replica(0.65, 2, 'w'),
    ]);
    expect(result).toMatchObject({ totalReplicas: 4, nonSaturatedCount: 4, avgSpareQueueLength: 3 });
  });
});

describe('safe scale-down', () => {
  // Thresholds 0.75 and 5 make the arithmetic exact.
  it.each([
    ['KV room of exactly the trigger is safe', 2, 0.4375, 5, true, 0.125],
    // Load 0.375 becomes 0.75.
    ['none left is not', 2, 0.375, 5, false, 0],
    // Queue load 1 becomes 2: room 3, the trigger.
    ['queue room of exactly the trigger is safe', 2, 0.75, 4, true, 0.75],
    // Queue load 1.25 becomes 2.5.
    ['less is not', 2, 0.75, 3.75, false, 0.75],
    ['three replicas: load times 3/2', 3, 0.5, 5, true, 0.375],
  ])('%s', (_, nonSaturatedCount, avgSpareKvCapacity, avgSpareQueueLength, safe, spareKvAfter) => {
    expect(
      call('wva1/scale-down-safe', {
        nonSaturatedCount,
        avgSpareKvCapacity,
        avgSpareQueueLength,
        kvCacheThreshold: 0.75,
        kvSpareTrigger: 0.125,
      }),
    ).toMatchObject({ safe, spareKvAfter });
  });

  it('needs two replicas', () => {
    expect(
      call('wva1/scale-down-safe', { nonSaturatedCount: 1, avgSpareKvCapacity: 0.8, avgSpareQueueLength: 5 }),
    ).toEqual({ safe: false, spareKvAfter: null, spareQueueAfter: null });
  });
});

describe('targets of the variants', () => {
  const variant = (variantName: string, cost: number, replicaCount: number) => ({
    variantName,
    cost,
    replicaCount,
  });
  const state = (variantName: string, currentReplicas: number, more = {}) => ({
    variantName,
    currentReplicas,
    ...more,
  });
  const three = [variant('dear', 20, 2), variant('cheap', 5, 2), variant('middle', 15, 2)];
  const threeStates = [state('dear', 2), state('cheap', 2), state('middle', 2)];

  it.each([
    ['up: the cheapest gets one', { shouldScaleUp: true }, { dear: 2, cheap: 3, middle: 2 }],
    ['down: the dearest loses one', { scaleDownSafe: true }, { dear: 1, cheap: 2, middle: 2 }],
    ['up goes before down', { shouldScaleUp: true, scaleDownSafe: true }, { dear: 2, cheap: 3, middle: 2 }],
    ['neither', {}, { dear: 2, cheap: 2, middle: 2 }],
  ])('%s', (_, wish, targets) => {
    expect(call('wva1/targets', { ...wish, variants: three, variantStates: threeStates })).toMatchObject({
      targets,
      blocked: false,
    });
  });

  it.each([
    ['one that is on its way up', [state('a', 2, { desiredReplicas: 4 }), state('b', 2)], { a: 4, b: 2 }],
    ['one that is on its way down', [state('a', 2, { desiredReplicas: 1 }), state('b', 2)], { a: 1, b: 2 }],
    ['one of whose replicas some are silent', [state('a', 3), state('b', 2)], { a: 3, b: 2 }],
    ['one that still reports more than it has', [state('a', 1), state('b', 2)], { a: 1, b: 2 }],
  ])('%s blocks the whole model', (_, variantStates, targets) => {
    const variants = [variant('a', 20, 2), variant('b', 5, 2)];
    for (const wish of [{ shouldScaleUp: true }, { scaleDownSafe: true }])
      expect(call('wva1/targets', { ...wish, variants, variantStates })).toMatchObject({
        targets,
        blocked: true,
      });
  });

  it('is not blocked by a desired number that is there, or by none', () => {
    const result = call('wva1/targets', {
      shouldScaleUp: true,
      variants: [variant('a', 1, 2), variant('b', 2, 1)],
      variantStates: [state('a', 2, { desiredReplicas: 2 }), state('b', 1, { desiredReplicas: 0 })],
    });
    expect(result).toMatchObject({ targets: { a: 3, b: 1 }, blocked: false });
  });

  it.each([
    ['up', { shouldScaleUp: true }, { b: 2, a: 3, c: 2 }],
    ['down', { scaleDownSafe: true }, { b: 2, a: 2, c: 1 }],
  ])('equally dear variants: %s takes the first or the last by name', (_, wish, targets) => {
    const variants = ['b', 'a', 'c'].map((name) => variant(name, 5, 2));
    const variantStates = ['b', 'a', 'c'].map((name) => state(name, 2));
    expect(call('wva1/targets', { ...wish, variants, variantStates })).toMatchObject({ targets });
  });

  it('gives nothing to a variant with pending replicas', () => {
    const result = call('wva1/targets', {
      shouldScaleUp: true,
      variants: [variant('cheap', 1, 2), variant('dear', 2, 2)],
      variantStates: [state('cheap', 2, { pendingReplicas: 1 }), state('dear', 2)],
    });
    expect(result.targets).toEqual({ cheap: 2, dear: 3 });
  });

  it('takes the last replica of no variant', () => {
    const variants = [variant('dear', 9, 1), variant('cheap', 1, 2)];
    const states = [state('dear', 1), state('cheap', 2)];
    expect(call('wva1/targets', { scaleDownSafe: true, variants, variantStates: states }).targets).toEqual({
      dear: 1,
      cheap: 1,
    });
  });

  it('leaves everything when no variant reports', () => {
    const variantStates = [state('a', 2, { desiredReplicas: 5 })];
    expect(call('wva1/targets', { shouldScaleUp: true, variants: [], variantStates })).toMatchObject({
      targets: { a: 2 },
      blocked: false,
    });
  });

  it('keeps to the bounds of a variant', () => {
    const variants = [variant('a', 1, 4)];
    const at = (bounds: object) =>
      call('wva1/targets', { shouldScaleUp: true, variants, variantStates: [state('a', 4, bounds)] }).targets;
    expect(at({ maxReplicas: 4 })).toEqual({ a: 4 });
    expect(at({ maxReplicas: 0 })).toEqual({ a: 5 });
    expect(at({ minReplicas: 7 })).toEqual({ a: 7 });
  });
});
