// The reference where replicas come and go, against examples worked out on paper. Steps take 10 ticks whatever is in
// them; the rules are those at the top of fleet/cell.ts.
import { describe, expect, it } from 'vitest';
import type { ReplicaChange } from '../../../src/fleet/cell.ts';
import type { CellCase, RequestOutcome } from '../../support/cell-case.ts';
import { simulateFast } from '../../support/simulate-fast.ts';
import { Plan } from '../../../src/perf/plan.ts';
import { simulateReference } from './cell.ts';
import { createToyPerf, PLAIN_TOY } from '../toy-perf.ts';

type Change = [atTicks: number, kind: ReplicaChange['kind'], place: number];
type Asked = [atTicks: number, promptTokens: number, outputTokens: number];

/** Of a cell in which one request is served at a time, unless told otherwise. */
function run(requests: Asked[], changes: Change[], options: Partial<CellCase> = {}) {
  const c: CellCase = {
    replicas: 2,
    batching: { policy: 'none' },
    limits: { maxModelLength: 1000, overlong: 'reject', queueLimit: 100 },
    routing: 'round-robin',
    perf: createToyPerf({ ...PLAIN_TOY, base: 10 }),
    seed: 1,
    requests: requests.map(([atTicks, promptTokens, outputTokens]) => ({
      atTicks,
      promptTokens,
      outputTokens,
    })),
    changes: changes.map(([atTicks, kind, place]) => ({ atTicks, kind, place })),
    ...options,
  };
  const drained: [number, number][] = [];
  const outcomes = simulateReference(c, { drained: (place, atTicks) => drained.push([place, atTicks]) });
  expect(simulateFast(c)).toEqual(outcomes);
  return { outcomes, drained };
}

/** [replica, first token, finish] of each. */
function fates(outcomes: RequestOutcome[]): [number, number, number][] {
  return outcomes.map(({ replica, firstTokenTicks, finishTicks }) => [replica, firstTokenTicks, finishTicks]);
}

describe('a closed replica', () => {
  it('serves what it has, and gets nothing more', () => {
    const requests: Asked[] = [
      [0, 1, 3],
      [1, 1, 1],
      [2, 1, 2],
      [20, 1, 1],
      [21, 1, 1],
    ];
    const { outcomes, drained } = run(requests, [[15, 'close', 0]]);
    expect(fates(outcomes)).toEqual([
      [0, 10, 30],
      [1, 11, 11],
      [0, 40, 50],
      [1, 30, 30],
      [1, 40, 40],
    ]);
    expect(drained).toEqual([[0, 50]]);
  });

  it('that is empty is drained at once, also by a boundary of the same time', () => {
    const close: Change[] = [
      [10, 'close', 0],
      [10, 'close', 1],
      [10, 'open', 0],
    ];
    expect(run([[0, 1, 1]], close).drained).toEqual([
      [0, 10],
      [1, 10],
    ]);
  });

  it('still forms its batch when the delay is over', () => {
    const { outcomes, drained } = run([[0, 1, 2]], [[5, 'close', 0]], {
      batching: { policy: 'static', batchSize: 4, maxDelaySeconds: 20 / 2 ** 32 },
    });
    expect(fates(outcomes)).toEqual([[0, 30, 40]]);
    expect(drained).toEqual([[0, 40]]);
  });
});

describe('requests without an open replica', () => {
  it('wait for one to open, and go there in order of arrival', () => {
    const requests: Asked[] = [
      [0, 1, 1],
      [5, 1, 2],
      [20, 1, 1],
    ];
    // At 20 the opening comes before the arrival, which finds its queue.
    const { outcomes } = run(requests, [[20, 'open', 1]], { initiallyOpen: 0 });
    expect(fates(outcomes)).toEqual([
      [1, 30, 30],
      [1, 40, 50],
      [1, 60, 60],
    ]);
  });

  it('wait as many as could wait at all the replicas, the next are rejected', () => {
    const limits = { maxModelLength: 10, overlong: 'reject', queueLimit: 2 } as const;
    const requests = [0, 0, 0, 0, 0].map((at): Asked => [at, 1, 1]);
    const { outcomes } = run([...requests, [1, 10, 10]], [[7, 'open', 0]], { initiallyOpen: 0, limits });
    // One starts at once, two wait; at the only open replica there is no place for the fourth.
    expect(outcomes.map(({ outcome, replica }) => [outcome, replica])).toEqual([
      ['finished', 0],
      ['finished', 0],
      ['finished', 0],
      ['queue-full', 0],
      ['queue-full', -1],
      ['too-long', -1],
    ]);
  });
});

