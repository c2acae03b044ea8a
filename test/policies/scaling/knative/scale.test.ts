import { describe, expect, it } from 'vitest';
import {
  needsActivator,
  nextActivity,
  scale,
  type Activity,
  type ScaleInput,
} from '../../../../src/policies/scaling/knative/scale.ts';

const quiet: ScaleInput = {
  desiredScale: 0,
  minScale: 0,
  maxScale: 0,
  initialScale: 1,
  initialScaleAttained: true,
  reachable: true,
  enableScaleToZero: true,
  activity: 'inactive',
  activitySeconds: 0,
  stableWindowSeconds: 60,
  scaleToZeroGracePeriodSeconds: 30,
  scaleToZeroPodRetentionPeriodSeconds: 0,
  activationTimeoutSeconds: 630,
  targetBurstCapacity: 200,
  activatorInPath: true,
  proxySeconds: 0,
};

interface Case extends Partial<ScaleInput> {
  name: string;
  /** What goes on, and what is applied (null: nothing). */
  want: [desiredScale: number, replicas: number | null];
}

const bounds: Case[] = [
  { name: 'within bounds', desiredScale: 10, want: [10, 10] },
  { name: 'below min-scale', desiredScale: 1, minScale: 2, want: [2, 2] },
  { name: 'min-scale keeps from zero', minScale: 2, want: [2, 2] },
  { name: 'above max-scale', desiredScale: 10, maxScale: 8, want: [8, 8] },
  { name: 'max-scale 0 is no bound', desiredScale: 10, maxScale: 0, want: [10, 10] },
  {
    name: 'min-scale of an unreachable revision is 0',
    desiredScale: 1,
    minScale: 2,
    reachable: false,
    want: [1, 1],
  },
  { name: 'no metrics: unchanged', desiredScale: -1, want: [-1, null] },
  {
    name: 'no metrics of an active revision',
    desiredScale: -1,
    minScale: 2,
    activity: 'active',
    want: [-1, null],
  },
  {
    name: 'no metrics while activating: min-scale',
    desiredScale: -1,
    minScale: 2,
    activity: 'activating',
    want: [2, 2],
  },
  {
    name: 'no metrics while activating, no min-scale',
    desiredScale: -1,
    activity: 'activating',
    want: [-1, null],
  },
  {
    name: 'initial scale not attained',
    desiredScale: 1,
    initialScale: 5,
    initialScaleAttained: false,
    want: [5, 5],
  },
  {
    name: 'initial scale below min-scale',
    desiredScale: 1,
    initialScale: 2,
    minScale: 3,
    initialScaleAttained: false,
    want: [3, 3],
  },
  { name: 'initial scale attained once', desiredScale: 1, initialScale: 5, want: [1, 1] },
  {
    name: 'initial scale of an unreachable revision',
    desiredScale: 1,
    initialScale: 5,
    initialScaleAttained: false,
    reachable: false,
    want: [1, 1],
  },
  {
    name: 'initial scale 1 does not keep from zero',
    initialScaleAttained: false,
    activitySeconds: 30,
    want: [0, 0],
  },
];

