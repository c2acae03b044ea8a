import { describe, expect, it } from 'vitest';
import { loadScalingPolicies } from '../../../../src/policies/scaling/registry.ts';
import { latencyOf, observe, POOL, type PoolNow } from './observation.ts';

const LLM_POLICIES = await loadScalingPolicies([
  'wva-v1',
  'wva-v2',
  'blis-saturation',
  'dynamo-load',
  'dynamo-throughput',
  'queueing-model',
]);

const policyOf = (name: string) => {
  const policy = LLM_POLICIES.find((candidate) => candidate.name === name);
  if (!policy) throw new Error(`no policy ${name}`);
  return policy;
};

/** The answers of a policy to a row of observations; its state goes through JSON between them. */
function decide(name: string, rows: readonly PoolNow[], written: object = {}): (number | null)[] {
  const policy = policyOf(name);
  const parameters = policy.parameters.parse(written);
  let state = policy.start(parameters, POOL);
  return rows.map((row) => {
    const answer = policy.recommend(parameters, observe(row), state);
    state = JSON.parse(JSON.stringify(answer.state)) as unknown;
    expect(answer.reason.length).toBeLessThan(120);
    return answer.desiredReplicas;
  });
}

/** The same pool every `step` seconds, from 600 s on. */
const every = (step: number, times: number, row: PoolNow): PoolNow[] =>
  Array.from({ length: times }, (_, i) => ({ ...row, atSeconds: 600 + i * step }));

describe('every policy', () => {
  const rows: PoolNow[] = [
    {},
    { ready: 1, loading: 1 },
    { ready: 0 },
    { outage: true },
    { replica: { waiting: 20, kvUsage: 1 } },
  ];

  it.each(LLM_POLICIES.map(({ name }) => name))('%s is pure, with a state that is JSON', (name) => {
    const policy = policyOf(name);
    const parameters = policy.parameters.parse({});
    let state = policy.start(parameters, POOL);
    expect(policy.intervalSeconds(parameters)).toBeGreaterThan(0);
    for (const [i, row] of rows.entries()) {
      const observation = observe({ ...row, atSeconds: 600 + 200 * i });
      const before = JSON.stringify([observation, state]);
      const answer = policy.recommend(parameters, observation, state);
      expect(policy.recommend(parameters, observation, state)).toEqual(answer);
      expect(JSON.stringify([observation, state])).toBe(before);
      state = JSON.parse(JSON.stringify(answer.state)) as unknown;
      expect(state).toEqual(answer.state);
    }
  });

  it.each(LLM_POLICIES.map(({ name }) => name))('%s holds while metrics are out', (name) => {
    expect(decide(name, [{ outage: true }, { outage: true }])).toEqual([null, null]);
  });

  it('refuses half a profile and half of the step times', () => {
    const half = (name: string, written: object) => policyOf(name).parameters.safeParse(written).success;
    expect(half('dynamo-throughput', { prefillTokensPerSecondPerGpu: 5 })).toBe(false);
    expect(half('queueing-model', { alpha: '20ms', beta: 0 })).toBe(false);
    expect(half('queueing-model', { alpha: '20ms', beta: 0, gamma: '10ms', delta: 0 })).toBe(true);
  });
});