describe('a replica that is taken away', () => {
  const requests: Asked[] = [
    [0, 1, 3],
    [1, 1, 1],
    [2, 1, 1],
  ];
  const killed: Change[] = [
    [12, 'close', 0],
    [15, 'kill', 0],
  ];

  it('loses what it had, if that is what is asked for; tokens that were shown were shown', () => {
    const { outcomes, drained } = run(requests, killed, { killed: 'lose' });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['lost', 'finished', 'lost']);
    expect(fates(outcomes)).toEqual([
      [0, 10, -1],
      [1, 11, 11],
      [0, -1, -1],
    ]);
    expect(drained).toEqual([[0, 15]]);
  });

  it('hands its requests on otherwise, in order of arrival, to begin from the prompt', () => {
    const { outcomes } = run(requests, killed, { killed: 'retry' });
    expect(fates(outcomes)).toEqual([
      [1, 10, 45],
      [1, 11, 11],
      [1, 55, 55],
    ]);
    expect(outcomes.map(({ retries }) => retries)).toEqual([1, 0, 1]);
  });

  it('has its boundary first: who finishes then is not lost', () => {
    const { outcomes, drained } = run(
      [[0, 1, 2]],
      [
        [5, 'close', 0],
        [20, 'kill', 0],
      ],
    );
    expect(fates(outcomes)).toEqual([[0, 10, 20]]);
    expect(drained).toEqual([[0, 20]]);
  });

  it('leaves its requests to be held while nobody is open', () => {
    const changes: Change[] = [[1, 'close', 1], ...killed, [100, 'open', 1], [100, 'open', 0]];
    const { outcomes } = run(requests, changes, { killed: 'retry' });
    // All go to the first that opens. The second request went to replica 0 too, since the other had closed.
    expect(fates(outcomes)).toEqual([
      [1, 10, 130],
      [1, 140, 140],
      [1, 150, 150],
    ]);
  });

  it('does not give a lost step’s number to another step', () => {
    const asked: number[] = [];
    const perf: CellCase['perf'] = { ...createToyPerf({ ...PLAIN_TOY, base: 10 }) };
    const { plan } = perf;
    const spied = { ...perf, plan: (step: Float64Array) => (asked.push(step[Plan.STEP_KEY]), plan(step)) };
    const changes: Change[] = [
      [1, 'close', 0],
      [5, 'kill', 0],
      [6, 'open', 0],
    ];
    run([[0, 1, 1]], changes, { replicas: 1, killed: 'retry', perf: spied });
    // Of the reference, then of the fast kernel.
    expect(asked).toEqual([0, 1, 0, 1]);
  });

  it('is not taken away while it is open', () => {
    expect(fates(run([[0, 1, 2]], [[5, 'kill', 0]]).outcomes)).toEqual([[0, 10, 20]]);
  });
});

describe('routing among those that are open', () => {
  const five = [0, 1, 2, 3, 4].map((at): Asked => [100 * at, 1, 1]);
  const destinations = (routing: CellCase['routing'], changes: Change[], initiallyOpen?: number) =>
    run(five, changes, { replicas: 4, routing, initiallyOpen }).outcomes.map(({ replica }) => replica);

  it('by round-robin goes on from the last one, whoever comes and goes', () => {
    const changes: Change[] = [
      [150, 'close', 2],
      [150, 'open', 3],
      [250, 'close', 3],
    ];
    expect(destinations('round-robin', changes, 3)).toEqual([0, 1, 3, 0, 1]);
  });

  it('by least-outstanding takes the lowest of the open ones', () => {
    const changes: Change[] = [
      [50, 'close', 0],
      [150, 'close', 1],
      [250, 'open', 0],
    ];
    expect(destinations('least-outstanding', changes)).toEqual([0, 1, 2, 0, 0]);
  });

  it('by dice needs no draw where there is no choice', () => {
    const changes: Change[] = [1, 2, 3].map((place): Change => [0, 'close', place]);
    expect(destinations('power-of-two', changes)).toEqual([0, 0, 0, 0, 0]);
    expect(destinations('random', changes)).toEqual([0, 0, 0, 0, 0]);
  });
});
