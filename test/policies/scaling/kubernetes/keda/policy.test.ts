import { describe, expect, it } from 'vitest';
import { kedaPolicy } from '../../../../../src/policies/scaling/kubernetes/keda/policy.ts';
import { observe, POOL, type PoolNow } from '../../llm/observation.ts';
import { changes, play } from '../../play.ts';

const ZERO = { minReplicas: 0 };

/** The pool follows each answer at once. */
function follow(written: object, toSeconds: number, now: (atSeconds: number) => PoolNow) {
  const parameters = kedaPolicy.parameters.parse(written);
  let state = kedaPolicy.start(parameters, POOL);
  let ready = now(0).ready ?? 1;
  const answers = [];
  for (let t = 0; t <= toSeconds; t += kedaPolicy.intervalSeconds(parameters)) {
    const observation = observe({ ...now(t), ready, atSeconds: t });
    const answer = kedaPolicy.recommend(parameters, observation, state);
    state = JSON.parse(JSON.stringify(answer.state));
    ready = answer.desiredReplicas ?? ready;
    answers.push({ atSeconds: t, desiredReplicas: ready, reason: answer.reason });
  }
  return answers;
}

describe('KEDA over a pool', () => {
  it('wakes it for what waits at the gateway', () => {
    const answers = follow({}, 60, (t) => ({ pool: ZERO, ready: 0, gatewayQueue: t >= 10 ? 3 : 0 }));
    // It looks every 30 s.
    expect(changes(answers)).toEqual([
      [0, 0],
      [30, 1],
    ]);
    expect(answers[2].reason).toBe('active: up from rest');
  });

  it('puts it to rest after the cooldown', () => {
    const answers = follow({ cooldownPeriod: 120 }, 300, (t) => ({
      pool: ZERO,
      ready: 1,
      replica: { waiting: t < 60 ? 1 : 0 },
    }));
    // Last active at 30 s; at 150 s that is exactly 120 s ago, at the next look more.
    expect(changes(answers)).toEqual([
      [0, 1],
      [180, 0],
    ]);
  });

  it('between looks lets the autoscaler decide every 15 s', () => {
    const answers = follow({}, 45, () => ({ ready: 1, replica: { waiting: 100 } }));
    expect(answers.map(({ desiredReplicas }) => desiredReplicas)).toEqual([4, 8, 16, 32]);
    expect(kedaPolicy.intervalSeconds(kedaPolicy.parameters.parse({ pollingInterval: 20 }))).toBe(5);
  });

  it('keeps a floor by schedule', () => {
    const trigger = {
      type: 'cron',
      metadata: { timezone: 'UTC', start: '20 22 * * *', end: '30 22 * * *', desiredReplicas: '6' },
    };
    // The tests' clock starts at 22:13:20 UTC.
    const answers = follow({ triggers: [trigger], cooldownPeriod: 60 }, 1200, () => ({
      pool: ZERO,
      ready: 0,
    }));
    expect(changes(answers)).toEqual([
      [0, 0],
      [420, 1], // 22:20:20, the first look after the start
      [435, 4],
      [450, 6],
      [1080, 0], // the last look before the end was at 22:29:50, 990 s; past 1050 s
    ]);
  });

  it('holds during an outage, or goes to its fallback', () => {
    const outage = () => ({ ready: 3, outage: true });
    expect(changes(follow({}, 300, outage))).toEqual([[0, 3]]);
    const fallback = { failureThreshold: 3, replicas: 5 };
    // Four failures in a row: at 0, 15, 30 and 45 s.
    expect(changes(follow({ fallback }, 300, outage))).toEqual([
      [0, 3],
      [45, 5],
    ]);
  });

  it('rests at its idle count', () => {
    const written = { minReplicaCount: 4, idleReplicaCount: 2, cooldownPeriod: 30 };
    const answers = follow(written, 240, (t) => ({
      pool: { minReplicas: 2 },
      ready: 2,
      gatewayQueue: t >= 60 && t < 120 ? 1 : 0,
    }));
    expect(changes(answers)).toEqual([
      [0, 2],
      [60, 4],
      [150, 2],
    ]);
  });

  it('says nothing while nothing is due', () => {
    const answers = play(kedaPolicy, { pollingInterval: 10 }, { toSeconds: 20, now: () => ({ ready: 1 }) });
    expect(answers.map(({ reason }) => reason).filter((reason) => reason === 'not due')).toHaveLength(1);
  });
});

