import { describe, expect, it } from 'vitest';
import {
  decide,
  delay,
  excessBurstCapacity,
  newDecider,
  numActivators,
  type DeciderSpec,
  type DeciderState,
} from '../../../../src/policies/scaling/knative/decider.ts';

const spec: DeciderSpec = {
  targetValue: 10,
  totalValue: 20,
  targetBurstCapacity: 100,
  activatorCapacity: 150,
  panicThreshold: 2,
  maxScaleUpRate: 10,
  maxScaleDownRate: 10,
  stableWindowSeconds: 60,
  scaleDownDelaySeconds: 0,
  activationScale: 0,
  reachable: true,
};
const calm: DeciderState = { panicAtSeconds: null, maxPanicPods: 0, delayed: [] };
const panicking = (panicAtSeconds: number, maxPanicPods: number): DeciderState => {
  return { panicAtSeconds, maxPanicPods, delayed: [] };
};

interface Case {
  name: string;
  ready: number;
  stable: number;
  panic: number;
  pods: number;
  mode: 'stable' | 'panic';
  spec?: Partial<DeciderSpec>;
  state?: DeciderState;
  at?: number;
}

const cases: Case[] = [
  { name: 'rounds up', ready: 3, stable: 30.001, panic: 30, pods: 4, mode: 'stable' },
  { name: 'an exact multiple is not rounded up', ready: 3, stable: 30, panic: 30, pods: 3, mode: 'stable' },
  { name: 'no load wants none', ready: 1, stable: 0, panic: 0, pods: 0, mode: 'stable' },
  { name: 'no pod counts as one', ready: 0, stable: 1000, panic: 10, pods: 10, mode: 'stable' },
  { name: 'grows by the up rate at most', ready: 2, stable: 500, panic: 1, pods: 20, mode: 'stable' },
  {
    name: 'a rate that allows no whole pod allows one: ceil(1.1 · 2) = 3',
    ready: 2,
    stable: 500,
    panic: 1,
    pods: 3,
    mode: 'stable',
    spec: { maxScaleUpRate: 1.1 },
  },
  { name: 'shrinks by the down rate at most', ready: 105, stable: 10, panic: 10, pods: 10, mode: 'stable' },
  {
    name: 'the least is rounded down: floor(100 / 1.1) = 90',
    ready: 100,
    stable: 10,
    panic: 10,
    pods: 90,
    mode: 'stable',
    spec: { maxScaleDownRate: 1.1 },
  },
  {
    name: 'an unreachable revision shrinks at once',
    ready: 100,
    stable: 10,
    panic: 10,
    pods: 1,
    mode: 'stable',
    spec: { reachable: false },
  },
  { name: 'panics at just the threshold: 4 / 2', ready: 2, stable: 20, panic: 40, pods: 4, mode: 'panic' },
  { name: 'not below it: 3 / 2', ready: 2, stable: 20, panic: 30, pods: 2, mode: 'stable' },
  {
    name: 'the threshold is compared before the up rate limits',
    ready: 2,
    stable: 20,
    panic: 40,
    pods: 3,
    mode: 'panic',
    spec: { maxScaleUpRate: 1.5 },
  },
  { name: 'in panic the larger window counts', ready: 1, stable: 50, panic: 30, pods: 5, mode: 'panic' },
  {
    name: 'in panic it does not scale down',
    ready: 9,
    stable: 10,
    panic: 10,
    pods: 9,
    mode: 'panic',
    state: panicking(50, 9),
  },
  {
    name: 'exactly a stable window after the threshold it still panics',
    ready: 9,
    stable: 10,
    panic: 10,
    pods: 9,
    mode: 'panic',
    state: panicking(40, 9),
  },
  {
    name: 'a moment later it does not',
    ready: 9,
    stable: 10,
    panic: 10,
    pods: 1,
    mode: 'stable',
    state: panicking(39.999, 9),
  },
  {
    name: 'activation scale raises what is wanted',
    ready: 1,
    stable: 10,
    panic: 10,
    pods: 4,
    mode: 'stable',
    spec: { activationScale: 4 },
  },
  {
    name: 'activation scale leaves nothing at nothing',
    ready: 1,
    stable: 0,
    panic: 0,
    pods: 0,
    mode: 'stable',
    spec: { activationScale: 4 },
  },
  {
    name: 'activation scale of one does nothing where the limit keeps one',
    ready: 10,
    stable: 0,
    panic: 0,
    pods: 1,
    mode: 'stable',
    spec: { activationScale: 1 },
  },
  {
    name: 'a limit that keeps pods without demand is not raised',
    ready: 20,
    stable: 0,
    panic: 0,
    pods: 2,
    mode: 'stable',
    spec: { activationScale: 4 },
  },
  {
    name: 'activation scale comes after the up rate',
    ready: 1,
    stable: 900,
    panic: 0,
    pods: 15,
    mode: 'stable',
    spec: { activationScale: 15 },
  },
];

