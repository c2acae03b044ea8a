// The reference against examples worked out on paper: every rule once, ties included. Steps take 10 ticks whatever is
// in them unless an example says otherwise, so an outcome can be read off by counting steps.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/kernel/random.ts';
import { ticksToSeconds } from '../../../src/kernel/ticks.ts';
import { Plan } from '../../../src/perf/plan.ts';
import { type PerfModel } from '../../../src/perf/spec.ts';
import { simulateReference } from './cell.ts';
import type { BatchingSpec, LimitsSpec } from '../../../src/fleet/spec.ts';
import type { CellCase, RequestOutcome } from '../../support/cell-case.ts';

type Work = [
  decodes: number,
  context: number,
  prefill: number,
  pairs: number,
  prompts: number,
  rows: number,
  key: number,
];

/** 10 ticks a step, and `extra` on top; `log` receives the work of every step. */
function tenTicks(
  options: { kvBlocks?: number; extra?: (work: Work) => number; log?: Work[] } = {},
): PerfModel {
  return {
    kvTokens: 16 * (options.kvBlocks ?? Infinity),
    clientDelayTicks: 0,
    plan(out) {
      const work = [...out.subarray(Plan.DECODES, Plan.STEPS_WANTED)] as Work;
      options.log?.push(work);
      out[Plan.ALPHA] = 10 + (options.extra?.(work) ?? 0);
      out[Plan.BETA] = 0;
      out[Plan.STEPS_MAX] = 1;
      out[Plan.DECODE] = work[0] === 0 ? 0 : out[Plan.ALPHA];
    },
  };
}

function continuous(options: Partial<Extract<BatchingSpec, { policy: 'continuous' }>> = {}): BatchingSpec {
  return {
    policy: 'continuous',
    maxBatchedTokens: 100,
    maxSequences: 10,
    longPrefillThreshold: 0,
    requireFullPromptFree: false,
    ...options,
  };
}

function padded(policy: 'static' | 'dynamic', batchSize: number, delayTicks: number): BatchingSpec {
  return { policy, batchSize, maxDelaySeconds: ticksToSeconds(delayTicks) };
}

const noLimits: LimitsSpec = { maxModelLength: 10_000, overlong: 'reject', queueLimit: 1000 };

/** Requests as [at, prompt, output]. */
function run(options: Partial<CellCase>, requests: [number, number, number][]): RequestOutcome[] {
  return simulateReference({
    replicas: 1,
    batching: continuous(),
    limits: noLimits,
    routing: 'round-robin',
    perf: tenTicks(),
    seed: 1,
    requests: requests.map(([atTicks, promptTokens, outputTokens]) => ({
      atTicks,
      promptTokens,
      outputTokens,
    })),
    ...options,
  });
}

/** [first token, finish] of each. */
function times(outcomes: RequestOutcome[]): [number, number][] {
  return outcomes.map(({ firstTokenTicks, finishTicks }) => [firstTokenTicks, finishTicks]);
}

function destinations(options: Partial<CellCase>, requests: [number, number, number][]): number[] {
  return run(options, requests).map((outcome) => outcome.replica);
}

describe('without batching', () => {
  const batching: BatchingSpec = { policy: 'none' };

  it('serves one request at a time, its prompt in one step, then a step per further token', () => {
    const outcomes = run({ batching }, [
      [0, 5, 3],
      [0, 5, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 30],
      [40, 40],
    ]);
  });

  it('asks for the prompt, then for the growing context, and names the steps by number and replica', () => {
    const log: Work[] = [];
    const requests: [number, number, number][] = [
      [0, 5, 3],
      [3, 7, 1],
      [4, 2, 1],
    ];
    run({ batching, replicas: 2, perf: tenTicks({ log }) }, requests);
    expect(log).toEqual([
      [0, 0, 5, 25, 1, 1, 0],
      [0, 0, 7, 49, 1, 1, 1],
      [1, 5, 0, 0, 0, 1, 2],
      [1, 6, 0, 0, 0, 1, 4],
      [0, 0, 2, 4, 1, 1, 6],
    ]);
  });
});

