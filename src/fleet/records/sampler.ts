// Which requests of a cell are recorded: a hash of the seed, the cell and the request's number decides, so that neither
// threads, windows nor order have a say, and a part contains every smaller one. The hash is two rounds of MurmurHash3's
// 32-bit finalizer (A. Appleby, 2011) with a key between them. A finalizer is a bijection: of 2^32 consecutive requests
// exactly the part asked for is taken. The key is drawn from a stream of its own, which nothing simulated draws from.
import { RandomStream } from '../../kernel/random.ts';

export type Sampler = (request: number) => boolean;

/** `part`: of all requests, in (0, 1]. */
export function createSampler(seed: number, cell: number, part: number): Sampler {
  if (part === 1) return () => true;
  const stream = new RandomStream(seed, `cell/${cell}/recorded`);
  const before = stream.uint32();
  const between = stream.uint32();
  const limit = part * 2 ** 32;
  return (request) => finalize(finalize(request ^ before) ^ between) < limit;
}

/** 32 bits in, 32 bits out, as an unsigned number. */
function finalize(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
