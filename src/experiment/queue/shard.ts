// A part of a sweep for machines that share nothing but a folder: `--shard 3/8` takes every eighth point. Dealt out in
// the order of the keys, which is as good as by chance: neighbours in the grid cost alike, and no part gets them all.
import { UserError } from '../../kernel/user-error.ts';
import type { SweepPoint } from '../sweep/point.ts';

export interface Shard {
  /** From 1 on. */
  number: number;
  of: number;
}

const SHARDS_MAX = 10_000;

export function parseShard(text: string): Shard {
  const [, number, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (number >= 1 && number <= of && of <= SHARDS_MAX) return { number, of };
  const range = number === 0 ? 'parts count from 1' : `at most ${SHARDS_MAX} parts`;
  throw new UserError(`--shard: must be i/n with 1 ≤ i ≤ n, got "${text}"; ${range}: write 1/4 to 4/4`);
}

/** Parts are disjoint and together complete; equal points are in the same part. */
export function shardOf(points: readonly SweepPoint[], { number, of }: Shard): SweepPoint[] {
  const keys = [...new Set(points.map(({ key }) => key))].toSorted();
  const own = new Set(keys.filter((_, i) => i % of === number - 1));
  return points.filter(({ key }) => own.has(key));
}
