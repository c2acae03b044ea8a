import { describe, expect, it } from 'vitest';
import { call } from '../call.ts';

interface Case {
  /** Usage by pod; null: it has no sample. */
  usage: (string | null)[];
  requests?: string;
  target: number;
  current?: number;
  pods?: Record<number, object>;
  options?: object;
}

function utilisation({ usage, requests = '1', target, current, pods = {}, options = {} }: Case) {
  return call('hpa/replicas', {
    metric: {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } },
      samples: usage.flatMap((value, i) => (value === null ? [] : [{ pod: `p${i}`, value }])),
    },
    pods: usage.map((_, i) => ({ name: `p${i}`, requests: { cpu: requests }, ...pods[i] })),
    currentReplicas: current ?? usage.length,
    ...options,
  });
}

function average({ usage, target, current, pods = {}, options = {} }: Omit<Case, 'requests'>) {
  return call('hpa/replicas', {
    metric: {
      type: 'Pods',
      pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: target } },
      samples: usage.flatMap((value, i) => (value === null ? [] : [{ pod: `p${i}`, value }])),
    },
    pods: usage.map((_, i) => ({ name: `p${i}`, ...pods[i] })),
    currentReplicas: current ?? usage.length,
    ...options,
  });
}

const unready = { ready: { status: 'False', lastTransitionTime: -5 }, startTime: -5 };
const pending = { phase: 'Pending' };

