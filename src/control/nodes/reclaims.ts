// Which nodes of a pool are spot instances, and when their owner takes them back: after a time that is exponential, so
// that the reclaims of many nodes are a Poisson process with the stated rate per node-hour. Each life of each node has a
// random stream of its own: nothing depends on which node is asked about first. Left out: what makes owners take nodes
// back. In fact those of one zone go together when it runs short, and prices of spot instances say little of when.
import { RandomStream } from '../../kernel/random.ts';
import type { SpotSpec } from '../spec.ts';

export class Reclaims {
  readonly #spec: SpotSpec;
  readonly #seed: number;
  readonly #name: string;

  /** `name`: of the random streams. */
  constructor(spec: SpotSpec, { seed, name }: { seed: number; name: string }) {
    this.#spec = spec;
    this.#seed = seed;
    this.#name = name;
  }

  get noticeSeconds(): number {
    return this.#spec.noticeSeconds;
  }

  isSpot(node: number): boolean {
    return isSpotNode(this.#spec.share, node);
  }

  /** From its coming to the notice, of its first, second, … life; Infinity: it is never taken back. */
  secondsOf(node: number, life: number): number {
    const { reclaimsPerNodeHour } = this.#spec;
    if (!this.isSpot(node) || reclaimsPerNodeHour === 0) return Infinity;
    const random = new RandomStream(this.#seed, `${this.#name}/${node}/${life}`);
    return (random.exponential() * 3600) / reclaimsPerNodeHour;
  }
}

/** A share written as a decimal may fall short of a whole number by the last bit. */
const ROUNDING = 1e-9;

/** Of the first n nodes floor(n × share) are, evenly spread, so that every cell has its part. */
export function isSpotNode(share: number, node: number): boolean {
  const among = (nodes: number) => Math.floor(nodes * share + ROUNDING);
  return among(node + 1) > among(node);
}
