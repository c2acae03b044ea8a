// The fast kernel against the reference on one random cell: every request's fate, destination, first token, finish and
// preemptions must be the same numbers, and so must be the work counted and the latencies, however the fast kernel is
// looked at: in few windows or in many of random length, each replica brought up to date only when needed or at every
// arrival, in one go or saved and restored on the way.
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { LatencyHistograms } from '../../src/fleet/engine.ts';
import { Window } from '../../src/fleet/window.ts';
import { Histogram, type SparseHistogram } from '../../src/kernel/histogram.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';
import { runFast, type FastOptions } from '../support/simulate-fast.ts';
import type { Coverage } from './coverage.ts';
import { caseOf, recipes } from './random-case.ts';
import { simulateReference } from './reference-cell.ts';
import type { TimedStep } from './reference-replica.ts';

/** Fails where the two kernels differ. */
export function differentialProperty(coverage: Coverage) {
  // 2^52 ticks are 12 days.
  const startTicks = fc.constantFrom(0, 0, 2 ** 40, 2 ** 52);
  const windows = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300 }));
  return fc.property(recipes, startTicks, windows, (recipe, start, windows) => {
    const c = caseOf(recipe, start);
    const work = new Work();
    const outcomes = simulateReference(c, (step) => {
      work.addStep(step);
      coverage.addStep(step, c);
    });
    work.addOutcomes(outcomes);
    coverage.addOutcomes(c, outcomes);
    const endTicks = Math.max(c.requests.at(-1)!.atTicks, ...outcomes.map((outcome) => outcome.finishTicks));
    const windowTicks = Math.ceil((endTicks - start) / windows);
    const latencies = latenciesOf(c, outcomes);
    let itl: SparseHistogram | undefined;
    for (const [way, options] of Object.entries(waysToRun(c.seed, start, windowTicks))) {
      const fast = runFast(c, options);
      itl ??= fast.latencies.itl;
      const difference =
        differenceOf(fast.outcomes, outcomes) ??
        work.differenceOf(fast.counts) ??
        latencyDifference(fast.latencies, { ...latencies, itl }) ??
        gapDifference(itl, outcomes);
      if (difference !== undefined) throw new Error(`${way}: ${difference}`);
    }
  });
}

function waysToRun(seed: number, startTicks: number, windowTicks: number): Record<string, FastOptions> {
  // The first window takes all the time before the first request.
  const ends = (ticks: () => number) => (endTicks: number) => Math.max(endTicks, startTicks) + ticks();
  const randomEnds = (name: string) => {
    const stream = new RandomStream(seed, name);
    return ends(() => 1 + Math.floor(stream.exponential() * windowTicks));
  };
  return {
    'in windows of ten seconds': { nextEnd: ends(() => secondsToTicks(10)) },
    'in windows of random length': { nextEnd: randomEnds('windows') },
    'with every replica advanced at every arrival': { nextEnd: randomEnds('other windows'), eager: true },
    'saved, restored and rebased': {
      nextEnd: randomEnds('windows between'),
      interruptions: new RandomStream(seed, 'interruptions'),
    },
  };
}

/** The first request that fared differently, in words; undefined if there is none. */
export function differenceOf(fast: RequestOutcome[], reference: RequestOutcome[]): string | undefined {
  if (fast.length !== reference.length) return `${fast.length} of ${reference.length} requests`;
  // The lengths of a rejected request are nobody's: truncation may have cut them before the queue was found full.
  const fates = ['outcome', 'replica', 'firstTokenTicks', 'finishTicks', 'preemptions'] as const;
  const lengths = ['promptTokens', 'outputTokens'] as const;
  for (const [i, expected] of reference.entries()) {
    const fields = expected.outcome === 'finished' ? [...fates, ...lengths] : fates;
    if (fields.every((field) => fast[i][field] === expected[field])) continue;
    return `request ${i} is ${JSON.stringify(fast[i])}, and in the reference ${JSON.stringify(expected)}`;
  }
  return undefined;
}