describe('utilisation of requests', () => {
  it('scales up in proportion, rounded up', () => {
    // (300 + 500 + 700) / 3000 = 50 %; 50/30 x 3 = 5.
    expect(utilisation({ usage: ['300m', '500m', '700m'], target: 30 })).toMatchObject({
      replicas: 5,
      usage: 50,
      rawUsage: 500,
      ratio: 50 / 30,
    });
  });

  it('scales down in proportion, rounded up', () => {
    // 28 % / 50 % x 5 = 2.8.
    expect(utilisation({ usage: ['100m', '300m', '500m', '250m', '250m'], target: 50 })).toMatchObject({
      replicas: 3,
      usage: 28,
    });
  });

  it('cuts percent off before the ratio is taken', () => {
    // 1649 of 3000 is 54.97 %, counted as 54: below 1.1 x 50; 55 would be the edge, which is still within.
    expect(utilisation({ usage: ['549m', '550m', '550m'], target: 50 })).toMatchObject({
      replicas: 3,
      usage: 54,
    });
    expect(utilisation({ usage: ['550m', '550m', '550m'], target: 50 })).toMatchObject({
      replicas: 3,
      usage: 55,
    });
    expect(utilisation({ usage: ['560m', '560m', '560m'], target: 50 })).toMatchObject({
      replicas: 4,
      usage: 56,
    });
    // 45/50 = 0.9 is the lower edge, within; 44 is not: 0.88 x 3 = 2.64.
    expect(utilisation({ usage: ['450m', '450m', '450m'], target: 50 }).replicas).toBe(3);
    expect(utilisation({ usage: ['449m', '449m', '449m'], target: 50 })).toMatchObject({
      replicas: 3,
      usage: 44,
    });
    expect(utilisation({ usage: ['449m', '449m', '449m'], target: 50, current: 7 }).replicas).toBe(3);
  });

  it('within tolerance answers the current count, not that of the pods', () => {
    expect(utilisation({ usage: ['500m', '500m'], target: 50, current: 9 }).replicas).toBe(9);
  });

  it('outside it counts pods with samples, not the current count', () => {
    expect(utilisation({ usage: ['1', '1'], target: 50, current: 9 }).replicas).toBe(4);
  });

  it('has a tolerance each way', () => {
    const options = { toleranceUp: 0, toleranceDown: 0.5 };
    expect(utilisation({ usage: ['510m', '510m'], target: 50, options }).replicas).toBe(3);
    expect(utilisation({ usage: ['250m', '250m'], target: 50, options }).replicas).toBe(2);
    expect(utilisation({ usage: ['240m', '240m'], target: 50, options }).replicas).toBe(1);
  });

  it('on a scale-up takes missing pods as idle', () => {
    // 100 % of two; with the third at 0 66 %: 66/50 x 3 = 3.96.
    expect(utilisation({ usage: ['1', '1', null], target: 50 })).toMatchObject({ replicas: 4, usage: 100 });
    // 80/50 would be up; with two idle ones 40/50 would be down: neither.
    expect(utilisation({ usage: ['800m', '800m', null, null], target: 50, current: 4 }).replicas).toBe(4);
  });

  it('on a scale-down takes missing pods as using all their requests, or the target if that is more', () => {
    // 10 % of three and 100 % of one is 32 %: 32/50 x 4 = 2.56.
    expect(utilisation({ usage: ['100m', '100m', '100m', null], target: 50 })).toMatchObject({
      replicas: 3,
      usage: 10,
    });
    // 100/200 would be down by half; with the fourth at the target of 200 %: 500/4 = 125, x 4/200 = 2.5.
    expect(utilisation({ usage: ['1', '1', '1', null], target: 200 })).toMatchObject({
      replicas: 3,
      usage: 100,
    });
    // With it at 100 % only it would be 100/200 x 4 = 2.
  });

  it('fills nothing where usage is exactly on target', () => {
    expect(utilisation({ usage: ['500m', '500m', null, null], target: 50, current: 4 }).replicas).toBe(4);
    expect(utilisation({ usage: ['500m', null, null], target: 50, current: 8 }).replicas).toBe(8);
  });

  it('on a scale-up takes unready pods as idle, on a scale-down forgets them', () => {
    // 150/3 = 50 -> with the unready two: 100 + 100 + 0 + 0 over 4 = 50 %, within.
    expect(
      utilisation({ usage: ['1', '1', '1', '1'], target: 50, pods: { 2: unready, 3: unready } }),
    ).toMatchObject({
      replicas: 4,
      usage: 100,
    });
    // One unready of four: 75/50 x 4 = 6.
    expect(utilisation({ usage: ['1', '1', '1', '1'], target: 50, pods: { 3: pending } }).replicas).toBe(6);
    // Down: 20/50 x 2 = 0.8, the unready two do not count.
    expect(
      utilisation({ usage: ['200m', '200m', '1', '1'], target: 50, pods: { 2: unready, 3: unready } })
        .replicas,
    ).toBe(1);
  });

  it('with missing pods on a scale-down leaves unready ones out still', () => {
    // 10 %, one missing at 100 %: 110/2 = 55 > 50 would turn up: stay.
    expect(utilisation({ usage: ['100m', null, '1'], target: 50, pods: { 2: pending } }).replicas).toBe(3);
  });

  it('never turns the other way because pods are fewer or more than the current count', () => {
    // Up: 80/50 with an idle third is 53/50, 1.06 within; sharper: 90 -> 60/50 = 1.2 x 3 = 3.6 -> 4 < 6: stay.
    expect(utilisation({ usage: ['900m', '900m', null], target: 50, current: 6 }).replicas).toBe(6);
    // Down: 10/50 with one full of three is 40/50 x 3 = 2.4 -> 3 > 2: stay.
    expect(utilisation({ usage: ['100m', '100m', null], target: 50, current: 2 }).replicas).toBe(2);
  });

  it('ignores samples of pods that are gone or unknown', () => {
    const gone = { deletionTimestamp: -1 };
    expect(utilisation({ usage: ['1', '1', '9'], target: 50, pods: { 2: gone } })).toMatchObject({
      replicas: 4,
      usage: 100,
    });
  });

  it('is invalid without pods, samples or requests', () => {
    expect(utilisation({ usage: [], target: 50 })).toHaveProperty('invalid');
    expect(utilisation({ usage: [null, null], target: 50 })).toHaveProperty('invalid');
    expect(utilisation({ usage: ['1'], target: 50, pods: { 0: unready } })).toHaveProperty('invalid');
    expect(utilisation({ usage: ['1'], requests: '0', target: 50 })).toHaveProperty('invalid');
    expect(utilisation({ usage: ['1', '1'], target: 50, pods: { 1: { requests: {} } } })).toEqual({
      invalid: 'missing request for cpu in container p1 of pod p1',
    });
  });

  it('of one container looks at its requests only', () => {
    const pod = {
      name: 'a',
      containers: [
        { name: 'x', requests: { cpu: '1' } },
        { name: 'sidecar', requests: {} },
      ],
    };
    const metric = {
      type: 'ContainerResource',
      containerResource: {
        name: 'cpu',
        container: 'x',
        target: { type: 'Utilization', averageUtilization: 50 },
      },
      samples: [{ pod: 'a', value: '1', timestamp: -30 }],
    };
    expect(call('hpa/replicas', { metric, pods: [pod], currentReplicas: 1 })).toMatchObject({
      replicas: 2,
      timestamp: -30,
    });
  });
});

