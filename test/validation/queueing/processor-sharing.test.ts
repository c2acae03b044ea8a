// A continuous batch is a processor-sharing queue. Where a step takes as long as there are sequences in it, each gets an
// equal part of the processor (M/G/1-PS): the mean time in the system of a request of size x is x/(1 − ρ), whatever the
// distribution of sizes. Where a step takes a + b·n, as decoding on a GPU nearly does, n sequences are served at the rate
// n/(a + b·n) altogether: a queue with state-dependent sharing, whose mean times depend on the mean size alone (Cohen,
// Acta Informatica 12, 1979). Sharing in steps instead of continuously changes the result by a part in a thousand here.
// Coffman, Muntz and Trotter, J. ACM 17 (1970); Kelly, Reversibility and Stochastic Networks (1979).
import { describe, expect, it } from 'vitest';
import { PLAIN_TOY, createToyPerf } from '../../reference/toy-perf.ts';
import { expectDocumented } from '../documented.ts';
import { estimate, expectTheory, simulateQueue, type Served } from './estimate.ts';
import type { RandomStream } from '../../../src/kernel/random.ts';

const MEAN_TOKENS = 5000;

interface Sizes {
  name: string;
  /** With mean 1. */
  draw: (stream: RandomStream) => number;
}

const exponentialSizes: Sizes = { name: 'exponential', draw: (stream) => stream.exponential() };
const sizes: Sizes[] = [
  { name: 'constant', draw: () => 1 },
  exponentialSizes,
  { name: 'two-point', draw: (stream) => (stream.uniform() < 0.9 ? 0.5 : 5.5) },
];

interface Sharing {
  /** Ticks of a step: a + b·n. */
  a: number;
  b: number;
  maxSequences?: number;
  gapTicks: number;
  of: Sizes;
  requests?: number;
}

function share(sharing: Sharing): Served[] {
  return simulateQueue({
    batching: {
      policy: 'continuous',
      maxBatchedTokens: 1_000_000,
      maxSequences: sharing.maxSequences ?? 256,
      longPrefillThreshold: 0,
      requireFullPromptFree: true,
    },
    perf: createToyPerf({ ...PLAIN_TOY, base: sharing.a, perLogitRow: sharing.b }),
    requests: sharing.requests ?? 150_000,
    gapTicks: sharing.gapTicks,
    draw: (stream) => ({
      promptTokens: 1,
      outputTokens: Math.max(1, Math.round(MEAN_TOKENS * sharing.of.draw(stream))),
    }),
  });
}

const sojourn = (r: Served) => r.finishTicks - r.atTicks;
const weight = (r: Served) => r.outputTokens;

describe('steps that take as long as there are sequences', () => {
  const load = 0.7;
  const gapTicks = MEAN_TOKENS / load;
  const equal = { a: 0, b: 1, gapTicks };

  it.each(sizes)(
    'are M/G/1-PS with $name sizes: the slowdown is 1/(1 − ρ) for the small and the large',
    (of) => {
      const served = share({ ...equal, of });
      const theory = 1 / (1 - load);
      const overall = estimate(served, sojourn, { weight, gapTicks });
      expectTheory(overall, theory);
      expectDocumented(`M/G/1-PS, ${of.name} sizes`, [theory, overall.mean, overall.halfWidth]);
      const bands = [
        [0.1, 0.6],
        [0.6, 1.5],
        [1.5, 6],
      ];
      for (const [low, high] of bands) {
        const inBand = served.filter(
          ({ outputTokens }) => outputTokens >= low * MEAN_TOKENS && outputTokens < high * MEAN_TOKENS,
        );
        if (inBand.length < 10_000) continue;
        expectTheory(estimate(inBand, sojourn, { weight }), theory);
      }
    },
  );

  it('with four sequences at most are M/M/1 all the same: exponential sizes do not know who shares', () => {
    const served = share({ ...equal, of: exponentialSizes, maxSequences: 4 });
    const meanUnits = estimate(served, (r) => sojourn(r) / MEAN_TOKENS, { gapTicks });
    expectTheory(meanUnits, 1 / (1 - load));
    expectDocumented('M/M/1, four share', [1 / (1 - load), meanUnits.mean, meanUnits.halfWidth]);
  });
});

describe('steps that take a + b·n', () => {
  // Ticks as microseconds: 40 ms and 0.5 ms a sequence, at most 2,000 tokens a second. At 0.6 of that 120 sequences share
  // on average, so that the limit of 256 does not matter.
  const affine = { a: 40_000, b: 500 };
  const gapTicks = (MEAN_TOKENS * affine.b) / 0.6;

  it.each(sizes)('share the replica, with $name sizes, as the birth-death chain says', (of) => {
    const served = share({ ...affine, gapTicks, of, requests: 100_000 });
    const theory = ticksPerTokenShared(affine, gapTicks);
    const perToken = estimate(served, sojourn, { weight, gapTicks });
    expectTheory(perToken, theory);
    expectDocumented(
      `a + b·n, ${of.name} sizes`,
      [theory, perToken.mean, perToken.halfWidth].map((ticks) => ticks / 1000),
    );
  });

  it('are M/G/1-PS where a is nothing', () => {
    expect(ticksPerTokenShared({ a: 0, b: 1 }, MEAN_TOKENS / 0.7)).toBeCloseTo(1 / 0.3, 9);
  });
});

/** Mean time in the system per token of work: E[N] of the birth-death chain, by Little, over the mean size. */
function ticksPerTokenShared({ a, b }: { a: number; b: number }, gapTicks: number): number {
  let [mass, total, inSystem] = [1, 1, 0];
  for (let n = 1; n < 2000; n++) {
    mass *= (MEAN_TOKENS / gapTicks) * ((a + b * n) / n);
    total += mass;
    inSystem += n * mass;
  }
  return (inSystem / total) * (gapTicks / MEAN_TOKENS);
}