type Latencies = LatencyHistograms<SparseHistogram>;

/** What the reference says of them; it does not note the single gaps between tokens. */
function latenciesOf(c: CellCase, outcomes: RequestOutcome[]): Omit<Latencies, 'itl'> {
  const ttft = new Histogram();
  const tpot = new Histogram();
  const e2e = new Histogram();
  for (const [i, { outcome, outputTokens, firstTokenTicks, finishTicks }] of outcomes.entries()) {
    if (outcome !== 'finished') continue;
    const sentTicks = c.requests[i].atTicks - c.perf.clientDelayTicks;
    ttft.add(firstTokenTicks - sentTicks);
    e2e.add(finishTicks - sentTicks);
    if (outputTokens > 1) tpot.add(Math.floor((finishTicks - firstTokenTicks) / (outputTokens - 1)));
  }
  return { ttft: ttft.take(), tpot: tpot.take(), e2e: e2e.take() };
}

function latencyDifference(fast: Latencies, expected: Latencies): string | undefined {
  for (const name of ['ttft', 'tpot', 'itl', 'e2e'] as const) {
    if (!isDeepStrictEqual(fast[name], expected[name])) return `another histogram of ${name}`;
  }
  return undefined;
}

/** As many gaps as there are tokens after the first, and as long together as they took. */
function gapDifference(itl: SparseHistogram, outcomes: RequestOutcome[]): string | undefined {
  let gaps = -itl.counts.reduce((total, count) => total + count, 0);
  let ticks = -(itl.sumHigh * 2 ** 52 + itl.sumLow);
  for (const { outcome, outputTokens, firstTokenTicks, finishTicks } of outcomes) {
    if (outcome !== 'finished') continue;
    gaps += outputTokens - 1;
    ticks += finishTicks - firstTokenTicks;
  }
  return gaps === 0 && ticks === 0 ? undefined : `${gaps} gaps and ${ticks} ticks too few between tokens`;
}

/** What a drained cell has counted, by the reference's steps and outcomes. */
class Work {
  readonly #counts = new Map<string, [index: Window, count: number]>();

  addStep(step: TimedStep): void {
    const { decodes, decodeTicks, prefillTokens, prefillPairs } = step;
    this.#add('steps', Window.steps, 1);
    this.#add('decode steps', Window.decodeSteps, decodes > 0 ? 1 : 0);
    this.#add('decode tokens', Window.decodeTokens, decodes);
    this.#add('context tokens', Window.contextTokens, step.contextTokens);
    this.#add('prefill tokens', Window.prefillTokens, prefillTokens);
    this.#add('prefill pairs', Window.prefillPairs, prefillPairs);
    this.#add('prefill rows', Window.prefillRows, step.logitRows - decodes);
    this.#add('decode ticks', Window.decodeTicks, decodeTicks);
    this.#add('prefill ticks', Window.prefillTicks, step.endTicks - step.startTicks - decodeTicks);
  }

  addOutcomes(outcomes: RequestOutcome[]): void {
    for (const { outcome, promptTokens, outputTokens, preemptions } of outcomes) {
      const finished = outcome === 'finished' ? 1 : 0;
      this.#add('arrivals', Window.arrived, 1);
      this.#add('finishes', Window.finished, finished);
      this.#add('prompt tokens', Window.promptTokens, finished * promptTokens);
      this.#add('output tokens', Window.outputTokens, finished * outputTokens);
      this.#add('preemptions', Window.preemptions, preemptions);
    }
  }

  differenceOf(counts: Float64Array): string | undefined {
    for (const [what, [index, count]] of this.#counts) {
      if (counts[index] !== count) return `${counts[index]} ${what}, and ${count} in the reference`;
    }
    return undefined;
  }

  #add(what: string, index: Window, count: number): void {
    this.#counts.set(what, [index, (this.#counts.get(what)?.[1] ?? 0) + count]);
  }
}