describe('average values of pods', () => {
  it('cut the mean to whole milli-units', () => {
    // (20 + 10 + 10) / 3 = 13.333; x 3 / 20 = 1.99995.
    expect(average({ usage: ['20', '10', '10'], target: 20 })).toMatchObject({
      replicas: 2,
      usage: 13_333,
      rawUsage: null,
    });
    // A mean of 0.0005 is none at all.
    expect(average({ usage: ['1m', '0'], target: 1 })).toMatchObject({ replicas: 0, usage: 0 });
  });

  it('do not ask whether a pod is ready', () => {
    expect(average({ usage: ['50', '10', '30'], target: 15, pods: { 0: unready } }).replicas).toBe(6);
  });

  it('take pending pods as idle on a scale-up', () => {
    // 50/15 x 2 without it; with the third at 0 33.333/15 x 3 = 6.67.
    expect(average({ usage: ['50', '50', null], target: 15, pods: { 2: pending } })).toMatchObject({
      replicas: 7,
      usage: 50_000,
    });
  });

  it('take missing pods as on target on a scale-down', () => {
    // (2 + 2 + 10)/3 = 4.667; /10 x 3 = 1.4.
    expect(average({ usage: ['2', '2', null], target: 10 }).replicas).toBe(2);
  });

  it('within reach of both edges', () => {
    expect(average({ usage: ['11', '11'], target: 10 }).replicas).toBe(2);
    expect(average({ usage: ['11.001', '11.001'], target: 10 }).replicas).toBe(3);
    expect(average({ usage: ['9', '9'], target: 10 }).replicas).toBe(2);
    expect(average({ usage: ['8.999', '8.999'], target: 10, current: 5 }).replicas).toBe(2);
  });

  it('of a resource do ask whether a pod is ready', () => {
    const metric = {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '500m' } },
      samples: [
        { pod: 'a', value: '1' },
        { pod: 'b', value: '1' },
      ],
    };
    const pods = [{ name: 'a' }, { name: 'b', ...unready }];
    // 1/0.5 with b idle is (1 + 0)/2 = 0.5: on target.
    expect(call('hpa/replicas', { metric, pods, currentReplicas: 2 }).replicas).toBe(2);
  });
});

function value(
  type: 'Value' | 'AverageValue',
  target: number,
  values: (string | number)[] | null,
  options: object,
) {
  const goal = type === 'Value' ? { type, value: target } : { type, averageValue: target };
  return call('hpa/replicas', {
    metric: { type: 'External', external: { metric: { name: 'q' }, target: goal }, values },
    ...options,
  });
}

const podsOf = (ready: number, others = 0) => [
  ...Array.from({ length: ready }, (_, i) => ({ name: `r${i}` })),
  ...Array.from({ length: others }, (_, i) => ({ name: `o${i}`, ...unready })),
];