describe('a decision', () => {
  it.each(cases)('$name', ({ ready, stable, panic, pods, mode, state = calm, at = 100, ...rest }) => {
    const decision = decide({
      spec: { ...spec, ...rest.spec },
      atSeconds: at,
      readyPods: ready,
      stableValue: stable,
      panicValue: panic,
      state,
    });
    expect(decision).toMatchObject({ scaleValid: true, desiredPodCount: pods, mode });
  });

  it('reaching the threshold again prolongs the panic, staying below it does not', () => {
    const input = { spec, atSeconds: 100, readyPods: 2, stableValue: 20, state: panicking(90, 4) };
    expect(decide({ ...input, panicValue: 40 }).state.panicAtSeconds).toBe(100);
    expect(decide({ ...input, panicValue: 30 }).state.panicAtSeconds).toBe(90);
  });

  it('leaving panic forgets its maximum', () => {
    const input = { spec, atSeconds: 200, readyPods: 9, stableValue: 10, panicValue: 10 };
    expect(decide({ ...input, state: panicking(100, 9) }).state).toEqual(calm);
  });

  it.each([
    ['stable', null, 1, 3],
    ['panic', 1, null, 3],
    ['a pod count', 1, 1, null],
  ])('without %s it is invalid and changes nothing', (_, stableValue, panicValue, readyPods) => {
    const state = panicking(1, 2);
    const decision = decide({ spec, atSeconds: 1000, readyPods, stableValue, panicValue, state });
    expect(decision).toMatchObject({ scaleValid: false, state });
  });

  it('without state it is a decider made now', () => {
    const decision = decide({
      spec,
      atSeconds: 5,
      readyPods: 8,
      stableValue: 0,
      panicValue: 0,
      state: null,
    });
    expect(decision).toMatchObject({ desiredPodCount: 8, mode: 'panic' });
  });
});

describe('a new decider', () => {
  it.each([
    [null, panicOff(0)],
    [0, panicOff(0)],
    [1, panicOff(1)],
    [2, panicking(7, 2)],
  ])('with %s pods ready', (ready, state) => expect(newDecider(ready, 7)).toEqual(state));

  function panicOff(maxPanicPods: number): DeciderState {
    return { panicAtSeconds: null, maxPanicPods, delayed: [] };
  }
});

describe('the scale-down delay', () => {
  type Decided = [atSeconds: number, pods: number, answer: number];

  function answers(decided: Decided[], delaySeconds: number): number[] {
    let state: DeciderState['delayed'] = [];
    return decided.map(([atSeconds, pods]) => {
      state = delay(state, { pods, atSeconds, delaySeconds });
      return state[0].pods;
    });
  }

  const tables: { name: string; delaySeconds: number; decided: Decided[] }[] = [
    {
      name: 'holds the maximum for 150 buckets of 2 s, not for the 151st',
      delaySeconds: 300,
      decided: [
        [2, 4, 4],
        [300, 0, 4],
        [302, 0, 0],
      ],
    },
    {
      name: 'falls step by step as the larger ones scroll out',
      delaySeconds: 300,
      decided: [
        [540, 4, 4],
        [600, 3, 4],
        [660, 0, 4],
        [840, 0, 3],
        [900, 0, 0],
      ],
    },
    {
      name: 'an odd delay is rounded up to whole ticks: 3 s are 2 buckets',
      delaySeconds: 3,
      decided: [
        [0, 5, 5],
        [3.9, 1, 5],
        [4, 1, 1],
      ],
    },
    {
      name: 'of two decisions in one bucket the larger counts',
      delaySeconds: 2,
      decided: [
        [0, 5, 5],
        [1.9, 1, 5],
        [2, 1, 1],
      ],
    },
    {
      name: 'a rise goes through at once',
      delaySeconds: 10,
      decided: [
        [0, 2, 2],
        [2, 9, 9],
      ],
    },
  ];
  it.each(tables)('$name', ({ delaySeconds, decided }) => {
    expect(answers(decided, delaySeconds)).toEqual(decided.map(([, , answer]) => answer));
  });

  it('does not hold an unreachable revision', () => {
    const input = { atSeconds: 10, readyPods: 1, stableValue: 10, panicValue: 0 };
    const state = { ...calm, delayed: [{ bucket: 5, pods: 9 }] };
    const delayed = { ...spec, scaleDownDelaySeconds: 20 };
    expect(decide({ ...input, state, spec: delayed }).desiredPodCount).toBe(9);
    expect(decide({ ...input, state, spec: { ...delayed, reachable: false } }).desiredPodCount).toBe(1);
  });
});

describe('excess burst capacity', () => {
  it.each([
    ['what is left beyond burst and load: 5·20 − 60 − 30', 60, 5, 30, 10],
    ['rounded down: 100 − 60 − 30.5', 60, 5, 30.5, 9],
    ['negative values are rounded down too: 20 − 60 − 0.5', 60, 1, 0.5, -41],
    ['nothing ready', 60, 0, 0, -60],
    ['no burst wanted', 0, 0, 1000, 0],
    ['any burst wanted', -1, 1000, 0, -1],
  ])('%s', (_, targetBurstCapacity, ready, load, excess) => {
    expect(excessBurstCapacity({ targetBurstCapacity, totalValue: 20 }, ready, load)).toBe(excess);
  });

  it.each([
    ['none wanted: two activators', 0, 1000, 2],
    ['(20·20 + 100) / 150 = 3.3', 100, 20, 4],
    ['unlimited: 20·20 / 150 = 2.7', -1, 20, 3],
    ['never fewer than two', 100, 1, 2],
  ])('%s', (_, targetBurstCapacity, ready, activators) => {
    const burst = { targetBurstCapacity, totalValue: 20, activatorCapacity: 150 };
    expect(numActivators(burst, ready)).toBe(activators);
  });
});
