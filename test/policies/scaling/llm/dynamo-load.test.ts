import { describe, expect, it } from 'vitest';
import { call } from './rule-of.ts';

describe('load mode by thresholds', () => {
  const prefill = (queued: readonly number[], optimizationTarget = 'throughput', more = {}) =>
    call('dynamo/load', {
      component: 'prefill',
      optimizationTarget,
      workers: queued.map((queuedPrefillTokens) => ({ queuedPrefillTokens })),
      numWorkers: queued.length,
      capacityTokens: 1000,
      ...more,
    }).desired;

  it.each([
    ['throughput: one at the context length', [1000, 0], 'throughput', 3],
    ['throughput: one just below', [999, 0], 'throughput', null],
    ['throughput: all below a tenth', [99, 0], 'throughput', 1],
    ['throughput: one at a tenth', [100, 0], 'throughput', null],
    ['latency: one at a tenth', [100, 0], 'latency', 3],
    ['latency: one just below', [99, 0], 'latency', null],
    ['latency: all empty', [0, 0], 'latency', 1],
    ['latency: one token', [1, 0], 'latency', null],
    ['the last one stays', [0], 'throughput', null],
  ])('prefill, %s', (_, queued, target, desired) => {
    expect(prefill(queued, target)).toBe(desired);
  });

  const decode = (tokens: readonly [number, number][], optimizationTarget = 'throughput', more = {}) =>
    call('dynamo/load', {
      component: 'decode',
      optimizationTarget,
      workers: tokens.map(([scheduledDecodeTokens, queuedDecodeTokens]) => ({
        scheduledDecodeTokens,
        queuedDecodeTokens,
      })),
      numWorkers: tokens.length,
      capacityTokens: 1000,
      ...more,
    }).desired;

  it.each<[string, [number, number][], string, number | null]>([
    [
      'throughput: scheduled and queued above capacity',
      [
        [900, 101],
        [0, 0],
      ],
      'throughput',
      3,
    ],
    [
      'throughput: exactly at capacity',
      [
        [900, 100],
        [0, 0],
      ],
      'throughput',
      null,
    ],
    [
      'throughput: all below 60 %',
      [
        [599, 0],
        [0, 599],
      ],
      'throughput',
      1,
    ],
    [
      'throughput: one at 60 %',
      [
        [600, 0],
        [0, 0],
      ],
      'throughput',
      null,
    ],
    [
      'latency: one above 40 %',
      [
        [401, 0],
        [0, 0],
      ],
      'latency',
      3,
    ],
    [
      'latency: exactly 40 %',
      [
        [400, 0],
        [0, 0],
      ],
      'latency',
      null,
    ],
    [
      'latency: all below 10 %',
      [
        [99, 0],
        [99, 0],
      ],
      'latency',
      1,
    ],
    [
      'latency: one at 10 %',
      [
        [100, 0],
        [0, 0],
      ],
      'latency',
      null,
    ],
  ])('decode, %s', (_, tokens, target, desired) => {
    expect(decode(tokens, target)).toBe(desired);
  });

  it('counts queued prompts, too, where workers do both', () => {
    const worker = { scheduledDecodeTokens: 500, queuedDecodeTokens: 300, queuedPrefillTokens: 201 };
    const input = { component: 'aggregated', workers: [worker], numWorkers: 1, capacityTokens: 1000 };
    expect(call('dynamo/load', input)).toEqual({ desired: 2, reason: 'scale_up' });
    expect(call('dynamo/load', { ...input, capacityTokens: 1001 }).desired).toBeNull();
  });

  it('does not go below the fewest workers', () => {
    expect(prefill([0, 0, 0], 'throughput', { minEndpoint: 2 })).toBe(2);
    expect(prefill([0, 0], 'throughput', { minEndpoint: 2 })).toBe(2);
  });

  it.each([
    ['a change is under way', { expectedWorkers: 3 }, 'scaling_in_progress'],
    ['a worker is silent', { numWorkers: 3 }, 'worker_count_mismatch'],
    ['one more reports than is ready', { numWorkers: 1 }, 'worker_count_mismatch'],
    ['none reports', { workers: [] }, 'no_worker_data'],
    ['capacity is unknown', { capacityTokens: null }, 'insufficient_data'],
  ])('holds while %s', (_, more, reason) => {
    const workers = [{ queuedPrefillTokens: 9000 }, { queuedPrefillTokens: 9000 }];
    const input = { component: 'prefill', workers, numWorkers: 2, capacityTokens: 1000, ...more };
    expect(call('dynamo/load', input)).toEqual({ desired: null, reason });
  });
});

