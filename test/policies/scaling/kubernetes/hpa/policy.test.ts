import { describe, expect, it } from 'vitest';
import { hpaPolicy } from '../../../../../src/policies/scaling/kubernetes/hpa/policy.ts';
import { observe, POOL, type PoolNow } from '../../llm/observation.ts';
import { changes, play } from '../../play.ts';

const decide = (now: PoolNow, written: object = {}, state?: unknown) => {
  const parameters = hpaPolicy.parameters.parse(written);
  return hpaPolicy.recommend(parameters, observe(now), state ?? hpaPolicy.start(parameters, POOL));
};

const EXTERNAL = [
  {
    type: 'External',
    external: { metric: { name: 'in-system' }, target: { type: 'AverageValue', averageValue: 10 } },
  },
];

describe('the horizontal autoscaler of a pool', () => {
  it('by default keeps a queue of 5 per replica', () => {
    // 10/5 x 3.
    expect(decide({ ready: 3, replica: { waiting: 10 } })).toMatchObject({
      desiredReplicas: 6,
      reason: 'vllm:num_requests_waiting 2 x target asks for 6',
    });
    expect(decide({ ready: 3, replica: { waiting: 5 } }).desiredReplicas).toBe(3);
  });

  it('takes loading replicas as idle on a scale-up, so that it does not ask for them twice', () => {
    // 10/5 over 3 ready and 3 loading: 5/5, on target.
    expect(decide({ ready: 3, loading: 3, replica: { waiting: 10 } }).desiredReplicas).toBe(6);
    expect(decide({ ready: 3, provisioning: 3, replica: { waiting: 10 } }).desiredReplicas).toBe(6);
    // 20/5 over 6 is 2 x 6.
    expect(decide({ ready: 3, loading: 3, replica: { waiting: 20 } }).desiredReplicas).toBe(12);
  });

  it('takes a replica for which there is no capacity as pending', () => {
    expect(decide({ ready: 3, wanted: 6, replica: { waiting: 10 } }).desiredReplicas).toBe(6);
  });

  it('takes loading replicas as on target on a scale-down', () => {
    // (0 + 0 + 5)/3 = 1.666 of 5, x 3: 1; held back by the history.
    const state = { recommendations: [], scaleUpEvents: [], scaleDownEvents: [] };
    expect(decide({ ready: 2, loading: 1, replica: { waiting: 0 } }, {}, state).desiredReplicas).toBe(1);
  });

  it('drops the samples of replicas that are gone since', () => {
    const observation = observe({ ready: 4, replica: { waiting: 10 } });
    const gone = {
      ...observation,
      wantedReplicas: 2,
      replicasByState: { ...observation.replicasByState, ready: 2, draining: 2 },
    };
    const parameters = hpaPolicy.parameters.parse({});
    expect(hpaPolicy.recommend(parameters, gone, hpaPolicy.start(parameters, POOL)).desiredReplicas).toBe(4);
  });

  it('holds during an outage of the metrics', () => {
    expect(decide({ ready: 3, outage: true })).toMatchObject({
      desiredReplicas: null,
      reason: 'hold: FailedGetPodsMetric',
    });
  });

  it('goes into the bounds even then', () => {
    expect(decide({ ready: 3, outage: true, pool: { maxReplicas: 2 } })).toMatchObject({
      desiredReplicas: 2,
      reason: 'Current number of replicas above Spec.MaxReplicas',
    });
  });

  it('doubles every 15 s at most, and lets go after 300 s of less', () => {
    const load = (t: number) => (t < 60 ? 200 : 5);
    let wanted = 2;
    const parameters = hpaPolicy.parameters.parse({ metrics: EXTERNAL });
    let state = hpaPolicy.start(parameters, POOL);
    const counts: number[] = [];
    for (let t = 0; t <= 420; t += 15) {
      const running = load(t) / wanted;
      const answer = hpaPolicy.recommend(
        parameters,
        observe({ atSeconds: t, ready: wanted, replica: { running } }),
        state,
      );
      ({ state } = answer);
      wanted = answer.desiredReplicas!;
      counts.push(wanted);
    }
    // 20 last asked for at 45 s; at 345 s that is 300 s old and counts, at 360 s no more.
    expect(counts.slice(0, 4)).toEqual([4, 8, 16, 20]);
    expect([...new Set(counts.slice(4, 24))]).toEqual([20]);
    expect(counts[24]).toBe(1);
  });

  it('with behavior goes down by its own rate', () => {
    const behavior = {
      scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
    };
    const answers = play(
      hpaPolicy,
      { behavior, syncPeriod: 30 },
      { toSeconds: 120, now: () => ({ ready: 5, replica: { waiting: 0 } }) },
    );
    expect(changes(answers)).toEqual([
      [0, 4],
      [30, 5],
      [60, 4],
      [90, 5],
      [120, 4],
    ]);
  });

  it('takes a resource as the share that its signal is', () => {
    const metrics = [
      {
        type: 'Resource',
        resource: { name: 'gpu', target: { type: 'Utilization', averageUtilization: 40 } },
      },
    ];
    const written = { metrics, signals: { gpu: 'kv-usage' } };
    // 80 % of 40 %, on 3.
    expect(decide({ ready: 3, replica: { kvUsage: 0.8 } }, written).desiredReplicas).toBe(6);
  });

  it('counts a GPU’s use in percent', () => {
    const metrics = [
      {
        type: 'Pods',
        pods: {
          metric: { name: 'DCGM_FI_DEV_GPU_UTIL' },
          target: { type: 'AverageValue', averageValue: 50 },
        },
      },
    ];
    expect(decide({ ready: 3, rates: { dutyCycle: 1 } }, { metrics }).desiredReplicas).toBe(6);
  });

  it('without pods needs a metric that is not one of pods', () => {
    const pool = { ...POOL, minReplicas: 0 };
    const start = (written: object) => hpaPolicy.start(hpaPolicy.parameters.parse(written), pool);
    expect(() => start({})).toThrow(/minimum of 0 needs a metric of type Object or External/);
    expect(() => start({ metrics: EXTERNAL })).not.toThrow();
    expect(
      decide({ ready: 0, gatewayQueue: 25, pool: { minReplicas: 0 } }, { metrics: EXTERNAL }).desiredReplicas,
    ).toBe(3);
  });
});

