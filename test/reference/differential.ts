// The fast kernel against the reference on one random cell: every request's fate, destination, first token, finish,
// preemptions and retries must be the same numbers, and so must be the work counted, the latencies, the times at which
// replicas are drained and what can be read off a replica, however the fast kernel is looked at: in few windows or in
// many of random length, each replica brought up to date only when needed or at every arrival, in one go or saved and
// restored on the way.
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { Drained } from '../../src/fleet/cell.ts';
import type { LatencyHistograms } from '../../src/fleet/engine-interface.ts';
import type { SparseHistogram } from '../../src/kernel/histogram.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';
import type { TraceSpec } from '../../src/fleet/records/tracer.ts';
import { runFast, type FastOptions } from '../support/simulate-fast.ts';
import { compareCompiled, isCompiled } from './compiled.ts';
import type { Coverage } from './coverage.ts';
import { recordDifference } from './records.ts';
import { traceDifference, type ReferenceStep } from './trace.ts';
import { caseOf, recipes } from './random-case.ts';
import { simulateReference } from './simulator/cell.ts';
import { latenciesOf, Work } from './work.ts';

/** Times at which replicas are read off, spread over a case. */
const PROBES = 6;

/** Fails where the two kernels differ. */
export function differentialProperty(coverage: Coverage) {
  // 2^52 ticks are 12 days.
  const startTicks = fc.constantFrom(0, 0, 2 ** 40, 2 ** 52);
  const windows = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300 }));
  return fc.property(recipes, startTicks, windows, (recipe, start, windows) => {
    const c = caseOf(recipe, start);
    const lastTicks = Math.max(c.requests.at(-1)!.atTicks, c.changes?.at(-1)?.atTicks ?? 0);
    const probes = probesOf(c.seed, start, lastTicks);
    const expected = expectedOf(c, probes, coverage);
    const { outcomes, work, latencies } = expected;
    coverage.addOutcomes(c, outcomes);
    const endTicks = Math.max(lastTicks, ...outcomes.map((outcome) => outcome.finishTicks));
    const windowTicks = Math.ceil((endTicks - start) / windows);
    const trace = stretchOf(c.seed, start, endTicks);
    let itl: SparseHistogram | undefined;
    for (const [way, options] of Object.entries(waysToRun(c.seed, start, { windowTicks, probes }))) {
      const gauges: Gauges[] = [];
      const fast = runFast(c, { ...options, trace, look: noteGauges(gauges, probes) });
      itl ??= fast.latencies.itl;
      const difference =
        differenceOf(fast.outcomes, outcomes) ??
        work.differenceOf(fast.counts) ??
        drainedDifference(fast.drained, expected.drained) ??
        recordDifference(fast.records, { c, outcomes }) ??
        traceDifference(fast.runs, expected.steps, trace) ??
        gaugesDifference(gauges, expected.gauges) ??
        latencyDifference(fast.latencies, { ...latencies, itl }) ??
        work.gapDifference(itl);
      if (difference !== undefined) throw new Error(`${way}: ${difference}`);
    }
    if (!isCompiled(c)) return;
    const { difference } = compareCompiled(c, windows);
    if (difference !== undefined) throw new Error(difference);
  });
}

/** Of the whole cell at one time. */
interface Gauges {
  atTicks: number;
  held: number;
  /** By replica: running, waiting, KV blocks, tokens in use, tokens to prefill. */
  replicas: number[][];
}

/** From somewhere in the case to somewhere later, for some of the replicas. */
function stretchOf(seed: number, startTicks: number, endTicks: number): TraceSpec {
  const stream = new RandomStream(seed, 'trace');
  const [from, to] = [stream.uniform(), stream.uniform()].toSorted((a, b) => a - b);
  const at = (part: number) => ticksToSeconds(startTicks + Math.floor(part * (endTicks - startTicks)));
  return { fromSeconds: at(from), toSeconds: at(to), firstReplica: 0, lastReplica: stream.below(4) };
}

function expectedOf(c: CellCase, probes: number[], coverage: Coverage) {
  const work = new Work();
  const steps: ReferenceStep[] = [];
  const drained: Drained[] = [];
  const gauges: Gauges[] = [];
  const outcomes = simulateReference(c, {
    step(step) {
      work.addStep(step);
      steps.push({ ...step, isCutOff: false });
      coverage.addStep(step, c);
    },
    cutOff(step, atTicks) {
      work.cutOff(step, atTicks);
      Object.assign(
        steps.findLast(({ replica }) => replica === step.replica)!,
        {
          isCutOff: true,
          endTicks: atTicks,
        },
      );
    },
    token: (request, atTicks) => work.addToken(request, atTicks),
    drained: (place, atTicks, killed) => drained.push({ place, atTicks, killed }),
    happened: (what) => coverage.add(what),
    probes,
    probed(atTicks, replicas, held) {
      const read = replicas.map((r) => {
        return [r.unfinished.length, r.waiting.length, r.usedBlocks, r.tokensInUse, r.tokensToPrefill];
      });
      gauges.push({ atTicks, held, replicas: read });
    },
  });
  work.addOutcomes(outcomes);
  drained.sort((a, b) => a.atTicks - b.atTicks || a.place - b.place);
  return { outcomes, work, drained, gauges, steps, latencies: latenciesOf(c, outcomes) };
}

