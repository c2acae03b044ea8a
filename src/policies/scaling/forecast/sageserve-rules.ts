// The steps of SageServe's LT-U as rules that can be called alone.
import { list, quantity, section } from '../../../settings/keys.ts';
import { amount, count, optional, positive, seconds, share } from '../llm/inputs.ts';
import { rule, type Rule } from '../rule.ts';
import { gate as gateOf, hourlyPlan } from './sageserve.ts';

const SOURCE = 'SageServe (Jaiswal et al. 2025, arXiv 2502.14617) and the authors’ simulator';

const plan = rule({
  name: 'sageserve/plan',
  summary: 'replicas for the peak of a forecast',
  source: SOURCE,
  input: section(
    {
      forecast: list(amount('Load.'), { min: 1, max: 100_000 }, 'Of the times to be planned for.'),
      nonInteractivePeak: amount('Load that may wait: its peak in the hour before.').prefault(0),
      nonInteractiveShare: share('Part of it that is added.').prefault(0.1),
      capacityPerReplica: positive('Load that one replica holds, in the same unit.'),
    },
    'A forecast.',
  ),
  evaluate: hourlyPlan,
  example: {
    input: { forecast: [70, 90, 80], nonInteractivePeak: 120, capacityPerReplica: 50 },
    output: { peak: 102, replicas: 3 },
  },
});

const gate = rule({
  name: 'sageserve/gate',
  summary: 'one replica towards the plan, if the use of memory agrees',
  source: SOURCE,
  input: section(
    {
      planned: count('Replicas of the plan.'),
      current: count('Replicas there are.'),
      memoryUse: share('Of all of them; null: not measured.').nullable(),
      scaleOutAbove: share('Up towards the plan above that.').prefault(0.5),
      scaleInBelow: share('Down towards the plan below that.').prefault(0.25),
      overrideAbove: share('One more than planned above that; null: never.').nullable().prefault(0.9),
      atSeconds: quantity('seconds', {}, 'Now.').prefault(0),
      restSeconds: seconds('After an added replica.').prefault(155),
      state: section(
        { restUntilSeconds: optional(quantity('seconds', {}, 'No change before then.'), 'none') },
        'As an earlier call gave it.',
      ).prefault({}),
    },
    'A plan and what is.',
  ),
  evaluate: gateOf,
  example: {
    input: { planned: 6, current: 4, memoryUse: 0.6, atSeconds: 1000 },
    output: {
      desiredReplicas: 5,
      reason: 'plan 6, memory use 0.60 > 0.5',
      state: { restUntilSeconds: 1155 },
    },
  },
});

export const SAGESERVE_RULES: readonly Rule[] = [plan, gate];
