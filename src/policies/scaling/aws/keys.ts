// Keys that the AWS policies share.
import { list, quantity, section } from '../../../settings/keys.ts';
import { overlap } from './step.ts';

const DAY_SECONDS = 86_400;

const cooldown = (description: string) =>
  quantity('seconds', { min: 0, max: DAY_SECONDS }, description).prefault(300);

export const cooldownKeys = {
  scaleOutCooldown: cooldown('How long what was added counts towards what is wanted.'),
  scaleInCooldown: cooldown('How long after a removal nothing is removed.'),
};

/** A quarter of it is the time between samples. */
export const periodKey = quantity(
  'seconds',
  { min: 4, max: 3600 },
  'Length of a datapoint; alarms are evaluated at its end.',
).prefault(60);

const bound = (description: string) =>
  quantity('count', { min: -1e12, max: 1e12 }, description).nullable().default(null);

export const stepsKey = list(
  section(
    {
      lower: bound('From here on, relative to the threshold; null: open.'),
      upper: bound('Up to here; null: open.'),
      adjustment: quantity('count', { min: -1e6, max: 1e6, whole: true }, 'Replicas, or percent.'),
    },
    'A step.',
  ),
  { min: 1, max: 20 },
  'Adjustments by how far the metric is beyond the threshold.',
).refine((steps) => !overlap(steps), {
  error: 'has steps that overlap or are empty; let each begin where another ends',
});
