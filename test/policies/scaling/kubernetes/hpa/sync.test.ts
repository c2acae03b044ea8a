import { describe, expect, it } from 'vitest';
import { call } from '../call.ts';

const queue = (values: (number | string)[] | null, averageValue = 10) => ({
  type: 'External',
  external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue } },
  values,
});

interface Result {
  desiredReplicas: number;
  rescale: boolean;
  reason: string | null;
  proposal: { replicas: number | null } | null;
  conditions: Record<string, { status: boolean; reason: string }>;
  state: object;
}

const sync = (input: object) => call('hpa/sync', { maxReplicas: 100, ...input }) as unknown as Result;

describe('a sync', () => {
  it('is disabled at zero where the minimum is above', () => {
    expect(sync({ currentReplicas: 0, metrics: [queue([99])] })).toMatchObject({
      desiredReplicas: 0,
      rescale: false,
      proposal: null,
      conditions: { ScalingActive: { status: false, reason: 'ScalingDisabled' } },
    });
  });

  it('at zero with a minimum of zero goes by its metrics', () => {
    expect(sync({ currentReplicas: 0, minReplicas: 0, metrics: [queue([25])] })).toMatchObject({
      desiredReplicas: 3,
      rescale: true,
    });
    expect(sync({ currentReplicas: 0, minReplicas: 0, metrics: [queue([0])] })).toMatchObject({
      desiredReplicas: 0,
      rescale: false,
    });
  });

  it('to zero says so', () => {
    const later = { state: { recommendations: [] } };
    expect(sync({ currentReplicas: 2, minReplicas: 0, metrics: [queue([0])], ...later })).toMatchObject({
      desiredReplicas: 0,
      conditions: { ScaledToZero: { status: true, reason: 'ScaledToZero' } },
    });
  });

  it('outside the bounds goes to them, whatever the metrics', () => {
    expect(sync({ currentReplicas: 12, maxReplicas: 10, metrics: [queue(null)] })).toMatchObject({
      desiredReplicas: 10,
      rescale: true,
      reason: 'Current number of replicas above Spec.MaxReplicas',
      conditions: { AbleToScale: { status: true, reason: 'SucceededRescale' } },
    });
    expect(sync({ currentReplicas: 1, minReplicas: 3, metrics: [queue([999])] })).toMatchObject({
      desiredReplicas: 3,
      reason: 'Current number of replicas below Spec.MinReplicas',
      proposal: null,
    });
  });

  it('holds where no metric can be had, and still remembers that it has seen the pool', () => {
    expect(sync({ currentReplicas: 5, now: 60, metrics: [queue(null)] })).toMatchObject({
      desiredReplicas: 5,
      rescale: false,
      conditions: { ScalingActive: { status: false, reason: 'FailedGetExternalMetric' } },
      state: { recommendations: [{ replicas: 5, at: 60 }] },
    });
  });

  it('at first sight seeds its history, so that the first scale-down waits a whole window', () => {
    let state: object | undefined;
    const answers: [number, number][] = [];
    for (let now = 0; now <= 330; now += 15) {
      const result = sync({ currentReplicas: 8, now, metrics: [queue([20])], ...(state && { state }) });
      ({ state } = result);
      answers.push([now, result.desiredReplicas]);
    }
    // A recommendation of age 300 counts; one of 315 does not.
    expect(answers.find(([, desired]) => desired === 2)).toEqual([315, 2]);
  });

  it('without behavior at most doubles, and keeps no events', () => {
    expect(sync({ currentReplicas: 5, metrics: [queue([500])] })).toMatchObject({
      desiredReplicas: 10,
      reason: 'queue above target',
      conditions: {
        AbleToScale: { status: true, reason: 'SucceededRescale' },
        ScalingActive: { status: true, reason: 'ValidMetricFound' },
        ScalingLimited: { status: true, reason: 'ScaleUpLimit' },
      },
      state: {
        recommendations: [
          { replicas: 5, at: 0 },
          { replicas: 50, at: 0 },
        ],
        scaleUpEvents: [],
      },
    });
  });

  it('with behavior keeps its scalings as events, those to the bounds too', () => {
    expect(sync({ currentReplicas: 5, metrics: [queue([500])], behavior: {} })).toMatchObject({
      desiredReplicas: 10,
      state: { scaleUpEvents: [{ change: 5, at: 0 }], scaleDownEvents: [] },
    });
    expect(sync({ currentReplicas: 12, maxReplicas: 10, metrics: [], behavior: {} })).toMatchObject({
      state: { scaleDownEvents: [{ change: 2, at: 0 }] },
    });
  });

  it('with the default behavior doubles every 15 s and not in between', () => {
    let state: object | undefined;
    let currentReplicas = 5;
    const counts: number[] = [];
    for (let now = 0; now <= 45; now += 5) {
      const result = sync({
        currentReplicas,
        now,
        metrics: [queue([5000])],
        behavior: {},
        ...(state && { state }),
      });
      ({ state, desiredReplicas: currentReplicas } = result);
      counts.push(currentReplicas);
    }
    expect(counts).toEqual([10, 10, 10, 20, 20, 20, 40, 40, 40, 80]);
  });

  it('takes the tolerance of behavior before that of the cluster, each way its own', () => {
    const behavior = { scaleUp: { tolerance: '0' }, scaleDown: { tolerance: '0.5' } };
    const steady = { state: { recommendations: [] }, behavior };
    expect(sync({ currentReplicas: 10, metrics: [queue([101])], ...steady }).desiredReplicas).toBe(11);
    expect(sync({ currentReplicas: 10, metrics: [queue([50])], ...steady }).desiredReplicas).toBe(10);
    expect(sync({ currentReplicas: 10, metrics: [queue([49])], ...steady }).desiredReplicas).toBe(5);
    expect(sync({ currentReplicas: 10, metrics: [queue([101])], behavior: {} }).desiredReplicas).toBe(10);
  });

  it('says that a scale-down is held back', () => {
    const state = { recommendations: [{ replicas: 9, at: -10 }] };
    expect(sync({ currentReplicas: 9, metrics: [queue([20])], state })).toMatchObject({
      desiredReplicas: 9,
      rescale: false,
      reason: 'All metrics below target',
      conditions: {
        AbleToScale: { status: true, reason: 'ScaleDownStabilized' },
        ScalingLimited: { status: false, reason: 'DesiredWithinRange' },
      },
    });
  });

  it('limits a doubling that the history asks for', () => {
    const state = { recommendations: [{ replicas: 90, at: -10 }] };
    expect(sync({ currentReplicas: 3, metrics: [queue([20])], state })).toMatchObject({
      desiredReplicas: 6,
      rescale: true,
    });
  });
});
