import { describe, expect, it } from 'vitest';
import { sageServePolicy } from '../../../../src/policies/scaling/forecast/sageserve-policy.ts';
import { call } from '../kubernetes/call.ts';
import type { PoolNow } from '../llm/observation.ts';
import { changes, play } from '../play.ts';

describe('sageserve/plan', () => {
  it.each([
    ['is for the peak', { forecast: [1, 30, 20] }, 3],
    ['rounds up', { forecast: [30.1] }, 4],
    ['adds a tenth of what may wait', { forecast: [30], nonInteractivePeak: 5 }, 4],
    ['or another part of it', { forecast: [30], nonInteractivePeak: 5, nonInteractiveShare: 0 }, 3],
    ['may be none', { forecast: [0] }, 0],
  ])('%s', (_, input, replicas) => {
    expect(call('sageserve/plan', { ...input, capacityPerReplica: 10 })).toMatchObject({ replicas });
  });
});

describe('sageserve/gate', () => {
  const gate = (planned: number, memoryUse: number | null, more: object = {}) =>
    call('sageserve/gate', { planned, current: 4, memoryUse, atSeconds: 1000, ...more }) as {
      desiredReplicas: number;
      state: { restUntilSeconds: number | null };
    };

  it.each([
    ['one up towards the plan above 0.5', 9, 0.51, 5],
    ['none at 0.5', 9, 0.5, 4],
    ['one down towards the plan below 0.25', 1, 0.24, 3],
    ['none at 0.25', 1, 0.25, 4],
    ['not up when the plan is below, however full', 1, 0.99, 4],
    ['not down when the plan is above, however empty', 9, 0, 4],
    ['nothing more once the plan is reached', 4, 0.9, 4],
    ['one more than planned above 0.9', 4, 0.91, 5],
    ['not when memory is not measured', 9, null, 4],
  ])('%s', (_, planned, memoryUse, replicas) => {
    expect(gate(planned, memoryUse).desiredReplicas).toBe(replicas);
  });

  it('never exceeds the plan if so asked', () => {
    expect(gate(4, 1, { overrideAbove: null }).desiredReplicas).toBe(4);
  });

  it('rests after one more, until the very moment', () => {
    const { state } = gate(9, 0.6, { restSeconds: 100 });
    expect(state).toEqual({ restUntilSeconds: 1100 });
    expect(gate(9, 0.6, { state, atSeconds: 1099 }).desiredReplicas).toBe(4);
    expect(gate(1, 0.1, { state, atSeconds: 1099 }).desiredReplicas).toBe(4);
    expect(gate(9, 0.6, { state, atSeconds: 1100 }).desiredReplicas).toBe(5);
  });

  it('does not rest after one fewer, nor after a hold', () => {
    expect(gate(1, 0.1).state).toEqual({ restUntilSeconds: null });
    expect(gate(9, 0.1).state).toEqual({ restUntilSeconds: null });
  });
});

describe('sageserve-lt-u', () => {
  // By the quarter of an hour: 200 per second in the first, then 20, and 40 from the second hour on; a replica holds 5.
  const history = Array.from({ length: 96 }, (_, i) => (i === 0 ? 200 : i < 4 ? 20 : 40));
  const written = { history, bucket: '15m', capacityPerReplica: 5 };
  const pool = (ready: number, kvUsage: number): PoolNow => ({
    ready,
    rates: { arrivedPerSecond: 20 },
    replica: { kvUsage },
  });

  it('adds one per cold start while memory is used', () => {
    // It stays at 3 in this play, so that there is always one to add; a cold start takes 120 s.
    const answers = play(sageServePolicy, written, { toSeconds: 150, now: () => pool(3, 0.6) });
    expect(changes(answers)).toEqual([
      [0, 4],
      [15, 3],
      [120, 4],
      [135, 3],
    ]);
  });

  it('plans every hour for the peak from 20 to 60 minutes ahead', () => {
    // 20 per second are 4 replicas, 40 are 8; nothing is learnt.
    const known = { ...written, alpha: 0, beta: 0, gamma: 0 };
    const answers = play(sageServePolicy, known, { toSeconds: 3615, now: () => pool(4, 0.6) });
    expect(changes(answers)).toEqual([
      [0, 4],
      [3600, 5],
      [3615, 4],
    ]);
  });

  it('goes down one by one at every decision while memory is free', () => {
    const answers = play(sageServePolicy, written, { toSeconds: 60, now: () => pool(6, 0.1) });
    expect(answers.map(({ desiredReplicas }) => desiredReplicas)).toEqual([5, 5, 5, 5, 5]);
  });

  it('holds without a plan, without metrics and without a limit of the KV cache', () => {
    const first = (parameters: object, now: PoolNow) =>
      play(sageServePolicy, parameters, { toSeconds: 0, now: () => now })[0];
    expect(first({ capacityPerReplica: 5 }, {}).desiredReplicas).toBeNull();
    expect(first({ history }, {}).desiredReplicas).toBeNull();
    expect(first(written, { outage: true }).desiredReplicas).toBeNull();
    expect(first(written, { pool: { kvTokens: null } }).desiredReplicas).toBeNull();
  });

  it('refuses an empty stretch to plan for', () => {
    expect(sageServePolicy.parameters.safeParse({ planFrom: '1h' }).success).toBe(false);
  });
});