describe('one value for all pods', () => {
  it('as it is, multiplies the ready pods', () => {
    expect(value('Value', 5, [20], { currentReplicas: 3, pods: podsOf(3) })).toMatchObject({
      replicas: 12,
      usage: 20_000,
      ratio: 4,
    });
    expect(value('Value', 5, [20], { currentReplicas: 5, pods: podsOf(3, 2) }).replicas).toBe(12);
  });

  it('from zero is rounded up without any tolerance', () => {
    expect(value('Value', 10, [10.5], { currentReplicas: 0 }).replicas).toBe(2);
    expect(value('Value', 10, [0.001], { currentReplicas: 0 }).replicas).toBe(1);
    expect(value('Value', 10, [0], { currentReplicas: 0 }).replicas).toBe(0);
  });

  it('to zero when it is zero', () => {
    expect(value('Value', 10, [0], { currentReplicas: 3, pods: podsOf(3) }).replicas).toBe(0);
  });

  it('needs pods unless it is within tolerance', () => {
    expect(value('Value', 10, [11], { currentReplicas: 3 }).replicas).toBe(3);
    expect(value('Value', 10, [12], { currentReplicas: 3 })).toEqual({ invalid: 'no pods' });
  });

  it('adds several series up', () => {
    expect(value('Value', 5, [5, '2500m', 7.5], { currentReplicas: 1, pods: podsOf(1) }).replicas).toBe(3);
  });

  it('per pod divides, whatever the number of pods', () => {
    expect(value('AverageValue', 5, [20], { currentReplicas: 1 })).toMatchObject({
      replicas: 4,
      usage: 20_000,
    });
    expect(value('AverageValue', 5, [20.001], { currentReplicas: 1 }).replicas).toBe(5);
    expect(value('AverageValue', 10, [32], { currentReplicas: 3 })).toMatchObject({
      replicas: 3,
      usage: 10_667,
    });
  });

  it('per pod is within tolerance of the pods that exist, not of those that are wanted', () => {
    expect(value('AverageValue', 10, [100], { currentReplicas: 20, statusReplicas: 10 }).replicas).toBe(10);
    expect(value('AverageValue', 1, [11], { currentReplicas: 10 }).replicas).toBe(10);
    expect(value('AverageValue', 1, [11.001], { currentReplicas: 10 }).replicas).toBe(12);
  });

  it('per pod without pods is never within', () => {
    expect(value('AverageValue', 5, [0], { currentReplicas: 0 })).toMatchObject({ replicas: 0, ratio: null });
    expect(value('AverageValue', 5, [1], { currentReplicas: 0 }).replicas).toBe(1);
  });

  it('is invalid where it cannot be had', () => {
    expect(value('Value', 5, null, { currentReplicas: 1 })).toHaveProperty('invalid');
    expect(value('AverageValue', 5, null, { currentReplicas: 1 })).toHaveProperty('invalid');
  });

  it('counts no further than 32 bits', () => {
    expect(value('Value', 1, ['1T'], { currentReplicas: 1, pods: podsOf(1) }).replicas).toBe(2_147_483_647);
  });
});

describe('several metrics', () => {
  const external = (name: string, values: number[] | null) => ({
    type: 'External',
    external: { metric: { name }, target: { type: 'AverageValue', averageValue: 10 } },
    values,
    timestamp: -7,
  });
  const propose = (metrics: object[], currentReplicas: number) =>
    call('hpa/metrics', { metrics, currentReplicas });

  it('take the largest, the first of equals', () => {
    expect(propose([external('a', [20]), external('b', [50]), external('c', [45])], 1)).toMatchObject({
      replicas: 5,
      metric: 'b',
      timestamp: -7,
      invalidCount: 0,
      invalidReason: null,
    });
  });

  it('go up though one is invalid', () => {
    expect(propose([external('a', null), external('b', [50])], 3)).toMatchObject({
      replicas: 5,
      metric: 'b',
      invalidCount: 1,
    });
  });

  it('stay as they are though one is invalid', () => {
    expect(propose([external('a', null), external('b', [30])], 3)).toMatchObject({ replicas: 3 });
  });

  it('do not go down if one is invalid', () => {
    expect(propose([external('a', null), external('b', [10])], 3)).toMatchObject({
      replicas: null,
      metric: null,
      invalidReason: 'FailedGetExternalMetric',
    });
  });

  it('hold if all are invalid, for the reason of the first', () => {
    const pods = {
      type: 'Pods',
      pods: { metric: { name: 'p' }, target: { type: 'AverageValue', averageValue: 1 } },
    };
    expect(propose([pods, external('a', null)], 3)).toMatchObject({
      replicas: null,
      invalidCount: 2,
      invalidReason: 'FailedGetPodsMetric',
    });
  });
});