/** Times in order, with a change or an arrival at the last one. */
function probesOf(seed: number, startTicks: number, lastTicks: number): number[] {
  const stream = new RandomStream(seed, 'probes');
  const times = Array.from({ length: PROBES }, () => {
    return startTicks + Math.floor(stream.uniform() * (lastTicks - startTicks));
  });
  return [...new Set([...times, lastTicks])].filter((ticks) => ticks > 0).toSorted((a, b) => a - b);
}

/** At the ends of windows that are among those times. */
function noteGauges(gauges: Gauges[], probes: number[]): FastOptions['look'] {
  return (atTicks, cell) => {
    if (!probes.includes(atTicks)) return;
    const { running, waiting, usedBlocks, tokensInUse, queuedPrefillTokens } = cell.readGauges(true);
    const replicas = Array.from(running, (count, i) => {
      return [count, waiting[i], usedBlocks[i], tokensInUse[i], queuedPrefillTokens![i]];
    });
    const inReplicas = replicas.reduce((sum, [run, wait]) => sum + run + wait, 0);
    gauges.push({ atTicks, held: cell.inSystem - inReplicas, replicas });
  };
}

function waysToRun(
  seed: number,
  startTicks: number,
  { windowTicks, probes }: { windowTicks: number; probes: number[] },
): Record<string, FastOptions> {
  // The first window takes all the time before the first request.
  const ends = (ticks: () => number) => (endTicks: number) => Math.max(endTicks, startTicks) + ticks();
  const randomEnds = (name: string) => {
    const stream = new RandomStream(seed, name);
    return ends(() => 1 + Math.floor(stream.exponential() * windowTicks));
  };
  /** With ends at all probes too. */
  const probing = (nextEnd: (endTicks: number) => number) => (endTicks: number) =>
    Math.min(nextEnd(endTicks), probes.find((ticks) => ticks > endTicks) ?? Infinity);
  return {
    'in windows of ten seconds': { nextEnd: ends(() => secondsToTicks(10)) },
    'in windows of random length': { nextEnd: probing(randomEnds('windows')) },
    'with every replica advanced at every arrival': { nextEnd: randomEnds('other windows'), eager: true },
    'saved, restored and rebased': {
      nextEnd: probing(randomEnds('windows between')),
      interruptions: new RandomStream(seed, 'interruptions'),
    },
  };
}

/** The first request that fared differently, in words; undefined if there is none. */
export function differenceOf(fast: RequestOutcome[], reference: RequestOutcome[]): string | undefined {
  if (fast.length !== reference.length) return `${fast.length} of ${reference.length} requests`;
  // The lengths of a rejected request are nobody's: truncation may have cut them before the queue was found full.
  const fates = [
    'outcome',
    'replica',
    'admittedTicks',
    'firstTokenTicks',
    'finishTicks',
    'preemptions',
    'retries',
  ] as const;
  const lengths = ['promptTokens', 'outputTokens'] as const;
  for (const [i, expected] of reference.entries()) {
    const fields = expected.outcome === 'finished' ? [...fates, ...lengths] : fates;
    if (fields.every((field) => fast[i][field] === expected[field])) continue;
    return `request ${i} is ${JSON.stringify(fast[i])}, and in the reference ${JSON.stringify(expected)}`;
  }
  return undefined;
}

function drainedDifference(fast: Drained[], reference: Drained[]): string | undefined {
  if (isDeepStrictEqual(fast, reference)) return undefined;
  return `drained are ${JSON.stringify(fast)}, and in the reference ${JSON.stringify(reference)}`;
}

/** Those that were looked at: not all ways of running stop at all times. */
function gaugesDifference(fast: Gauges[], reference: Gauges[]): string | undefined {
  for (const read of fast) {
    const expected = reference.find(({ atTicks }) => atTicks === read.atTicks);
    if (!isDeepStrictEqual(read, expected))
      return `a look at the cell shows ${JSON.stringify(read)}, and in the reference ${JSON.stringify(expected)}`;
  }
  return undefined;
}

type Latencies = LatencyHistograms<SparseHistogram>;

function latencyDifference(fast: Latencies, expected: Latencies): string | undefined {
  for (const name of ['ttft', 'tpot', 'itl', 'e2e'] as const) {
    if (!isDeepStrictEqual(fast[name], expected[name])) return `another histogram of ${name}`;
  }
  return undefined;
}
