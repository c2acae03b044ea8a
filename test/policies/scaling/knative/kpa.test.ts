import { describe, expect, it } from 'vitest';
import { kpaPolicy } from '../../../../src/policies/scaling/knative/kpa.ts';
import type { PoolNow } from '../llm/observation.ts';
import { changes, play } from '../play.ts';

const loaded = (ready: number, perReplica: number): PoolNow => ({
  ready,
  replica: { running: perReplica, waiting: 0 },
  pool: { minReplicas: 0, maxReplicas: 50 },
});

describe('kpa', () => {
  it('finds four replicas, keeps them for a stable window, then halves: 140 requests at 70 each', () => {
    const answers = play(kpaPolicy, {}, { toSeconds: 70, now: () => loaded(4, 35) });
    expect(changes(answers)).toEqual([
      [0, 4],
      [62, 2],
    ]);
  });

  it('panics at a burst: of the panic window’s 6 s, 2 are of 1000 requests and 4 of 10', () => {
    const now = (at: number) => loaded(1, at < 100 ? 10 : 1000);
    const answers = play(kpaPolicy, {}, { toSeconds: 104, now });
    expect(changes(answers)).toEqual([
      [0, 1],
      // (4·10 + 2·1000) / 6 / 70 = 4.86; then (2·10 + 4·1000) / 6 / 70 = 9.6; then 1000 / 70 = 14.3.
      [100, 5],
      [102, 10],
      [104, 15],
    ]);
    expect(answers.at(-1)!.reason).toMatch(/^panic/);
  });

  it('counts what waits at replicas and at the gateway', () => {
    const now = () => ({ ...loaded(1, 50), gatewayQueue: 60, replica: { running: 50, waiting: 40 } });
    expect(play(kpaPolicy, {}, { toSeconds: 0, now })[0].desiredReplicas).toBe(3);
  });

  it('scales on requests per second where told to', () => {
    const now = () => ({ ...loaded(1, 0), rates: { arrivedPerSecond: 500 } });
    // 200 · 70 % = 140 a second each.
    expect(play(kpaPolicy, { metric: 'rps' }, { toSeconds: 0, now })[0].desiredReplicas).toBe(4);
  });

  it.each([
    ['with requests by the activator all along (burst capacity), soon after it is inactive', {}, 62],
    ['else after the grace period', { targetBurstCapacity: 0 }, 90],
    ['not before the retention period', { scaleToZeroPodRetentionPeriod: 120 }, 180],
  ])('goes to zero when idle: %s', (_, parameters, zeroAt) => {
    const answers = play(kpaPolicy, parameters, { toSeconds: 200, now: () => loaded(1, 0) });
    // The last replica stays for a stable window; inactive from 60 s on, it is left as it is.
    expect(changes(answers)).toEqual([
      [0, 1],
      [60, null],
      [zeroAt, 0],
    ]);
  });

  it('stays at one where scale to zero is disabled, or by the lower bound', () => {
    const idle = () => loaded(1, 0);
    expect(changes(play(kpaPolicy, { enableScaleToZero: false }, { toSeconds: 200, now: idle }))).toEqual([
      [0, 1],
    ]);
    expect(changes(play(kpaPolicy, { minScale: 1 }, { toSeconds: 200, now: idle }))).toEqual([[0, 1]]);
  });

  it('wakes up for one request at the gateway, and waits for it to load', () => {
    const now = (at: number): PoolNow => {
      if (at < 100) return loaded(1, 0);
      if (at < 200) return loaded(0, 0);
      return { ...loaded(0, 0), loading: at < 202 ? 0 : 1, gatewayQueue: 1 };
    };
    const answers = play(kpaPolicy, {}, { toSeconds: 230, now });
    expect(changes(answers).slice(-2)).toEqual([
      [62, 0],
      [200, 1],
    ]);
  });

  it('holds its last answer during an outage of the metrics', () => {
    const now = (at: number) => ({ ...loaded(4, 35), outage: at > 80 });
    expect(changes(play(kpaPolicy, {}, { toSeconds: 400, now })).at(-1)).toEqual([62, 2]);
  });

  it('keeps to the bounds of the pool', () => {
    const now = () => loaded(2, 5000);
    expect(play(kpaPolicy, {}, { toSeconds: 0, now })[0].desiredReplicas).toBe(50);
    expect(play(kpaPolicy, { maxScale: 7 }, { toSeconds: 0, now })[0].desiredReplicas).toBe(7);
  });

  it('reaches the initial scale first', () => {
    const now = () => ({ ...loaded(0, 0), gatewayQueue: 1 });
    expect(play(kpaPolicy, { initialScale: 3 }, { toSeconds: 0, now })[0].desiredReplicas).toBe(3);
  });
});