describe('continuous batching', () => {
  it('starts a step at once on an idle replica, so two arrivals of equal time do not share it', () => {
    const outcomes = run({}, [
      [0, 4, 2],
      [0, 4, 2],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 20],
      [20, 30],
    ]);
  });

  it('lets a boundary precede an arrival of equal time, which then waits for the next one', () => {
    const outcomes = run({}, [
      [0, 4, 3],
      [10, 4, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 30],
      [30, 30],
    ]);
  });

  it('starts an arrival at once when the boundary of equal time has emptied the replica', () => {
    const outcomes = run({}, [
      [0, 4, 1],
      [10, 4, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 10],
      [20, 20],
    ]);
  });

  it('cuts a prompt at the token budget and gives what is left to the next in line', () => {
    // Steps: A 8 | A 8 | A 4, B 4 | A decodes, B 2.
    const batching = continuous({ maxBatchedTokens: 8, maxSequences: 2 });
    const log: Work[] = [];
    const requests: [number, number, number][] = [
      [0, 20, 2],
      [1, 6, 1],
    ];
    const outcomes = run({ batching, perf: tenTicks({ log }) }, requests);
    expect(times(outcomes)).toEqual([
      [30, 40],
      [40, 40],
    ]);
    expect(log).toEqual([
      [0, 0, 8, 64, 1, 0, 0],
      [0, 0, 8, 64 + 2 * 8 * 8, 1, 0, 1],
      [0, 0, 8, 16 + 2 * 16 * 4 + 16, 2, 1, 2],
      [1, 20, 2, 4 + 2 * 4 * 2, 1, 2, 3],
    ]);
  });

  it('keeps chunks below the threshold, so that a short prompt overtakes a long one', () => {
    // Steps: A 3 | A 3, B 2 | A 1.
    const batching = continuous({ maxBatchedTokens: 10, longPrefillThreshold: 3 });
    const outcomes = run({ batching }, [
      [0, 7, 1],
      [0, 2, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [30, 30],
      [20, 20],
    ]);
  });

  it('gives every decoding sequence its token before a prompt gets the rest', () => {
    // Steps: A 1 | A decodes, B 1 of 4 | A decodes, B 1 | ...
    const batching = continuous({ maxBatchedTokens: 2, maxSequences: 2 });
    const outcomes = run({ batching }, [
      [0, 1, 9],
      [0, 4, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 90],
      [50, 50],
    ]);
  });

  it('admits no more sequences than the limit', () => {
    const outcomes = run({ batching: continuous({ maxSequences: 2 }) }, [
      [0, 1, 5],
      [1, 1, 3],
      [1, 1, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 50],
      [20, 40],
      [50, 50],
    ]);
  });

  it('preempts the newest, which may be the one in need, and keeps the first token it has shown', () => {
    // At 20 A holds two of three blocks and B, with 16 tokens in its only one, needs another: B goes. A finishes at
    // 200 (20 tokens); B's 17 tokens are prefilled again, that makes its second token at 210, the twentieth at 390.
    const outcomes = run({ perf: tenTicks({ kvBlocks: 3 }) }, [
      [0, 16, 20],
      [1, 16, 20],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 200],
      [20, 390],
    ]);
    expect(outcomes.map((outcome) => outcome.preemptions)).toEqual([0, 1]);
  });

  it('puts the preempted at the front of the queue, where it blocks those behind', () => {
    // At 20 A needs a second block and B goes, before C. B needs three blocks for its 33 tokens: after A.
    const outcomes = run({ perf: tenTicks({ kvBlocks: 3 }) }, [
      [0, 15, 10],
      [1, 32, 5],
      [2, 1, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 100],
      [20, 140],
      [150, 150],
    ]);
  });

  it('preempts as many as it takes, the newest first, and brings them back in their old order', () => {
    // Three blocks, one each. At 30 A and B have both filled theirs: A takes C's, B, now the newest, goes itself. At 40
    // A is done; B's 17 tokens use up the budget, C's 4 follow at 50.
    const batching = continuous({ maxBatchedTokens: 17 });
    const outcomes = run({ batching, perf: tenTicks({ kvBlocks: 3 }) }, [
      [0, 14, 4],
      [1, 15, 4],
      [1, 3, 4],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 40],
      [20, 60],
      [30, 80],
    ]);
    expect(outcomes.map((outcome) => outcome.preemptions)).toEqual([0, 1, 1]);
  });

  it('admits nobody at a boundary that preempted, though the head would fit', () => {
    // Budget 16, three blocks. B's 40 tokens: 15 at 10, 15 at 20. At 30 A needs its second block and B goes; one block
    // stays free, enough for a first chunk, but B restarts at 40 only: 15, then (A finished at 50) 16 and 9.
    const batching = continuous({ maxBatchedTokens: 16 });
    const outcomes = run({ batching, perf: tenTicks({ kvBlocks: 3 }) }, [
      [0, 14, 5],
      [1, 40, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 50],
      [70, 70],
    ]);
    expect(outcomes[1].preemptions).toBe(1);
  });

  it('waits for the blocks of a whole prompt only where told to', () => {
    // Four blocks, A holds two until 20. B's 40 tokens need three, its first chunk (23) two.
    const requests: [number, number, number][] = [
      [0, 20, 2],
      [1, 40, 1],
    ];
    const perf = tenTicks({ kvBlocks: 4 });
    const eager = run({ perf, batching: continuous({ maxBatchedTokens: 24 }) }, requests);
    expect(times(eager)[1]).toEqual([30, 30]);
    const batching = continuous({ maxBatchedTokens: 24, requireFullPromptFree: true });
    expect(times(run({ perf, batching }, requests))[1]).toEqual([40, 40]);
  });

  it('never stores the key and value of the last token', () => {
    // 15 + 2 tokens each, but 16 are stored: two such requests share two blocks without a preemption.
    const outcomes = run({ perf: tenTicks({ kvBlocks: 2 }) }, [
      [0, 15, 2],
      [0, 15, 2],
    ]);
    expect(times(outcomes)).toEqual([
      [10, 20],
      [20, 30],
    ]);
    // With one token more the older takes the other's block: it has shown its first token, the second comes late.
    const longer = run({ perf: tenTicks({ kvBlocks: 2 }) }, [
      [0, 15, 3],
      [0, 15, 3],
    ]);
    expect(times(longer)).toEqual([
      [10, 30],
      [20, 50],
    ]);
  });
});