describe('its parameters', () => {
  const problems = (written: object) =>
    kedaPolicy.parameters
      .safeParse(written)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const prometheus = (metadata: object, rest: object = {}) => ({
    triggers: [{ type: 'prometheus', metadata: { threshold: '5', ...metadata }, ...rest }],
  });

  it('map a query that is a known metric, its sum or its mean', () => {
    for (const query of [
      'vllm:num_requests_waiting',
      'sum(vllm:num_requests_waiting)',
      'avg( vllm:kv_cache_usage_perc )',
    ]) {
      expect(problems(prometheus({ query }))).toEqual([]);
    }
  });

  it('map any other by the name of the trigger or of its metric only', () => {
    const query = 'sum(rate(vllm:request_success_total[1m]))';
    expect(problems(prometheus({ query }))[0]).toMatch(
      /^triggers\.0\.metadata\.query: is mapped to no signal; add it/,
    );
    const signals = { throughput: 'finished-per-second' };
    expect(problems({ ...prometheus({ query }, { name: 'throughput' }), signals })).toEqual([]);
    expect(problems({ ...prometheus({ query, metricName: 'throughput' }), signals })).toEqual([]);
    expect(problems({ ...prometheus({ query }), signals })).toHaveLength(1);
  });

  it('take the mean for avg(…) and the sum for a bare name', () => {
    const decide = (query: string) => {
      const parameters = kedaPolicy.parameters.parse(
        prometheus({ query, threshold: 4 }, { metricType: 'Value' }),
      );
      const observation = observe({ ready: 2, replica: { waiting: 8 } });
      return kedaPolicy.recommend(parameters, observation, kedaPolicy.start(parameters, POOL))
        .desiredReplicas;
    };
    expect(decide('avg(vllm:num_requests_waiting)')).toBe(4); // 8/4 x 2
    expect(decide('vllm:num_requests_waiting')).toBe(4); // 16/4 x 2 = 8, but at most 4 from 2
    expect(decide('sum(vllm:num_requests_running)')).toBe(4);
  });

  it.each([
    [{ triggers: [{ type: 'kafka', metadata: {} }] }, /unknown type/],
    [
      {
        triggers: [
          {
            type: 'cron',
            metadata: { timezone: 'Mars', start: '0 8 * * *', end: '0 8 * * *', desiredReplicas: 1 },
          },
        ],
      },
      /is no time zone/,
    ],
    [
      {
        triggers: [
          {
            type: 'cron',
            metadata: { timezone: 'UTC', start: '0 8 * *', end: '0 9 * * *', desiredReplicas: 1 },
          },
        ],
      },
      /has 4 fields, not 5/,
    ],
    [
      {
        triggers: [
          {
            type: 'cron',
            metadata: { timezone: 'UTC', start: '0 8 * * *', end: '0 8 * * *', desiredReplicas: 1 },
          },
        ],
      },
      /is the same as start/,
    ],
    [{ minReplicaCount: 5, maxReplicaCount: 3 }, /is above maxReplicaCount/],
    [{ minReplicaCount: 2, idleReplicaCount: 2 }, /must be below minReplicaCount/],
    [{ idleReplicaCount: 0 }, /must be below minReplicaCount; write that too/],
    [{ advanced: { scalingModifiers: { formula: 'a + b' } } }, /unknown key/],
    [prometheus({ query: 'waiting' }, { useCachedMetrics: true }), /is not modelled/],
    [prometheus({ query: 'waiting', threshold: '0' }), /must be more than 0/],
  ])('refuse %j', (written, problem) => expect(problems(written).join('\n')).toMatch(problem));
});