describe('load mode by latency targets', () => {
  const sla = (workers: readonly object[], more = {}) =>
    call('dynamo/sla', { workers, numWorkers: workers.length, sla: 50, ...more });
  const worker = (estimate: number | null, estimateAfter: number | null, kvTokens: number | null = null) => ({
    estimate,
    estimateAfter,
    kvTokens,
  });

  it.each<[string, object[], object, number | null]>([
    ['all above: up', [worker(51, 60), worker(80, 90)], {}, 3],
    ['one not above: leave it', [worker(51, 60), worker(50, 55)], {}, null],
    ['all below 80 % with one fewer: down', [worker(20, 39.9), worker(20, 30)], {}, 1],
    ['one at exactly 80 %: leave it', [worker(20, 40), worker(20, 30)], {}, null],
    ['one that cannot be told: leave it', [worker(20, 30), worker(20, null)], {}, null],
    ['the last one stays', [worker(1, 1)], {}, null],
    ['KV that no longer fits: leave it', [worker(1, 1, 500), worker(1, 1)], { maxKvTokens: 1000 }, null],
    ['KV that just fits: down', [worker(1, 1, 499), worker(1, 1)], { maxKvTokens: 1000 }, 1],
    // Target 50, of which 20 is its own: below 20 + 0.8 * 30 = 44.
    ['margin on what load changes only', [worker(30, 43), worker(30, 43)], { own: 20 }, 1],
    ['… with its edge', [worker(30, 44), worker(30, 43)], { own: 20 }, null],
    ['own time above the target: never down', [worker(1, 1), worker(1, 1)], { own: 50 }, null],
    ['not below the fewest', [worker(1, 1), worker(1, 1)], { minEndpoint: 2 }, 2],
  ])('%s', (_, workers, more, desired) => {
    expect(sla(workers, more).desired).toBe(desired);
  });

  it('has nothing to go by without estimates, and waits like the thresholds', () => {
    expect(sla([worker(null, null)]).reason).toBe('insufficient_data');
    expect(sla([worker(99, 99)], { expectedWorkers: 2 }).reason).toBe('scaling_in_progress');
    expect(sla([worker(99, 99)], { numWorkers: 2 }).reason).toBe('worker_count_mismatch');
  });

  it('cuts the load that one fewer would carry to whole tokens', () => {
    // Three workers: 101 * 3 / 2 = 151.5 becomes 151; with 151.5 it would be at the target's 80 %.
    const line = { base: 0, slope: 1 };
    const workers = [{ load: 101 }, { load: 1 }, { load: 1 }];
    expect(sla(workers, { line, sla: 151.5, loadScalingDownSensitivity: 1 }).desired).toBe(2);
    expect(sla(workers, { line, sla: 151, loadScalingDownSensitivity: 1 }).desired).toBeNull();
  });

  it.each([
    ['prefill wants more', 4, 2, 4],
    ['decode wants more', 2, 4, 4],
    ['both want less: the larger', 1, 2, 2],
    ['only decode wants less', 3, 2, 3],
    ['no prefill signal, decode wants less', null, 2, 2],
    ['no decode signal, prefill wants less', 2, null, 3],
  ])('workers that do both: %s', (_, prefill, decode, desired) => {
    expect(call('dynamo/aggregated', { numWorkers: 3, prefill, decode })).toEqual({ desired });
  });
});