describe('padded batches', () => {
  it('form at the delay of the oldest, just before an arrival of the same time', () => {
    // A's timer rings at 30, B comes too late; its own rings at 60.
    const outcomes = run({ batching: padded('static', 2, 30) }, [
      [0, 4, 1],
      [30, 6, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [40, 40],
      [70, 70],
    ]);
  });

  it('form at once when full, and when the batch before leaves', () => {
    const outcomes = run({ batching: padded('static', 2, 1000) }, [
      [0, 4, 2],
      [5, 4, 1],
      [6, 4, 1],
      [7, 4, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [15, 25],
      [15, 15],
      [35, 35],
      [35, 35],
    ]);
  });

  it('form when the batch before leaves if the oldest has waited long enough', () => {
    const outcomes = run({ batching: padded('dynamic', 2, 7) }, [
      [0, 4, 1],
      [8, 4, 1],
    ]);
    expect(times(outcomes)).toEqual([
      [17, 17],
      [27, 27],
    ]);
  });

  const mixed: [number, number, number][] = [
    [0, 4, 3],
    [5, 6, 1],
    [6, 1, 1],
  ];

  it('pad prompts and, when static, outputs: the batch size counts to the end', () => {
    const log: Work[] = [];
    const extra = ([decodes]: Work) => decodes;
    const outcomes = run({ batching: padded('static', 2, 20), perf: tenTicks({ log, extra }) }, mixed);
    expect(log).toEqual([
      [0, 0, 12, 72, 2, 2, 0],
      [2, 12, 0, 0, 0, 2, 1],
      [2, 14, 0, 0, 0, 2, 2],
      [0, 0, 1, 1, 1, 1, 3],
    ]);
    expect(times(outcomes)).toEqual([
      [15, 39],
      [15, 15],
      [49, 49],
    ]);
  });

  it('let a finished request leave the decode steps when dynamic, but nobody in', () => {
    const log: Work[] = [];
    const extra = ([decodes]: Work) => decodes;
    const outcomes = run({ batching: padded('dynamic', 2, 20), perf: tenTicks({ log, extra }) }, mixed);
    expect(log.slice(0, 3)).toEqual([
      [0, 0, 12, 72, 2, 2, 0],
      [1, 6, 0, 0, 0, 1, 1],
      [1, 7, 0, 0, 0, 1, 2],
    ]);
    expect(times(outcomes)).toEqual([
      [15, 37],
      [15, 15],
      [47, 47],
    ]);
  });

  it('take no more than the cache holds: padded outputs when static, own ones when dynamic', () => {
    // Static: 2 · blocks(16 + 30) = 6. Dynamic: blocks(16 + 1) + blocks(16 + 30) = 5.
    const requests: [number, number, number][] = [
      [0, 16, 1],
      [0, 16, 30],
    ];
    const perf = tenTicks({ kvBlocks: 5 });
    expect(times(run({ perf, batching: padded('static', 2, 50) }, requests))[1][0]).toBe(60);
    expect(times(run({ perf, batching: padded('dynamic', 2, 50) }, requests))[1][0]).toBe(10);
  });
});

describe('limits', () => {
  it('reject by the model length first, then by the cache, before any routing', () => {
    const limits: LimitsSpec = { ...noLimits, maxModelLength: 100 };
    const outcomes = run({ limits, replicas: 2, perf: tenTicks({ kvBlocks: 1 }) }, [
      [0, 60, 41],
      [0, 10, 7],
      [0, 10, 6],
    ]);
    expect(outcomes.map(({ outcome, replica }) => [outcome, replica])).toEqual([
      ['too-long', -1],
      ['exceeds-kv', -1],
      ['finished', 0],
    ]);
    expect(times(outcomes)).toEqual([
      [-1, -1],
      [-1, -1],
      [10, 60],
    ]);
  });

  it('truncate the output, and the prompt only when one token of output is not enough', () => {
    const limits: LimitsSpec = { ...noLimits, maxModelLength: 20, overlong: 'truncate' };
    const outcomes = run({ limits }, [
      [0, 15, 9],
      [0, 30, 9],
      [0, 20, 1],
    ]);
    expect(outcomes.map(({ promptTokens, outputTokens }) => [promptTokens, outputTokens])).toEqual([
      [15, 5],
      [19, 1],
      [19, 1],
    ]);
  });

  it('reject at a busy replica whose queue is full, and spend the turn of the router', () => {
    const limits: LimitsSpec = { ...noLimits, queueLimit: 1 };
    const six: [number, number, number][] = [0, 0, 0, 0, 0, 10].map((at) => [at, 1, 1]);
    const outcomes = run({ limits, replicas: 2 }, six);
    expect(outcomes.map(({ outcome, replica }) => [outcome, replica])).toEqual([
      ['finished', 0],
      ['finished', 1],
      ['finished', 0],
      ['finished', 1],
      ['queue-full', 0],
      ['finished', 1],
    ]);
  });

  it('allow service without any queue: an idle replica takes, a busy one rejects', () => {
    const outcomes = run({ limits: { ...noLimits, queueLimit: 0 } }, [
      [0, 1, 1],
      [9, 1, 1],
      [10, 1, 1],
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['finished', 'queue-full', 'finished']);
  });

  it('do not count those whom a forming batch has not collected yet', () => {
    const limits: LimitsSpec = { ...noLimits, queueLimit: 0 };
    const outcomes = run({ limits, batching: padded('static', 3, 100) }, [
      [0, 1, 1],
      [1, 1, 1],
      [2, 1, 1],
      [3, 1, 1],
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'finished',
      'finished',
      'finished',
      'queue-full',
    ]);
  });
});

describe('routing', () => {
  const eightAtOnce: [number, number, number][] = Array.from({ length: 8 }, () => [0, 1, 5]);

  it('by round-robin takes turns', () => {
    expect(destinations({ replicas: 3 }, eightAtOnce)).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('at random takes one draw of the routing stream per request', () => {
    const stream = new RandomStream(7, 'routing');
    const expected = eightAtOnce.map(() => stream.below(5));
    expect(destinations({ replicas: 5, seed: 7, routing: 'random' }, eightAtOnce)).toEqual(expected);
  });

  it('by power-of-two compares two different replicas, the first drawn wins a tie', () => {
    const stream = new RandomStream(7, 'routing');
    const expected: number[] = [];
    // Of two replicas every odd request finds a tie and every even one finds one ahead.
    for (let pair = 0; pair < 4; pair++) {
      const first = stream.below(2);
      stream.below(1);
      expected.push(first, 1 - first);
      stream.below(2);
      stream.below(1);
    }
    expect(destinations({ replicas: 2, seed: 7, routing: 'power-of-two' }, eightAtOnce)).toEqual(expected);
    expect(destinations({ replicas: 1, seed: 7, routing: 'power-of-two' }, [[0, 1, 1]])).toEqual([0]);
  });

  it('by least-outstanding takes the lowest of equals and sees completions up to now, not later', () => {
    // At 10 the boundaries have freed both, at 19 replica 0 is still busy, at 20 no longer.
    const requests: [number, number, number][] = [0, 0, 10, 19, 20].map((at) => [at, 1, 1]);
    expect(destinations({ replicas: 2, routing: 'least-outstanding' }, requests)).toEqual([0, 1, 0, 1, 0]);
  });

  it('does not count a finished request whose place in a static batch is still taken', () => {
    // One batch each: replica 0 keeps [1 token, 9 tokens], replica 1 [9, 9]. At 15 the first has one unfinished.
    const requests: [number, number, number][] = [
      [0, 1, 1],
      [0, 1, 9],
      [0, 1, 9],
      [0, 1, 9],
      [15, 1, 1],
    ];
    const options: Partial<CellCase> = {
      replicas: 2,
      routing: 'least-outstanding',
      batching: padded('static', 2, 50),
    };
    expect(destinations(options, requests)).toEqual([0, 1, 0, 1, 0]);
  });
});