describe('wva-v1', () => {
  it('adds one when queues have little room, and none while that one loads', () => {
    // Queues of 3: room 2 < 3.
    const full = { replica: { waiting: 3 } };
    const rows = [
      { ...full, atSeconds: 600 },
      { ...full, loading: 1, atSeconds: 660 },
      { ...full, ready: 3, atSeconds: 720 },
    ];
    expect(decide('wva-v1', rows)).toEqual([3, 3, 4]);
  });

  it('decides by the worst of the last minute', () => {
    const rows = [
      { atSeconds: 600, replica: { waiting: 0 } },
      { atSeconds: 615, replica: { waiting: 4 } },
      { atSeconds: 660, replica: { waiting: 0 } },
      { atSeconds: 720, replica: { waiting: 0 } },
    ];
    // At 660 the scrape of 610 is 50 s old; at 720 it is forgotten.
    expect(decide('wva-v1', rows).slice(0, 3)).toEqual([2, 2, 3]);
  });

  it('removes one when that is safe, once the HPA has seen it for 300 s', () => {
    // KV 0.1 on three: 0.15 on two.
    const idle = { ready: 3, replica: { kvUsage: 0.1 } };
    expect(decide('wva-v1', every(60, 7, idle))).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  it('stays within the bounds of the pool', () => {
    expect(decide('wva-v1', [{ replica: { waiting: 4 }, pool: { maxReplicas: 2 } }])).toEqual([2]);
  });

  it('is stopped by the HPA’s tolerance at 10 replicas, unless that is lowered', () => {
    const full = { ready: 10, replica: { waiting: 4 } };
    expect(decide('wva-v1', [full])).toEqual([10]);
    expect(decide('wva-v1', [full], { hpa: { tolerance: 0.05 } })).toEqual([11]);
  });
});

describe('wva-v2', () => {
  it('adds what is lacking in tokens', () => {
    // k1 8000. In use 10,000 each: 20,000 / 0.85 - 16,000 = 7529: one more.
    expect(decide('wva-v2', [{ replica: { kvUsage: 1 } }])).toEqual([3]);
    // A queue of 5 shows that 4000 tokens are all it can: (8000 + 2 * 500) / 0.85 - 8000 = 2588: one more.
    expect(decide('wva-v2', [{ replica: { kvUsage: 0.4, waiting: 5 } }])).toEqual([3]);
  });

  it('counts requests at the gateway', () => {
    // 10,000 in use and 50 * 150 at the gateway: 17,500 / 0.85 - 16,000 = 4588.
    expect(decide('wva-v2', [{ gatewayQueue: 50 }])).toEqual([3]);
    expect(decide('wva-v2', [{ gatewayQueue: 0 }])).toEqual([2]);
  });

  it('counts replicas to come', () => {
    expect(decide('wva-v2', [{ replica: { kvUsage: 1 }, loading: 1 }])).toEqual([3]);
  });

  it('remembers what a replica can carry', () => {
    const rows = [
      { atSeconds: 600, replica: { kvUsage: 0.4, waiting: 5 } },
      // The minute that showed it is over: capacity 4000 still; 12,000 / 0.85 - 12,000 = 2118.
      { atSeconds: 720, ready: 3, replica: { kvUsage: 0.4 } },
    ];
    expect(decide('wva-v2', rows)).toEqual([3, 4]);
  });

  it('removes what is spare, once the HPA has seen it for 300 s', () => {
    // 4 * 8000 - 4000 / 0.7 = 26,286: three, and the last one stays.
    const idle = { ready: 4, replica: { kvUsage: 0.1 } };
    expect(decide('wva-v2', every(60, 7, idle)).at(-1)).toBe(1);
  });

  it('holds where there is no KV limit', () => {
    expect(decide('wva-v2', [{ pool: { kvTokens: null } }])).toEqual([null]);
  });
});

describe('blis-saturation', () => {
  it('adds what is lacking, rounded up', () => {
    // 2 * 10,000 / 0.8 - 16,000 = 9000 of 8000 each.
    expect(decide('blis-saturation', [{ replica: { tokensInUse: 10_000 } }])).toEqual([4]);
    // A waiting prompt counts 512: (20,000 + 4 * 512) / 0.8 - 16,000 = 11,560.
    expect(decide('blis-saturation', [{ replica: { tokensInUse: 10_000, waiting: 2 } }])).toEqual([4]);
  });

  it('takes replicas to come for capacity', () => {
    expect(decide('blis-saturation', [{ replica: { tokensInUse: 8000 }, loading: 1 }])).toEqual([null]);
  });

  it('removes what is spare after its window', () => {
    // Four: 32,000 - 4 * 500 / 0.4 = 27,000: three.
    const idle = { ready: 4, replica: { tokensInUse: 500 } };
    const parameters = { scaleDownStabilizationWindow: '60s' };
    expect(decide('blis-saturation', every(30, 4, idle), parameters)).toEqual([null, null, 1, null]);
    const interrupted = [
      { ...idle, atSeconds: 600 },
      { ...idle, atSeconds: 630, replica: {} },
      { ...idle, atSeconds: 660 },
    ];
    expect(decide('blis-saturation', interrupted, parameters)).toEqual([null, null, null]);
  });
});

describe('dynamo-load', () => {
  it.each<[string, PoolNow, object, number | null]>([
    [
      'KV and queued prompts above capacity',
      { replica: { tokensInUse: 9000, queuedPrefillTokens: 1001 } },
      {},
      3,
    ],
    ['exactly at it', { replica: { tokensInUse: 9000, queuedPrefillTokens: 1000 } }, {}, null],
    ['all below 60 %', { replica: { tokensInUse: 5999 } }, {}, 1],
    ['latency: above 40 %', { replica: { tokensInUse: 4001 } }, { target: 'latency' }, 3],
    [
      'prefill: a context length queued',
      { replica: { queuedPrefillTokens: 4096 } },
      { component: 'prefill' },
      3,
    ],
    ['while one loads', { loading: 1, replica: { tokensInUse: 9e5 } }, {}, null],
    ['the budget of GPUs', { replica: { tokensInUse: 9e5 } }, { maxGpuBudget: 5 }, 2],
    ['no KV limit', { pool: { kvTokens: null } }, {}, null],
  ])('%s', (_, row, parameters, expected) => {
    expect(decide('dynamo-load', [row], parameters)).toEqual([expected]);
  });

  it('learns latencies of loads and keeps its targets', () => {
    // ITL 10 ms + 4 us per token: five windows, then one at which one fewer would hold 6000 tokens at 34 ms.
    const at = (tokensInUse: number): PoolNow => ({
      replica: { tokensInUse },
      rates: { itl: latencyOf(0.01 + 4e-6 * tokensInUse), ttft: latencyOf(0.1) },
    });
    const rows = [9000, 7000, 5000, 4000, 3000].map(at);
    const answers = decide('dynamo-load', rows, { target: 'sla' });
    expect(answers).toEqual([null, null, null, null, 1]);
    // 42 ms is above 80 % of 50 ms.
    expect(decide('dynamo-load', [...rows.slice(0, 4), at(4000)], { target: 'sla' }).at(-1)).toBeNull();
    // Above the target on every replica.
    const slow = decide('dynamo-load', [...rows.slice(0, 4), at(9000)], { target: 'sla', itl: '40ms' });
    expect(slow.at(-1)).toBe(3);
  });
});

describe('dynamo-throughput', () => {
  const pool = { replicaCapacityPerSecond: 2 };

  it('plans by what one replica holds', () => {
    expect(decide('dynamo-throughput', [{ pool }])).toEqual([3]);
    expect(decide('dynamo-throughput', [{ pool, rates: { arrivedPerSecond: 6 } }])).toEqual([3]);
    expect(decide('dynamo-throughput', [{ pool, rates: { arrivedPerSecond: 0 } }])).toEqual([1]);
  });

  it('plans by a profile', () => {
    // 5 * 100 / 200 / 2 = 1.25 prefilling and 5 * 50 / 100 / 2 = 1.25 decoding.
    const profile = { prefillTokensPerSecondPerGpu: 200, decodeTokensPerSecondPerGpu: 100 };
    expect(decide('dynamo-throughput', [{}], profile)).toEqual([3]);
    expect(decide('dynamo-throughput', [{}], { ...profile, component: 'decode' })).toEqual([2]);
    expect(decide('dynamo-throughput', [{}], { ...profile, maxGpuBudget: 4 })).toEqual([2]);
    expect(decide('dynamo-throughput', [{ rates: { meanOutputTokens: null } }], profile)).toEqual([null]);
  });

  it('holds without either', () => {
    expect(decide('dynamo-throughput', [{}])).toEqual([null]);
  });

  it('is the floor of load mode where both are on', () => {
    const rows = [
      // The floor is 3, and load mode wants to go down.
      { ready: 4, pool, replica: { tokensInUse: 0 }, atSeconds: 600 },
      { ready: 3, pool, replica: { tokensInUse: 0 }, atSeconds: 605 },
      { ready: 3, pool, replica: { tokensInUse: 10_001 }, atSeconds: 610 },
      { ready: 3, loading: 1, pool, replica: { tokensInUse: 10_001 }, atSeconds: 615 },
      // Planned anew after 180 s: 2.
      { ready: 3, pool, rates: { arrivedPerSecond: 4 }, replica: { tokensInUse: 0 }, atSeconds: 780 },
    ];
    expect(decide('dynamo-throughput', rows, { withLoad: true })).toEqual([3, 3, 4, null, 2]);
  });
});

describe('queueing-model', () => {
  // One request at a time, one step of 100 ms per token: mean service 0.1 + 49 * 0.1 = 5 s, no room to wait.
  const alone = { alpha: '100ms', beta: 0, gamma: '100ms', delta: 0, maxBatchSize: 1, queuePerBatch: 0 };

  it('divides the arrivals by what one replica may take', () => {
    // Without targets 0.9 of 1/5 per second: 5 / 0.18 = 27.8.
    expect(decide('queueing-model', [{}], { ...alone, ttft: null, itl: null })).toEqual([28]);
    expect(decide('queueing-model', [{}], { ...alone, ttft: null, itl: null, safety: 0.5 })).toEqual([50]);
  });

  it('takes a batch bound by the KV cache', () => {
    // 10,000 / (100 + 25) = 80, but 64 sequences: with steps of constant length 64 / 5 per second, of which 0.9.
    const parameters = { alpha: '100ms', beta: 0, gamma: '100ms', delta: 0, ttft: null, itl: null };
    expect(decide('queueing-model', [{ rates: { arrivedPerSecond: 100 } }], parameters)).toEqual([9]);
    // 1250 tokens hold 10: 10 / 5 * 0.9 = 1.8.
    const small = { rates: { arrivedPerSecond: 100 }, pool: { kvTokens: 1250 } };
    expect(decide('queueing-model', [small], parameters)).toEqual([56]);
  });

  it('holds where no number meets the targets, and scales to none without arrivals', () => {
    expect(decide('queueing-model', [{}], { ...alone, itl: '99ms' })).toEqual([null]);
    expect(decide('queueing-model', [{ rates: { arrivedPerSecond: 0 } }], alone)).toEqual([0]);
    expect(decide('queueing-model', [{ rates: { meanPromptTokens: null } }], alone)).toEqual([null]);
  });

  it('learns step times in three windows', () => {
    // ITL 10 ms + 1 ms per sequence; TTFT 50 ms of 100 tokens at 10 sequences.
    const at = (meanBatch: number): PoolNow => ({
      rates: { meanBatch, itl: latencyOf(0.01 + 0.001 * meanBatch), ttft: latencyOf(0.05) },
    });
    const answers = decide('queueing-model', [at(2), at(5), at(10)], { ttft: null, itl: '0.02' });
    expect(answers.slice(0, 2)).toEqual([null, null]);
    // About 10 at once within 20 ms: prefill 0.05 + 49 * 0.02 = 1.03 s, so near 9.7 per second: one replica.
    expect(answers[2]).toBe(1);
    const busy = [at(2), at(5), { rates: { ...at(10).rates, arrivedPerSecond: 97 } }];
    const replicas = decide('queueing-model', busy, { ttft: null, itl: '0.02' })[2];
    expect(replicas).toBeGreaterThanOrEqual(10);
    expect(replicas).toBeLessThanOrEqual(13);
  });
});