describe('budget of GPUs', () => {
  const budget = (numPrefill: number, numDecode: number, more: object) =>
    Object.values(call('dynamo/budget', { numPrefill, numDecode, ...more }));

  it.each([
    ['enough', 3, 4, { maxGpuBudget: 7 }, [3, 4]],
    ['no limit', 30, 40, {}, [30, 40]],
    // 8 * 10/16 = 5, the rest 5.
    ['both shrink alike', 8, 8, { maxGpuBudget: 10 }, [5, 5]],
    // 9 * 10/12 = 7.5 -> 7; 3 left.
    ['rounded down, the rest for decode', 9, 3, { maxGpuBudget: 10 }, [7, 3]],
    // 20 * 10/21 = 9.52 -> 9 = (10 - 1)/1.
    ['one decode worker is kept', 20, 1, { maxGpuBudget: 10 }, [9, 1]],
    // 1 * 10/31 = 0.3 -> 1.
    ['one prefill worker is kept', 1, 30, { maxGpuBudget: 10 }, [1, 9]],
    // 4*2 + 4*4 = 24; 4 * 15/24 = 2.5 -> 2; (15 - 4)/4 = 2.75 -> 2.
    [
      'workers of several GPUs',
      4,
      4,
      { maxGpuBudget: 15, prefillEngineNumGpu: 2, decodeEngineNumGpu: 4 },
      [2, 2],
    ],
    [
      'too small for one of each: none',
      2,
      2,
      { maxGpuBudget: 5, prefillEngineNumGpu: 2, decodeEngineNumGpu: 4 },
      [0, 0],
    ],
    [
      'just enough for one of each',
      2,
      2,
      { maxGpuBudget: 6, prefillEngineNumGpu: 2, decodeEngineNumGpu: 4 },
      [1, 1],
    ],
    ['too small for two of each: none', 5, 5, { maxGpuBudget: 3, minEndpoint: 2 }, [0, 0]],
    // 2 * 12/4 = 6, and 6 more.
    ['a floor: both grow alike', 2, 2, { minGpuBudget: 12 }, [6, 6]],
    ['a floor from none: half each', 0, 0, { minGpuBudget: 6 }, [3, 3]],
    [
      'under a ceiling the floor may be missed by a worker',
      2,
      2,
      { minGpuBudget: 5, maxGpuBudget: 5 },
      [2, 2],
    ],
  ])('%s', (_, p, d, more, expected) => {
    expect(budget(p, d, more)).toEqual(expected);
  });

  it.each([
    ['enough', { desired: 2, engineNumGpu: 4, maxGpuBudget: 8 }, 2],
    ['rounded down', { desired: 5, engineNumGpu: 4, maxGpuBudget: 11 }, 2],
    ['not even one: none', { desired: 5, engineNumGpu: 4, maxGpuBudget: 3 }, 0],
    ['a floor, rounded up', { desired: 1, engineNumGpu: 4, minGpuBudget: 9 }, 3],
  ])('one kind of worker: %s', (_, input, desired) => {
    expect(call('dynamo/budget-single', input)).toEqual({ desired });
  });

  it.each([
    ['the floor holds what load mode would remove', { current: 3, desired: 2, floor: 3 }, 3, false],
    ['the floor lifts what load mode leaves', { current: 1, desired: null, floor: 4 }, 4, true],
    ['load mode may exceed the floor', { current: 4, desired: 5, floor: 2 }, 5, true],
    ['throughput mode off', { current: 2, desired: 1 }, 1, true],
    ['never below the fewest', { current: 1, desired: 0 }, 1, false],
  ])('both modes: %s', (_, prefill, numPrefill, changes) => {
    const decode = { current: 1, desired: null, floor: 1 };
    expect(call('dynamo/both-modes', { prefill, decode })).toEqual({ numPrefill, numDecode: 1, changes });
  });

  it('both modes share the budget', () => {
    const input = { prefill: { current: 4, desired: 5 }, decode: { current: 4, floor: 5 }, maxGpuBudget: 8 };
    expect(call('dynamo/both-modes', input)).toEqual({ numPrefill: 4, numDecode: 4, changes: false });
  });
});
