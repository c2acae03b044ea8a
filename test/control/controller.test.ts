// The pipeline of one pool with a policy that says what the test tells it to.
import { describe, expect, it } from 'vitest';
import { Controller } from '../../src/control/controller.ts';
import type { AutoscalingSpec } from '../../src/control/spec.ts';
import { poolScrape } from '../../src/control/scrape.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import type { Observation, Recommendation, ScalingPolicy } from '../../src/policies/scaling/policy.ts';
import { POOL } from '../policies/scaling/llm/observation.ts';
import { autoscaling } from './spec.ts';

type Answer = Partial<Recommendation<unknown>>;

/** `recommend` sees the observation and its own last state; without an answer it holds. */
function create(
  recommend: (seen: Observation, state: unknown) => Answer,
  options: Partial<AutoscalingSpec> = {},
) {
  const spec = autoscaling({ minReplicas: 1, initialReplicas: 2, ...options });
  const policy = {
    name: 'test',
    intervalSeconds: () => 20,
    start: () => 0,
    recommend: (_: unknown, seen: Observation, state: unknown) => ({
      desiredReplicas: null,
      reason: 'as told',
      state,
      ...recommend(seen, state),
    }),
  } as unknown as ScalingPolicy;
  return new Controller({
    pool: 3,
    spec,
    policy,
    facts: POOL,
    gauges: { kvBlocks: 100, joules: () => 0 },
    lifecycle: {
      spec,
      cellEnds: [8],
      replicasPerNode: 2,
      random: new RandomStream(1, 'controller'),
    },
    startEpochMs: 1_700_000_000_000,
    timeZone: 'Europe/Berlin',
  });
}

function scrapeOf(atSeconds: number, running: number) {
  const counts = new Float64Array(Window.FIELDS);
  counts[Window.running] = running;
  const of = (value: number) => Int32Array.from({ length: 8 }, () => value);
  const cell = {
    counts,
    running: of(running),
    waiting: of(0),
    usedBlocks: of(0),
    tokensInUse: Float64Array.from(of(0)),
    queuedPrefillTokens: undefined,
  };
  return poolScrape([cell], { atSeconds, seconds: 15 });
}

describe('a controller', () => {
  it('has the policy’s interval, and tells it what is known now', () => {
    let seen: Observation | undefined;
    const controller = create((observation) => ((seen = observation), {}));
    expect(controller.intervalSeconds).toBe(20);
    expect(controller.scrapeSeconds).toBe(15);
    controller.changesUntil(20);
    controller.scrape(scrapeOf(15, 4));
    controller.scrape(scrapeOf(20, 6));
    controller.decide(20);
    expect(seen).toMatchObject({
      atSeconds: 20,
      // What is scraped at the moment of the decision is seen by it.
      scrapedAtSeconds: 20,
      epochMs: 1_700_000_020_000,
      timeZone: 'Europe/Berlin',
      pool: POOL,
      wantedReplicas: 2,
      replicasByState: { provisioning: 0, loading: 0, ready: 2, draining: 0 },
      metricsOutage: false,
      foresight: null,
    });
    expect(seen!.replicas.map(({ running }) => running)).toEqual([6, 6]);
    expect(seen!.replicas).toBe(seen!.replicas);
  });

  it('stabilises, then bounds, then orders, and says what limited the policy', () => {
    const wanted = [5, 9, 9, 0];
    const controller = create(() => ({ desiredReplicas: wanted.shift()! }), {
      stabilisation: {
        upWindowSeconds: 30,
        downWindowSeconds: 0,
        upPerMinute: Infinity,
        downPerMinute: Infinity,
      },
    });
    controller.changesUntil(20);
    expect(controller.decide(20)).toEqual({
      atSeconds: 20,
      pool: 3,
      fromReplicas: 2,
      toReplicas: 5,
      recommendedReplicas: 5,
      readyReplicas: 2,
      reason: 'as told',
    });
    expect(controller.lifecycles.counts()).toEqual({ provisioning: 3, loading: 0, ready: 2, draining: 0 });
    // Held by the window: no decision worth telling.
    expect(controller.decide(40)).toBeUndefined();
    expect(controller.decide(60)).toMatchObject({ toReplicas: 8, reason: 'as told; limited by max' });
    expect(controller.decide(80)).toMatchObject({
      fromReplicas: 8,
      toReplicas: 1,
      recommendedReplicas: 0,
      reason: 'as told; limited by min',
    });
    // The six that were coming are gone at once, and one of the ready drains.
    expect(controller.lifecycles.counts()).toEqual({ provisioning: 0, loading: 0, ready: 1, draining: 1 });
    expect(controller.decisions).toBe(4);
  });

  it('holds what is where the policy has no answer, even beyond the bounds', () => {
    const controller = create(() => ({}), { minReplicas: 3 });
    expect(controller.decide(20)).toBeUndefined();
    expect(controller.wanted).toBe(2);
  });

  it('goes on trying to have what it wants', () => {
    const wanted = [7, 8, 8];
    const controller = create(() => ({ desiredReplicas: wanted.shift()! }), { initialReplicas: 8 });
    controller.changesUntil(20);
    controller.decide(20);
    controller.decide(40);
    // All places are taken while one drains.
    expect(controller.lifecycles.counts()).toMatchObject({ ready: 7, draining: 1, loading: 0 });
    controller.drained(7, 45);
    expect(controller.decide(60)).toBeUndefined();
    expect(controller.lifecycles.counts()).toMatchObject({ ready: 7, draining: 0, loading: 1 });
  });

  it('takes no half replicas, negative ones or NaN for an answer', () => {
    for (const desiredReplicas of [2.5, -1, NaN, Infinity]) {
      const controller = create(() => ({ desiredReplicas }));
      expect(() => controller.decide(20)).toThrow(
        `policy test recommends ${desiredReplicas} replicas at 20 s`,
      );
    }
  });

  it('keeps the policy’s state from one decision to the next, and goes on from a saved one', () => {
    const counting = (_: Observation, state: unknown) => {
      const count = (state as number) + 1;
      return { desiredReplicas: 1 + (count % 4), state: count };
    };
    const original = create(counting);
    const restored = create(counting);
    for (const at of [20, 40, 60]) {
      original.changesUntil(at);
      original.scrape(scrapeOf(at, at));
      original.decide(at);
    }
    restored.restore(structuredClone(original.save()));
    const goOn = (controller: Controller) =>
      [80, 100, 120].map((at) => [
        controller.changesUntil(at),
        controller.decide(at),
        controller.takeAccount(at),
      ]);
    const expected = goOn(original);
    expect(goOn(restored)).toEqual(expected);
    expect(expected.some(([, decision]) => decision !== undefined)).toBe(true);
  });
});
