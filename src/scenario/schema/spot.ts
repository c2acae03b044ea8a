// The part `spot` of a pool: nodes that their owner may take back. It steers what is simulated; what they cost is in
// economics.rent.spot, so that prices can be tried on a run without simulating it again.
import { choice, derived, quantity, section } from '../../settings/keys.ts';
import { coldStart } from './autoscaling.ts';

export const spot = section(
  {
    share: quantity(
      'share',
      { above: 0, max: 1 },
      'Of the nodes that there may be, evenly spread; the first ones are on demand.',
    ),
    reclaimsPerHour: quantity(
      'count',
      { min: 0, max: 60 },
      'How often a node is taken back in an hour that it is there: mean of a Poisson process.',
    ),
    notice: quantity(
      'seconds',
      { min: 0, max: 86_400 },
      'From when it is known until the node is gone: AWS two minutes, Google Cloud and Azure 30 s. Replicas drain, then what is left is cut off.',
    ).prefault('120s'),
    killed: derived(
      choice(['retry', 'lose'], 'What becomes of requests that are cut off.'),
      'retry; of a pool that scales drain.killed',
    ),
    coldStart: derived(
      coldStart,
      'new-node: another is ordered as soon as one is gone; a pool that scales has its own, and orders when it decides',
    ),
  },
  'Spot instances. Their price is economics.rent.spot.',
);
