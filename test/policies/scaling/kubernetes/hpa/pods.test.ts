import { describe, expect, it } from 'vitest';
import { call } from '../call.ts';

const NOW = 10_000;

/** The group of one pod with a sample, unless `sample` is null. */
function groupOf(pod: object, { resource = null as string | null, sample = {} as object | null } = {}) {
  const groups = call('hpa/pods', {
    resource,
    pods: [{ name: 'a', ...pod }],
    samples: sample ? [{ pod: 'a', value: 1, timestamp: NOW, ...sample }] : [],
    now: NOW,
    cpuInitializationPeriodSeconds: 120,
    initialReadinessDelaySeconds: 10,
  });
  return Object.entries(groups).find(([, names]) => (names as string[]).includes('a'))?.[0];
}

const ready = (status: string, lastTransitionTime: number) => ({ status, lastTransitionTime });

describe('groups of pods', () => {
  it('ignore what is gone before all else', () => {
    expect(groupOf({ deletionTimestamp: NOW - 1, phase: 'Pending' })).toBe('ignored');
    expect(groupOf({ phase: 'Failed' }, { sample: null })).toBe('ignored');
    expect(groupOf({ phase: 'Succeeded' })).toBe('ignored');
  });

  it('count a pending pod as unready, with a sample or without', () => {
    expect(groupOf({ phase: 'Pending' })).toBe('unready');
    expect(groupOf({ phase: 'Pending' }, { sample: null })).toBe('unready');
  });

  it('miss a running pod without a sample', () => {
    expect(groupOf({}, { sample: null })).toBe('missing');
    expect(groupOf({ phase: 'Unknown' }, { sample: null })).toBe('missing');
  });

  it('ask for readiness of CPU only', () => {
    const unready = { startTime: NOW - 5, ready: ready('False', NOW - 5) };
    expect(groupOf(unready, { resource: 'cpu' })).toBe('unready');
    expect(groupOf(unready, { resource: 'memory' })).toBe('counted');
    expect(groupOf(unready)).toBe('counted');
  });

  it.each([
    ['no condition Ready', { ready: null }, 'unready'],
    ['no start time', { startTime: null, ready: ready('True', NOW - 500) }, 'unready'],
    ['young and not ready', { startTime: NOW - 60, ready: ready('False', NOW - 60) }, 'unready'],
    [
      'young, ready for longer than the window of its sample',
      { startTime: NOW - 100, ready: ready('True', NOW - 61) },
      'counted',
    ],
    [
      'young, ready for exactly the window',
      { startTime: NOW - 100, ready: ready('True', NOW - 60) },
      'counted',
    ],
    [
      'young, ready for less than the window',
      { startTime: NOW - 100, ready: ready('True', NOW - 59) },
      'unready',
    ],
    [
      'exactly the initialization period old is no longer young',
      { startTime: NOW - 120, ready: ready('True', NOW - 1) },
      'counted',
    ],
    ['a second younger still is', { startTime: NOW - 119, ready: ready('True', NOW - 1) }, 'unready'],
    ['old and never ready', { startTime: NOW - 500, ready: ready('False', NOW - 495) }, 'unready'],
    [
      'old, turned unready exactly the delay after its start',
      { startTime: NOW - 500, ready: ready('False', NOW - 490) },
      'counted',
    ],
    [
      'old, turned unready long after its start',
      { startTime: NOW - 500, ready: ready('False', NOW - 20) },
      'counted',
    ],
    ['old, of unknown readiness', { startTime: NOW - 500, ready: ready('Unknown', NOW - 500) }, 'counted'],
    [
      'young, of unknown readiness since long',
      { startTime: NOW - 100, ready: ready('Unknown', NOW - 90) },
      'counted',
    ],
  ])('by CPU: %s', (_, pod, group) => {
    expect(groupOf(pod, { resource: 'cpu' })).toBe(group);
  });

  it('measure the window from the sample, not from now', () => {
    const pod = { startTime: NOW - 100, ready: ready('True', NOW - 70) };
    expect(groupOf(pod, { resource: 'cpu', sample: { timestamp: NOW - 20 } })).toBe('unready');
    expect(groupOf(pod, { resource: 'cpu', sample: { timestamp: NOW - 20, windowSeconds: 50 } })).toBe(
      'counted',
    );
  });

  it('keep all names, in order', () => {
    const pods = ['a', 'b', 'c'].map((name) => ({ name }));
    const samples = [
      { pod: 'c', value: 1 },
      { pod: 'a', value: 1 },
      { pod: 'stranger', value: 9 },
    ];
    expect(call('hpa/pods', { pods, samples })).toEqual({
      counted: ['a', 'c'],
      unready: [],
      missing: ['b'],
      ignored: [],
    });
  });
});

describe('samples of containers', () => {
  const metrics = [
    {
      pod: 'a',
      containers: [
        { name: 'x', usage: { cpu: '300m' } },
        { name: 'y', usage: { cpu: '1.5' } },
      ],
    },
    {
      pod: 'b',
      containers: [
        { name: 'x', usage: { cpu: '100m' } },
        { name: 'y', usage: { memory: '1Gi' } },
      ],
    },
    { pod: 'c', containers: [] },
  ];

  it('are summed over a pod, unless one has no value', () => {
    expect(call('hpa/samples', { resource: 'cpu', metrics })).toEqual({
      samples: [{ pod: 'a', value: '1800m' }],
      invalid: null,
    });
  });

  it('are of the container asked for, which every pod must have', () => {
    const two = metrics.slice(0, 2);
    expect(call('hpa/samples', { resource: 'cpu', container: 'x', metrics: two }).samples).toEqual([
      { pod: 'a', value: '300m' },
      { pod: 'b', value: '100m' },
    ]);
    const { invalid } = call('hpa/samples', { resource: 'cpu', container: 'x', metrics });
    expect(invalid).toBe('container x is not among the metrics of pod c');
  });
});