const toZero: Case[] = [
  { name: 'scale to zero disabled', enableScaleToZero: false, want: [1, 1] },
  { name: 'activating, in time', activity: 'activating', activitySeconds: 630, want: [-1, null] },
  {
    name: 'activating for longer than the timeout',
    activity: 'activating',
    activitySeconds: 630.001,
    want: [0, 0],
  },
  {
    name: 'active a little less than a stable window',
    activity: 'active',
    activitySeconds: 59.999,
    want: [1, 1],
  },
  { name: 'active just a stable window', activity: 'active', activitySeconds: 60, want: [0, null] },
  { name: 'inactive for the grace period', activitySeconds: 30, want: [0, 0] },
  { name: 'inactive a little less', activitySeconds: 29.999, proxySeconds: 29.999, want: [0, null] },
  {
    name: 'inactive a little less, but by the activator long enough',
    activitySeconds: 29.999,
    proxySeconds: 30,
    want: [0, 0],
  },
  {
    name: 'activator not in the path',
    activitySeconds: 1000,
    proxySeconds: 1000,
    activatorInPath: false,
    want: [0, null],
  },
  {
    name: 'unlimited burst: the activator always is',
    activitySeconds: 30,
    activatorInPath: false,
    targetBurstCapacity: -1,
    want: [0, 0],
  },
  {
    name: 'retention longer than grace, not over',
    activitySeconds: 44.9,
    proxySeconds: 100,
    scaleToZeroPodRetentionPeriodSeconds: 45,
    want: [0, null],
  },
  {
    name: 'retention longer than grace, just over',
    activitySeconds: 45,
    scaleToZeroPodRetentionPeriodSeconds: 45,
    want: [0, 0],
  },
  {
    name: 'retention shorter than grace: grace counts',
    activitySeconds: 20,
    scaleToZeroPodRetentionPeriodSeconds: 10,
    want: [0, null],
  },
  {
    name: 'retention over, activator in the path for the grace period',
    activitySeconds: 20,
    proxySeconds: 30,
    scaleToZeroPodRetentionPeriodSeconds: 10,
    want: [0, 0],
  },
  {
    name: 'retention of an unreachable revision is 0',
    activitySeconds: 30,
    scaleToZeroPodRetentionPeriodSeconds: 600,
    reachable: false,
    want: [0, 0],
  },
];

describe('bounds', () => {
  it.each(bounds)('$name', check);
});
describe('the way to zero', () => {
  it.each(toZero)('$name', check);
});

function check({ want: [desiredScale, replicas], ...input }: Case): void {
  expect(scale({ ...quiet, ...input })).toMatchObject({ desiredScale, replicas });
}

describe('the state after a decision', () => {
  const table: [want: number, ready: number, before: Activity, after: Activity][] = [
    [0, 0, 'activating', 'inactive'],
    [0, 5, 'active', 'inactive'],
    [3, 0, 'inactive', 'activating'],
    [3, 1, 'active', 'activating'],
    [3, 2, 'inactive', 'active'],
    [-1, 0, 'inactive', 'inactive'],
    [-1, 0, 'activating', 'activating'],
    [-1, 1, 'active', 'activating'],
    [-1, 2, 'inactive', 'inactive'],
    [-1, 2, 'activating', 'active'],
    [-1, 2, 'active', 'active'],
  ];
  it.each(table)('%i wanted, %i of at least 2 ready, %s: %s', (want, readyPods, before, after) => {
    const input = {
      want,
      readyPods,
      minScale: 2,
      initialScale: 1,
      initialScaleAttained: true,
      activity: before,
    };
    expect(nextActivity(input).activity).toBe(after);
  });

  it('needs the initial scale until it was attained once', () => {
    const input = { want: 1, readyPods: 3, minScale: 0, initialScale: 4, activity: 'activating' as const };
    expect(nextActivity({ ...input, initialScaleAttained: false })).toEqual({
      activity: 'activating',
      initialScaleAttained: false,
    });
    expect(nextActivity({ ...input, readyPods: 4, initialScaleAttained: false })).toEqual({
      activity: 'active',
      initialScaleAttained: true,
    });
    expect(nextActivity({ ...input, readyPods: 1, initialScaleAttained: true }).activity).toBe('active');
  });

  it('with an initial scale of 0 it begins inactive', () => {
    const input = { want: -1, readyPods: 0, minScale: 0, initialScale: 0, activity: 'activating' as const };
    expect(nextActivity({ ...input, initialScaleAttained: false })).toEqual({
      activity: 'inactive',
      initialScaleAttained: true,
    });
  });

  it.each([
    ['at zero', 0, 50, 'active', true],
    ['while a burst could not be taken', 4, -1, 'active', true],
    ['without metrics of an inactive revision', -1, 50, 'inactive', true],
    ['not without metrics of an active one', -1, 50, 'active', false],
    ['not with capacity to spare', 4, 0, 'active', false],
  ] as const)('the activator is in the path: %s', (_, want, excess, activity, inPath) => {
    expect(needsActivator(want, excess, activity)).toBe(inPath);
  });
});
