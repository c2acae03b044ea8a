// The steps of the BLIS autoscaler as rules that can be called alone, for several variants of a model.
import { choice, list, quantity, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, label, optional, positive, positiveShare } from '../inputs.ts';
import { changeOf, persist } from './change.ts';
import { analyseBlis } from './saturation.ts';

const SOURCE = 'inference-sim, sim/cluster (2026)';

const time = (description: string) => quantity('seconds', { min: 0, max: 1e10 }, description);

const saturation = rule({
  name: 'blis/saturation',
  summary: 'tokens lacking or to spare: those held and waiting against 80 % of the KV caches',
  source: SOURCE,
  input: section(
    {
      replicas: list(
        section(
          {
            instanceId: label('Name of the replica.'),
            variant: label('Its variant.'),
            costPerHour: amount('Of a replica of the variant.').prefault(0),
            totalKvCapacityTokens: count('KV tokens; 0: not initialised, not counted.'),
            kvTokensInUse: count('KV tokens in use.').prefault(0),
            queueDepth: count('Requests that wait at it.').prefault(0),
          },
          'One replica.',
        ),
        { min: 0, max: 100_000 },
        'The ready replicas.',
      ),
      pendingTotalKvCapacityTokens: count('KV tokens of the replicas to come.').prefault(0),
      kvCacheThreshold: positiveShare('Of the KV cache that counts as capacity.').prefault(0.8),
      scaleUpThreshold: positive('Demand over this must be there or come.').prefault(0.8),
      scaleDownBoundary: positive('Demand over this must stay.').prefault(0.4),
      avgInputTokens: positive('Assumed of a prompt that waits.').prefault(512),
    },
    'A model.',
  ),
  evaluate: (input) => analyseBlis(input.replicas, input.pendingTotalKvCapacityTokens, input),
  example: {
    input: {
      replicas: [
        {
          instanceId: 'a',
          variant: 'h100',
          costPerHour: 4,
          totalKvCapacityTokens: 10_000,
          kvTokensInUse: 7488,
          queueDepth: 1,
        },
      ],
    },
    output: {
      totalSupply: 8000,
      totalDemand: 8000,
      utilization: 1,
      requiredCapacity: 2000,
      spareCapacity: 0,
      variants: [{ variant: 'h100', costPerReplica: 4, replicaCount: 1, supply: 8000, demand: 8000 }],
    },
  },
});

const change = rule({
  name: 'blis/change',
  summary: 'replicas more of the cheapest variant or fewer of the dearest for tokens lacking or to spare',
  source: SOURCE,
  input: section(
    {
      requiredCapacity: amount('Tokens that are lacking.').prefault(0),
      spareCapacity: amount('Tokens to spare.').prefault(0),
      variants: list(
        section(
          {
            variant: label('Name of the variant.'),
            costPerReplica: amount('Per hour.').prefault(0),
            replicaCount: count('Ready replicas.'),
            supply: amount('Tokens that these can carry.'),
          },
          'One variant.',
        ),
        { min: 0, max: 1000 },
        'The variants of the model.',
      ),
    },
    'Lack or spare, and the variants.',
  ),
  evaluate: changeOf,
  example: {
    input: { spareCapacity: 20_000, variants: [{ variant: 'h100', replicaCount: 4, supply: 32_000 }] },
    output: { variant: 'h100', delta: -2 },
  },
});

const persistence = rule({
  name: 'blis/persistence',
  summary: 'a direction fires when it was wanted at every tick for its window, and then counts anew',
  source: SOURCE,
  input: section(
    {
      atSeconds: time('Now.'),
      direction: choice(['up', 'down', 'none'], 'What this tick wants.'),
      scaleUpStabilizationWindow: time('Of scaling up.').prefault(0),
      scaleDownStabilizationWindow: time('Of scaling down.').prefault(0),
      state: section(
        {
          upSinceSeconds: optional(time('Since when up is wanted.'), 'it is not'),
          downSinceSeconds: optional(time('Since when down is wanted.'), 'it is not'),
        },
        'State after the last tick.',
      ).prefault({}),
    },
    'A tick.',
  ),
  evaluate: persist,
  example: {
    input: {
      atSeconds: 120,
      direction: 'down',
      scaleDownStabilizationWindow: 60,
      state: { downSinceSeconds: 60 },
    },
    output: { fires: true, state: { upSinceSeconds: null, downSinceSeconds: null } },
  },
});

export const BLIS_RULES: readonly Rule[] = [saturation, change, persistence];
