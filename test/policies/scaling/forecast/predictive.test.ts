import { describe, expect, it } from 'vitest';
import { predictivePolicy } from '../../../../src/policies/scaling/forecast/predictive.ts';
import { observe, POOL, type PoolNow } from '../llm/observation.ts';
import { changes, play } from '../play.ts';

const arriving = (arrivedPerSecond: number, more: PoolNow = {}): PoolNow => ({
  ready: 2,
  rates: { arrivedPerSecond },
  pool: { coldStartSeconds: 120 },
  ...more,
});
// An hour of twelve buckets of five minutes; what one replica holds is 5 per second.
const hour = { season: '1h', headroom: 0, capacityPerReplica: 5 };
const naive = { ...hour, forecast: 'seasonal-naive' };

describe('predictive', () => {
  it('orders a cold start before what is forecast arrives, and releases when it is over', () => {
    const history = [5, 5, 50, 50, 5, 5, 5, 5, 5, 5, 5, 5];
    const now = () => arriving(5);
    const answers = play(predictivePolicy, { ...naive, history }, { toSeconds: 1500, now });
    // Decisions of 60 s look 180 s ahead: that of 420 s ends where the third bucket begins, that of 480 s in it.
    expect(changes(answers)).toEqual([
      [0, 1],
      [480, 10],
      [1200, 1],
    ]);
  });

  it('looks as far ahead as it is told', () => {
    const history = [5, 5, 50, 50, 5, 5, 5, 5, 5, 5, 5, 5];
    const now = () => arriving(5);
    const early = play(predictivePolicy, { ...naive, history, lead: '10m' }, { toSeconds: 600, now });
    expect(changes(early)).toEqual([
      [0, 1],
      [60, 10],
    ]);
    const late = play(predictivePolicy, { ...naive, history, lead: 0 }, { toSeconds: 600, now });
    expect(changes(late)).toEqual([
      [0, 1],
      [600, 10],
    ]);
  });

  it('adds headroom', () => {
    const now = () => arriving(5);
    const written = { ...naive, history: Array(12).fill(20), headroom: 0.1 };
    expect(play(predictivePolicy, written, { toSeconds: 0, now })[0].desiredReplicas).toBe(5);
  });

  it('joins the middles of the parts of a coarse history by straight lines', () => {
    // Two parts of 30 min, 0 and a little less than 60, so 10 less or more from bucket to bucket: the middle of bucket i is at 2.5 + 5i min, those of the parts at 15 and 45.
    const history = [0, 59.7];
    const now = () => arriving(0);
    const written = { ...naive, capacityPerReplica: 1, history, lead: 0, interval: '5m' };
    const answers = play(predictivePolicy, written, { toSeconds: 3300, now });
    const planned = [25, 15, 5, 5, 15, 25, 35, 45, 55, 55, 45, 35];
    expect(answers.map(({ desiredReplicas }) => desiredReplicas)).toEqual(planned);
  });

  it('only scales up before anything is forecast', () => {
    const now = (at: number) => arriving(at < 120 ? 5 : 24);
    const answers = play(predictivePolicy, { ...hour, forecast: 'ewma' }, { toSeconds: 360, now });
    expect(changes(answers)).toEqual([
      // As many as there are, though one would do.
      [0, 2],
      [120, 5],
    ]);
    expect(answers[0].reason).toContain('no forecast yet');
  });

  it('forecasts with the mean of the bucket that has ended', () => {
    // Scrapes at 55, 115, ... 295 make the first bucket: 3 of 10 and 2 of 20 are 14 per second.
    const now = (at: number) => (at < 360 ? arriving(at < 240 ? 10 : 20) : arriving(1));
    const written = { ...hour, forecast: 'ewma', alpha: 1 };
    const answers = play(predictivePolicy, written, { fromSeconds: 60, toSeconds: 360, now });
    expect(answers.at(-1)).toMatchObject({ desiredReplicas: 3, reason: '14.0 requests/s forecast' });
  });

  it('never goes below what arrives and waits now', () => {
    const history = Array(12).fill(5);
    const first = (now: PoolNow) =>
      play(predictivePolicy, { ...naive, history }, { toSeconds: 0, now: () => now })[0].desiredReplicas;
    expect(first(arriving(5))).toBe(1);
    expect(first(arriving(21))).toBe(5);
    // 2 · 150 wait, 1 per second for five minutes.
    expect(first(arriving(5, { replica: { waiting: 150 } }))).toBe(2);
    expect(first(arriving(5, { gatewayQueue: 1501 }))).toBe(3);
    // Nobody is ready: what waits at the gateway counts.
    expect(first(arriving(0, { ready: 0, gatewayQueue: 3000 }))).toBe(2);
  });

  it('holds during an outage of the metrics, and then goes on as if it had seen what it forecast', () => {
    const history = [5, 5, 5, 5, 50, 50, 5, 5, 5, 5, 5, 5];
    const now = (at: number) => arriving(5, { outage: at >= 240 && at < 1080 });
    const answers = play(predictivePolicy, { ...naive, history }, { toSeconds: 1140, now });
    expect(changes(answers)).toEqual([
      [0, 1],
      [240, null],
      [1080, 10],
    ]);
  });

  it('takes what a replica holds from the pool unless it is given, and only then has it found', () => {
    const parameters = predictivePolicy.parameters.parse({ history: [20, 20] });
    const state = predictivePolicy.start(parameters, POOL);
    const decide = (replicaCapacityPerSecond: number | null) =>
      predictivePolicy.recommend(parameters, observe({ pool: { replicaCapacityPerSecond } }), state);
    expect(decide(11).desiredReplicas).toBe(2);
    expect(decide(null)).toMatchObject({ desiredReplicas: null });
    expect(predictivePolicy.needs!(parameters)).toEqual(['replicaCapacity']);
    expect(predictivePolicy.needs!(predictivePolicy.parameters.parse(hour))).toEqual([]);
  });

  it('keeps no more than a season', () => {
    const size = (toSeconds: number) => {
      const parameters = predictivePolicy.parameters.parse(naive);
      let state = predictivePolicy.start(parameters, POOL);
      for (let atSeconds = 0; atSeconds <= toSeconds; atSeconds += 300)
        ({ state } = predictivePolicy.recommend(parameters, observe({ atSeconds }), state));
      return (state as { model: { values: unknown[] } }).model.values.length;
    };
    expect(size(2 * 3600)).toBe(12);
    expect(size(20 * 3600)).toBe(12);
  });

  it.each([
    ['does not fit the season', { season: '1d', bucket: '7m' }],
    ['is the season', { season: '1d', bucket: '1d' }],
    ['is so short that a season takes too much memory', { season: '7d', bucket: '1s' }],
  ])('refuses a bucket that %s', (_, written) => {
    const parsed = predictivePolicy.parameters.safeParse(written);
    expect(parsed.error?.issues[0]).toMatchObject({ path: ['bucket'] });
  });
});