describe('its parameters', () => {
  const problems = (written: object) =>
    hpaPolicy.parameters
      .safeParse(written)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const pods = (target: object, name = 'vllm:num_requests_waiting') => ({
    metrics: [{ type: 'Pods', pods: { metric: { name }, target } }],
  });

  it('refuse a metric that is mapped to no signal, and say how to map it', () => {
    const [problem] = problems(pods({ type: 'AverageValue', averageValue: 5 }, 'my_queue'));
    expect(problem).toMatch(
      /^metrics\.0\.pods\.metric\.name: is mapped to no signal; .*signals: \{ my_queue: waiting \}/,
    );
    expect(
      problems({
        ...pods({ type: 'AverageValue', averageValue: 5 }, 'my_queue'),
        signals: { my_queue: 'waiting' },
      }),
    ).toEqual([]);
  });

  it.each([
    [{ type: 'Value', value: 5 }, /unknown name/],
    [{ type: 'AverageValue' }, /is missing; type AverageValue needs it/],
    [{ type: 'AverageValue', averageValue: 0 }, /must be more than 0/],
    [{ type: 'AverageValue', averageValue: 'many' }, /is no quantity/],
    [{ type: 'AverageValue', averageValue: 5, value: 5 }, /unknown key/],
  ])('refuse the target %j of pods', (target, problem) => {
    expect(problems(pods(target)).join('\n')).toMatch(problem);
  });

  it('refuse two targets at once', () => {
    const target = { type: 'Value', value: 5, averageValue: 5 };
    const metrics = [{ type: 'External', external: { metric: { name: 'waiting' }, target } }];
    expect(problems({ metrics })).toEqual([
      'metrics.0.external.target.averageValue: does not go with type Value; remove it, or write type: AverageValue',
    ]);
  });

  it('refuse what the API server refuses of behavior', () => {
    const behavior = (rules: object) => problems({ behavior: { scaleUp: rules } });
    expect(behavior({ stabilizationWindowSeconds: 3601 })).toHaveLength(1);
    expect(behavior({ policies: [] })).toHaveLength(1);
    expect(behavior({ policies: [{ type: 'Pods', value: 0, periodSeconds: 1801 }] })).toHaveLength(2);
    expect(behavior({ tolerance: '0.05' })).toEqual([]);
  });
});
