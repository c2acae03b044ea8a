// From a workload to one cell's requests, and to the rate that is expected of the whole.
import assert from 'node:assert/strict';
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import { Bursts, type Burst, type BurstableSource } from './bursts.ts';
import { PoissonSource } from './poisson-source.ts';
import { withChanges } from './rate-changes.ts';
import { expectedRate, rateSegments, type RateSegment } from './rate-curve.ts';
import type { ArrivalsSpec, ArrivalSource, ShareSpec, WorkloadSpec } from './spec.ts';
import { tokenSources } from './lengths/tokens.ts';
import { TraceSource } from './trace-source.ts';

export interface WorkloadRun {
  /** Must not change while sources of it exist: tables made from it are kept. */
  spec: WorkloadSpec;
  startEpochMs: number;
  /** Arrivals stop then. */
  durationSeconds: number;
}

/** UserError for a curve, a length distribution or a trace that cannot be used; later rows of a trace as they come. */
export function createArrivalSource(
  options: WorkloadRun & { share: ShareSpec; seed: number },
): ArrivalSource {
  const { spec, share, seed, startEpochMs, durationSeconds } = options;
  if (spec.kind === 'trace') return new TraceSource(spec.trace, share, secondsToTicks(durationSeconds));

  const segments = segmentsOf(spec.arrivals, startEpochMs, durationSeconds);
  const stream = `cell/${share.cell}`;
  const tokens = tokenSources(spec.tokens)(seed, stream);
  return new PoissonSource(segments, share.share, new RandomStream(seed, `${stream}/arrivals`), tokens);
}

/** The same, to which bursts can be added later; of a trace, which has times of its own, none. */
export function createBurstableSource(
  options: WorkloadRun & { share: ShareSpec; seed: number },
): BurstableSource {
  const { spec, share, seed, startEpochMs, durationSeconds } = options;
  return new Bursts(createArrivalSource(options), (burst, earlier) => {
    assert(spec.kind === 'synthetic', 'a trace knows no bursts');
    const segments = segmentsOf(spec.arrivals, startEpochMs, durationSeconds);
    const stream = `cell/${share.cell}/burst/${burst.number}`;
    const tokens = tokenSources(spec.tokens)(seed, stream);
    const arrivals = new RandomStream(seed, `${stream}/arrivals`);
    return new PoissonSource(burstSegments(segments, burst, earlier), share.share, arrivals, tokens);
  });
}

/** What a burst adds to the rate, in its time. */
function burstSegments(
  segments: readonly RateSegment[],
  burst: Burst,
  earlier: readonly Burst[],
): RateSegment[] {
  const { fromSeconds, toSeconds, factor } = burst;
  // A factor of one changes nothing, but cuts the pieces at both ends.
  return withChanges(segments, [...earlier, { ...burst, factor: 1 }])
    .filter((piece) => piece.fromSeconds >= fromSeconds && piece.toSeconds <= toSeconds)
    .map((piece) => ({
      ...piece,
      rateAtStart: piece.rateAtStart * (factor - 1),
      rateAtEnd: piece.rateAtEnd * (factor - 1),
    }));
}

/** Expected arrivals per second of the whole workload at those times; empty for a trace, whose times are its own. */
export function expectedRequestsPerSecond(run: WorkloadRun, atSeconds: readonly number[]): number[] {
  if (run.spec.kind === 'trace') return [];
  const segments = segmentsOf(run.spec.arrivals, run.startEpochMs, run.durationSeconds);
  return atSeconds.map((seconds) => expectedRate(segments, seconds));
}

/** Expected arrivals of the whole workload until its end; undefined for a trace, which is not read for it. */
export function expectedRequests({ spec, startEpochMs, durationSeconds }: WorkloadRun): number | undefined {
  if (spec.kind === 'trace') return undefined;
  const segments = segmentsOf(spec.arrivals, startEpochMs, durationSeconds);
  return segments.reduce(
    (sum, { fromSeconds, toSeconds, rateAtStart, rateAtEnd }) =>
      sum + ((rateAtStart + rateAtEnd) / 2) * (toSeconds - fromSeconds),
    0,
  );
}

/** The pieces of a year are many thousands, each with a look at the calendar: all cells of a thread share them. */
const curves = new WeakMap<ArrivalsSpec, { run: string; segments: RateSegment[] }>();

function segmentsOf(arrivals: ArrivalsSpec, startEpochMs: number, durationSeconds: number): RateSegment[] {
  const run = `${startEpochMs}/${durationSeconds}`;
  let curve = curves.get(arrivals);
  if (curve?.run !== run) {
    curve = { run, segments: rateSegments(arrivals, startEpochMs, durationSeconds) };
    curves.set(arrivals, curve);
  }
  return curve.segments;
}
