// Latin hypercube sampling (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 1979): every axis is cut into as
// many strata of equal probability as there are points, and every stratum is used once; strata of different axes are paired
// at random. Of a discrete axis, each level comes as often as any other, give or take one.
// Left out: orthogonal arrays, and maximising the distance between points.
import { RandomStream } from '../../../kernel/random.ts';
import type { Level } from './axis.ts';
import { levelOf, valueWithin, type Axis } from './axis.ts';

export interface HypercubeSpec {
  points: number;
  seed: number;
}

/** By point: a level of every axis. */
export function latinHypercube(axes: readonly Axis[], spec: HypercubeSpec): Level[][] {
  const columns = axes.map((axis) =>
    sharesOf(axis.name, spec).map((share) => levelAt(axis, share, spec.points)),
  );
  return Array.from({ length: spec.points }, (_, point) => columns.map((column) => column[point]));
}

/** One in each stratum [i/n, (i+1)/n), in random order; an axis draws from a stream of its own. */
export function sharesOf(name: string, { points, seed }: HypercubeSpec): number[] {
  const stream = new RandomStream(seed, `latin-hypercube/${name}`);
  const uniform = () => stream.uint32() / 2 ** 32;
  const strata = Array.from({ length: points }, (_, i) => i);
  for (let i = points - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [strata[i], strata[j]] = [strata[j], strata[i]];
  }
  return strata.map((stratum) => (stratum + uniform()) / points);
}

/** Of a discrete axis by the stratum alone, so that no level comes twice more often than another. */
function levelAt(axis: Axis, share: number, points: number): Level {
  if (axis.kind === 'continuous') return levelOf(axis.path, valueWithin(axis.range, share));
  return axis.levels[Math.floor((Math.floor(share * points) * axis.levels.length) / points)];
}
