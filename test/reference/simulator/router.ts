// Routing as the rules tell it: among the replicas that are open, in order of their number.
import { RandomStream } from '../../../src/kernel/random.ts';
import type { CellCase } from '../../support/cell-case.ts';
import type { Replica } from './replica.ts';

export function createRouter(c: CellCase): (open: Replica[]) => Replica {
  const stream = new RandomStream(c.seed, 'routing');
  switch (c.routing) {
    case 'round-robin': {
      let last = -1;
      return (open) => {
        const next = open.find(({ index }) => index > last) ?? open[0];
        last = next.index;
        return next;
      };
    }
    case 'random':
      return (open) => open[stream.below(open.length)];
    case 'power-of-two':
      return (open) => {
        if (open.length === 1) return open[0];
        const first = stream.below(open.length);
        let second = stream.below(open.length - 1);
        if (second >= first) second++;
        return open[second].outstanding < open[first].outstanding ? open[second] : open[first];
      };
    case 'least-outstanding':
      return (open) => {
        const fewest = Math.min(...open.map((replica) => replica.outstanding));
        return open.find((replica) => replica.outstanding === fewest)!;
      };
  }
}
