import { describe, expect, it } from 'vitest';
import { call } from './rule-of.ts';

const replica = (kvTokensInUse: number, more = {}) => ({
  variant: 'a100',
  costPerHour: 10,
  totalKvCapacityTokens: 10_000,
  kvTokensInUse,
  ...more,
});

const saturation = (replicas: readonly unknown[], more = {}) =>
  call('blis/saturation', { replicas, ...more });

describe('BLIS saturation', () => {
  it.each([
    // 8000 / 0.8 = 10,000 against 8000.
    ['lack', [replica(8000)], {}, { requiredCapacity: 2000, spareCapacity: 0, utilization: 1 }],
    ['exactly enough', [replica(6400)], {}, { requiredCapacity: 0, spareCapacity: 0 }],
    // 5952 + 4 * 512 = 8000.
    [
      'a waiting prompt counts 512 tokens',
      [replica(5952, { queueDepth: 4 })],
      {},
      { totalDemand: 8000, requiredCapacity: 2000 },
    ],
    [
      '… or what is assumed',
      [replica(6000, { queueDepth: 4 })],
      { avgInputTokens: 500 },
      { totalDemand: 8000 },
    ],
    // 0.8 * 2500 = 2000.
    [
      'replicas to come count against a lack',
      [replica(8000)],
      { pendingTotalKvCapacityTokens: 2500 },
      { requiredCapacity: 0, totalSupply: 8000 },
    ],
    ['… in part', [replica(8000)], { pendingTotalKvCapacityTokens: 1250 }, { requiredCapacity: 1000 }],
    // 2000 / 0.4 = 5000 < 8000 of the one left.
    ['to spare', [replica(1000), replica(1000)], {}, { requiredCapacity: 0, spareCapacity: 11_000 }],
    ['one replica is never to spare', [replica(0)], {}, { spareCapacity: 0 }],
    // 3200 / 0.4 = 8000: not more than it.
    ['the rest must carry more than is needed', [replica(3200), replica(0)], {}, { spareCapacity: 0 }],
    [
      'replicas to come are not to spare',
      [replica(0)],
      { pendingTotalKvCapacityTokens: 20_000 },
      { spareCapacity: 0 },
    ],
    [
      'none ready: no signal, whatever comes',
      [],
      { pendingTotalKvCapacityTokens: 20_000 },
      { requiredCapacity: 0, spareCapacity: 0, totalDemand: 0 },
    ],
    [
      'one without KV cache is not counted',
      [replica(0), replica(9000, { totalKvCapacityTokens: 0 })],
      {},
      { totalDemand: 0, spareCapacity: 0 },
    ],
  ])('%s', (_, replicas, more, expected) => {
    expect(saturation(replicas, more)).toMatchObject(expected);
  });

  it('must do without its largest replica to have some to spare', () => {
    // Supply 8000 + 20,000; demand 4000 / 0.4 = 10,000 > 8000.
    const mixed = [
      replica(2000),
      replica(2000, { variant: 'h100', costPerHour: 20, totalKvCapacityTokens: 25_000 }),
    ];
    expect(saturation(mixed)).toMatchObject({ totalSupply: 28_000, spareCapacity: 0 });
  });

  it('lists variants by cost, then by name', () => {
    const result = saturation([
      replica(1, { variant: 'c', costPerHour: 9 }),
      replica(1, { variant: 'b', costPerHour: 9 }),
      replica(1, { variant: 'a', costPerHour: 10 }),
    ]);
    expect((result.variants as { variant: string }[]).map(({ variant }) => variant)).toEqual(['b', 'c', 'a']);
  });
});

describe('BLIS change', () => {
  const variants = [
    { variant: 'dear', costPerReplica: 20, replicaCount: 2, supply: 40_000 },
    { variant: 'cheap', costPerReplica: 5, replicaCount: 3, supply: 24_000 },
  ];
  it.each([
    [
      'up on the cheapest: ceil(9000 / 8000)',
      { requiredCapacity: 9000, variants },
      { variant: 'cheap', delta: 2 },
    ],
    ['up by an exact multiple', { requiredCapacity: 16_000, variants }, { variant: 'cheap', delta: 2 }],
    [
      'up by 1 where nothing is known of the cheapest',
      { requiredCapacity: 9e9, variants: [{ variant: 'x', replicaCount: 0, supply: 0 }] },
      { variant: 'x', delta: 1 },
    ],
    [
      'down on the dearest: floor(59,000 / 20,000)',
      { spareCapacity: 59_000, variants },
      { variant: 'dear', delta: -2 },
    ],
    ['down by 1 at least', { spareCapacity: 1, variants }, { variant: 'dear', delta: -1 }],
    ['down by all it has at most', { spareCapacity: 1e9, variants }, { variant: 'dear', delta: -2 }],
    [
      'down on the dearest that has any',
      { spareCapacity: 1, variants: [{ ...variants[0], replicaCount: 0, supply: 0 }, variants[1]] },
      { variant: 'cheap', delta: -1 },
    ],
    ['neither', { variants }, { variant: null, delta: 0 }],
    ['no variant', { requiredCapacity: 5, variants: [] }, { variant: null, delta: 0 }],
  ])('%s', (_, input, expected) => {
    expect(call('blis/change', input)).toEqual(expected);
  });
});

describe('BLIS persistence', () => {
  /** Ticks every 10 s; the instants at which it fires. */
  function fires(directions: readonly string[], windows: object): number[] {
    let state = {};
    const fired: number[] = [];
    directions.forEach((direction, i) => {
      const result = call('blis/persistence', { atSeconds: 10 * i, direction, ...windows, state });
      state = JSON.parse(JSON.stringify(result.state)) as object;
      if (result.fires === true) fired.push(10 * i);
    });
    return fired;
  }
  const up = { scaleUpStabilizationWindow: 20 };
  it.each([
    [
      'after exactly its window, and again a window later',
      ['up', 'up', 'up', 'up', 'up', 'up'],
      up,
      [20, 50],
    ],
    ['a tick without it resets', ['up', 'up', 'none', 'up', 'up', 'up'], up, [50]],
    [
      'so does the other direction',
      ['up', 'up', 'down', 'up', 'up', 'up'],
      { ...up, scaleDownStabilizationWindow: 20 },
      [50],
    ],
    ['a window of 0 fires at once, every time', ['up', 'up', 'none', 'up'], {}, [0, 10, 30]],
    [
      'each direction has its own window',
      ['down', 'down', 'up'],
      { scaleDownStabilizationWindow: 10, scaleUpStabilizationWindow: 60 },
      [10],
    ],
  ])('%s', (_, directions, windows, expected) => {
    expect(fires(directions, windows)).toEqual(expected);
  });
});
