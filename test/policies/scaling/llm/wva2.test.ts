import { describe, expect, it } from 'vitest';
import { call } from './rule-of.ts';

const replica = (more = {}) => ({
  variantName: 'a',
  acceleratorName: 'H100',
  tokensInUse: 5000,
  totalKvCapacityTokens: 16_000,
  avgInputTokens: 100,
  avgOutputTokens: 50,
  ...more,
});

const variant = (more = {}) => ({ variantName: 'a', cost: 10, currentReplicas: 1, ...more });

const analysis = (more: object) =>
  call('wva2/analysis', { modelID: 'm', replicas: [replica()], variants: [variant()], ...more });

describe('compute-bound capacity', () => {
  const k2 = (more: object) =>
    call('wva2/k2', { k1: 12_800, avgInputTokens: 500, avgOutputTokens: 100, ...more });

  it.each([
    ['observed when exactly 5 wait', { queueLength: 5, tokensInUse: 8000 }, 8000, 'observed'],
    ['not when 4 wait', { queueLength: 4, tokensInUse: 8000 }, 12_800, 'k1'],
    ['not when nothing is in use', { queueLength: 9, tokensInUse: 0 }, 12_800, 'k1'],
    [
      'an observation goes before the history',
      { queueLength: 5, tokensInUse: 8000, history: [1] },
      8000,
      'observed',
    ],
    ['mean of the history, cut', { tokensInUse: 1, history: [3, 4] }, 3, 'history'],
    // min(2048 * 100 / 600, 256) = 256 of 500 + 50 tokens.
    ['derived, bound by sequences', { effectiveMaxBatchedTokens: 2048, maxNumSeqs: 256 }, 140_800, 'derived'],
    // 600 * 100 / 600 = 100.
    ['derived, bound by tokens', { effectiveMaxBatchedTokens: 600, maxNumSeqs: 256 }, 55_000, 'derived'],
    // 7 * 100 / 600 * 550 = 641.67, cut.
    ['derived, cut', { effectiveMaxBatchedTokens: 7, maxNumSeqs: 256 }, 641, 'derived'],
    [
      'the history goes before what is derived',
      { effectiveMaxBatchedTokens: 600, maxNumSeqs: 256, history: [7] },
      7,
      'history',
    ],
    [
      'without outputs nothing can be derived',
      { effectiveMaxBatchedTokens: 600, maxNumSeqs: 256, avgOutputTokens: 0 },
      12_800,
      'k1',
    ],
  ])('%s', (_, more, value, source) => {
    expect(k2(more)).toMatchObject({ k2: value, source });
  });

  it('remembers the last ten observations', () => {
    const history = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(k2({ queueLength: 5, tokensInUse: 11, history }).history).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(k2({ history })).toMatchObject({ k2: 5, history });
  });
});

describe('capacity of a replica and a variant', () => {
  it.each([
    ['memory-bound: 0.8 of 16,000', replica(), 12_800],
    ['memory-bound, cut: 0.8 of 16,001', replica({ totalKvCapacityTokens: 16_001 }), 12_800],
    ['compute-bound where requests queue', replica({ queueLength: 6, tokensInUse: 4000 }), 4000],
    ['k1 where more is in use than that', replica({ queueLength: 6, tokensInUse: 15_000 }), 12_800],
  ])('%s', (_, input, effectiveCapacity) => {
    expect(call('wva2/capacity', input).capacity).toMatchObject({ effectiveCapacity });
  });

  it('is saturated when demand reaches capacity', () => {
    const at = (queueLength: number) =>
      call('wva2/capacity', replica({ tokensInUse: 12_500, queueLength })).capacity;
    expect(at(2)).toMatchObject({ demand: 12_700, isSaturated: false });
    expect(at(3)).toMatchObject({ demand: 12_800, isSaturated: true });
  });

  it('falls back to what is known of the variant where KV capacity is not reported', () => {
    const silent = { kvCacheUsage: 0.5, queueLength: 3, avgInputTokens: 500 };
    // 0.8 * 10,000 = 8000; half of it and 3 * 500.
    expect(call('wva2/capacity', { ...silent, storedCapacity: 10_000 }).capacity).toMatchObject({
      effectiveCapacity: 8000,
      k1: 8000,
      k2: 8000,
      demand: 5500,
      k2Source: 'stored',
    });
    expect(call('wva2/capacity', silent)).toBeNull();
  });

  it.each([
    ['none', [], 0],
    ['one', [42], 42],
    ['odd, unsorted', [5, 1, 3], 3],
    ['even: the mean of the middle two', [1, 7, 3, 5], 4],
    ['even, cut', [1, 2], 1],
  ])('median of %s', (_, capacities, capacity) => {
    expect(call('wva2/median', { capacities })).toEqual({ capacity });
  });

  const derivable = {
    learnedFrom: 'deployment',
    effectiveCapacity: 8192,
    effectiveMaxBatchedTokens: 8192,
    maxNumSeqs: 256,
    avgInputTokens: 500,
    avgOutputTokens: 100,
  };
  it.each([
    ['measured: as it was', { ...derivable, learnedFrom: 'live', effectiveCapacity: 12_000 }, 12_000],
    ['derived from arguments and workload', derivable, 140_800],
    ['bound by its own memory', { ...derivable, totalKvCapacityTokens: 30_000 }, 24_000],
    ['bound by a like variant', { ...derivable, compatibleCapacity: 40_000 }, 40_000],
    ['as guessed without a workload', { ...derivable, avgInputTokens: 0, avgOutputTokens: 0 }, 8192],
    [
      'as guessed without arguments',
      { effectiveCapacity: 8192, learnedFrom: 'deployment', avgOutputTokens: 100 },
      8192,
    ],
  ])('without ready replicas: %s', (_, input, capacity) => {
    expect(call('wva2/stored-capacity', input)).toEqual({ capacity });
  });
});

