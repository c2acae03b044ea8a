// From a workload to one cell's requests, and to the rate that is expected of the whole.
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import { PoissonSource } from './poisson-source.ts';
import { expectedRate, rateSegments } from './rate-curve.ts';
import type { ArrivalSource, ShareSpec, WorkloadSpec } from './spec.ts';
import { tokenSources } from './tokens.ts';
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

  const segments = rateSegments(spec.arrivals, startEpochMs, durationSeconds);
  const stream = `cell/${share.cell}`;
  const tokens = tokenSources(spec.tokens)(seed, stream);
  return new PoissonSource(segments, share.share, new RandomStream(seed, `${stream}/arrivals`), tokens);
}

/** Expected arrivals per second of the whole workload at those times; empty for a trace, whose times are its own. */
export function expectedRequestsPerSecond(run: WorkloadRun, atSeconds: readonly number[]): number[] {
  if (run.spec.kind === 'trace') return [];
  const segments = rateSegments(run.spec.arrivals, run.startEpochMs, run.durationSeconds);
  return atSeconds.map((seconds) => expectedRate(segments, seconds));
}
