// A fleet of constant size: what everything else is compared with.
import { z } from 'zod';
import { derived, quantity, section } from '../../../settings/keys.ts';
import { scalingPolicy } from '../policy.ts';

const parameters = section(
  {
    replicas: derived(
      quantity('count', { min: 0, max: 100_000, whole: true }, 'So many, always.'),
      'the upper bound (max)',
    ),
  },
  'A constant number of replicas.',
);

export const staticPolicy = scalingPolicy<z.output<typeof parameters>, null>({
  name: 'static',
  summary: 'a constant number of replicas',
  source: 'the baseline of every comparison',
  parameters,
  intervalSeconds: () => 60,
  start: () => null,
  recommend: ({ replicas }, { pool }) => ({
    desiredReplicas: replicas ?? pool.maxReplicas,
    reason: 'constant',
    state: null,
  }),
});