describe('demand of the gateway’s queue', () => {
  const demand = (more: object) =>
    call('wva2/queue-demand', { queueSize: 10, avgInputTokens: 100, avgOutputTokens: 50, ...more });
  it.each([
    ['by count', {}, 1500],
    ['by bytes where these are more: 20,000 / 4', { queueBytes: 20_000 }, 5500],
    ['half of the prompts cached', { queueBytes: 4000, prefixCacheHitRate: 0.5 }, 1000],
    ['nothing held', { queueSize: 0 }, 0],
  ])('%s', (_, more, total) => {
    expect(demand(more)).toMatchObject({ total });
  });

  it('counts prompts for prefill workers, everything for the others', () => {
    expect(demand({}).byRole).toEqual({ prefill: 1000, decode: 1500, both: 1500 });
  });
});

describe('required and spare capacity', () => {
  const demand = (demand: number, supply: number, anticipatedSupply = supply) =>
    call('wva2/demand', {
      demand,
      supply,
      anticipatedSupply,
      scaleUpThreshold: 0.5,
      scaleDownBoundary: 0.25,
    });
  it.each([
    ['lack', demand(6000, 8000), 4000, 0],
    ['exactly enough', demand(4000, 8000), 0, 0],
    ['replicas to come count against a lack', demand(6000, 8000, 12_000), 0, 0],
    ['… but are not to spare', demand(1000, 8000, 16_000), 0, 4000],
    ['in between', demand(3000, 8000), 0, 0],
  ])('%s', (_, result, requiredCapacity, spareCapacity) => {
    expect(result).toEqual({ requiredCapacity, spareCapacity });
  });
});

describe('the whole analysis', () => {
  it('adds replicas, waiting prompts and the gateway’s queue', () => {
    const result = analysis({
      replicas: [replica(), replica({ tokensInUse: 1000, queueLength: 3 })],
      variants: [variant({ currentReplicas: 2 })],
      schedulerQueue: { queueSize: 10, queueBytes: 8000 },
    });
    // 5000 + 1000 + 3 * 100 + max(2000, 1000) + 10 * 50.
    expect(result).toMatchObject({ totalDemand: 8800, totalSupply: 25_600 });
  });

  it('takes replicas that see no request for no measure of the workload', () => {
    const result = analysis({
      replicas: [
        replica({ tokensInUse: 0 }),
        replica({ tokensInUse: 0, avgInputTokens: 0, avgOutputTokens: 0 }),
      ],
      variants: [variant({ currentReplicas: 2 })],
      schedulerQueue: { queueSize: 1 },
    });
    expect(result.totalDemand).toBe(150);
  });

  it('learns k2 where requests queue and uses it when they no longer do', () => {
    const first = analysis({ replicas: [replica({ tokensInUse: 8000, queueLength: 6 })] });
    expect(first).toMatchObject({
      history: { 'm|H100|short': [8000] },
      variants: [{ perReplicaCapacity: 8000 }],
    });
    const again = JSON.parse(JSON.stringify(first.history)) as unknown;
    const later = (more: object) =>
      analysis({ replicas: [replica({ tokensInUse: 6000, queueLength: 2, ...more })], history: again });
    expect(later({}).variants).toMatchObject([{ perReplicaCapacity: 8000 }]);
    expect(later({ avgOutputTokens: 99.9 }).variants).toMatchObject([{ perReplicaCapacity: 8000 }]);
    // Other lengths of outputs and other GPUs have histories of their own.
    expect(later({ avgOutputTokens: 100 }).variants).toMatchObject([{ perReplicaCapacity: 12_800 }]);
    expect(later({ avgOutputTokens: 500 }).variants).toMatchObject([{ perReplicaCapacity: 12_800 }]);
    expect(later({ acceleratorName: 'A100' }).variants).toMatchObject([{ perReplicaCapacity: 12_800 }]);
  });

  it('lets a replica use what another one of the same tick has shown', () => {
    const result = analysis({
      replicas: [replica({ tokensInUse: 4000, queueLength: 6 }), replica()],
      variants: [variant({ currentReplicas: 2 })],
    });
    expect(result.replicas).toMatchObject([{ k2Source: 'observed' }, { k2: 4000, k2Source: 'history' }]);
  });

  it('counts pending replicas as supply to come only', () => {
    const result = analysis({ variants: [variant({ currentReplicas: 3, pendingReplicas: 1 })] });
    expect(result).toMatchObject({ totalSupply: 25_600, totalAnticipatedSupply: 38_400 });
    expect(analysis({ variants: [variant({ pendingReplicas: 2 })] })).toMatchObject({
      totalSupply: 0,
      totalAnticipatedSupply: 25_600,
    });
  });

  it('values a variant without replicas by what is stored of it', () => {
    const stored = {
      effectiveCapacity: 8192,
      learnedFrom: 'deployment',
      effectiveMaxBatchedTokens: 8192,
      maxNumSeqs: 256,
    };
    const result = analysis({
      replicas: [replica({ avgInputTokens: 500, avgOutputTokens: 100 })],
      variants: [variant(), variant({ variantName: 'b', currentReplicas: 0, stored })],
    });
    expect(result.variants).toMatchObject([
      {},
      { variantName: 'b', perReplicaCapacity: 140_800, totalCapacity: 0 },
    ]);
  });

  it('passes over replicas of which nothing is known', () => {
    expect(analysis({ replicas: [replica({ totalKvCapacityTokens: 0 })] })).toMatchObject({
      totalDemand: 0,
      totalSupply: 0,
    });
  });
});
