// Events in the arrival rate: for a while it is so many times what the curve says. Where two overlap, both count. The
// pieces of the curve are cut where an event begins or ends, so that the process stays exact.
import type { RateSegment } from './rate-curve.ts';
import type { RateChange } from './spec.ts';

export function withChanges(
  segments: readonly RateSegment[],
  changes: readonly RateChange[] = [],
): RateSegment[] {
  const cuts = changes.flatMap(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]);
  cuts.sort((a, b) => a - b);
  return segments.flatMap((segment) => {
    const { fromSeconds, toSeconds } = segment;
    const within = cuts.filter((cut) => cut > fromSeconds && cut < toSeconds);
    const ends = [fromSeconds, ...new Set(within), toSeconds];
    return ends.slice(1).map((to, i) => changed(part(segment, ends[i], to), changes));
  });
}

function part(segment: RateSegment, fromSeconds: number, toSeconds: number): RateSegment {
  const { rateAtStart, rateAtEnd } = segment;
  const length = segment.toSeconds - segment.fromSeconds;
  const at = (seconds: number) =>
    rateAtStart + ((rateAtEnd - rateAtStart) * (seconds - segment.fromSeconds)) / length;
  return {
    fromSeconds,
    toSeconds,
    rateAtStart: at(fromSeconds),
    // What is not cut stays as it is, to the last bit.
    rateAtEnd: toSeconds === segment.toSeconds ? rateAtEnd : at(toSeconds),
  };
}

function changed(segment: RateSegment, changes: readonly RateChange[]): RateSegment {
  const factor = changes
    .filter(
      ({ fromSeconds, toSeconds }) => fromSeconds <= segment.fromSeconds && toSeconds >= segment.toSeconds,
    )
    .reduce((product, change) => product * change.factor, 1);
  return {
    ...segment,
    rateAtStart: segment.rateAtStart * factor,
    rateAtEnd: segment.rateAtEnd * factor,
  };
}
