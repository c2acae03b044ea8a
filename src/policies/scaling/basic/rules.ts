// The rules of the basic policies, each to be called alone.
import { quantity, section } from '../../../settings/keys.ts';
import { rule, type Rule } from '../rule.ts';
import { epochMsKey, zoneKey } from '../zone-key.ts';
import { timetableKey } from './scheduled.ts';
import { threshold as thresholdOf } from './threshold-rule.ts';
import { timetableEntry } from './timetable.ts';

const LARGEST = 1e15;
const number = (description: string) => quantity('count', {}, description);
const replicas = (description: string) =>
  quantity('count', { min: 0, max: LARGEST, whole: true }, description);
const seconds = (description: string) => quantity('seconds', { min: 0, max: LARGEST }, description);

const threshold = rule({
  name: 'basic/threshold',
  summary: 'plus or minus a few replicas by thresholds of a signal, with cooldown',
  source: 'the usual baseline of autoscaling studies',
  input: section(
    {
      value: number('The signal; null: no data.').nullable(),
      current: replicas('What is.'),
      above: number('Above this it scales up.').prefault(5),
      below: number('Below this it scales down.').prefault(1),
      up: replicas('Added at a time.').prefault(1),
      down: replicas('Removed at a time.').prefault(1),
      upCooldownSeconds: seconds('Rest before it scales up.').prefault(60),
      downCooldownSeconds: seconds('Rest before it scales down.').prefault(300),
      minReplicas: replicas('Lower bound.').prefault(1),
      maxReplicas: replicas('Upper bound.').prefault(LARGEST),
      atSeconds: quantity('seconds', {}, 'Now.'),
      state: section(
        { changedAtSeconds: quantity('seconds', {}, 'The last change; null: none.').nullable() },
        'As an earlier call gave it.',
      ).default({ changedAtSeconds: null }),
    },
    'A signal and its thresholds.',
  ),
  evaluate: thresholdOf,
  example: {
    input: { value: 7.5, current: 4, atSeconds: 100, state: { changedAtSeconds: 40 } },
    output: { desiredReplicas: 5, reason: '7.5 > 5', state: { changedAtSeconds: 100 } },
  },
});

const scheduled = rule({
  name: 'basic/scheduled',
  summary: 'the entry of a weekly timetable that holds now',
  source: 'the baseline of fleets with a known day',
  input: section(
    {
      timetable: timetableKey,
      epochMs: epochMsKey('Now, in milliseconds since 1970.'),
      timeZone: zoneKey('IANA name.').default('UTC'),
    },
    'A timetable and a moment.',
  ),
  evaluate: ({ timetable, epochMs, timeZone }) => timetableEntry(timetable, epochMs, timeZone),
  example: {
    input: {
      timetable: [
        { at: '08:00', replicas: 10 },
        { at: '20:00', replicas: 3 },
      ],
      // 2024-05-01 was a Wednesday.
      epochMs: Date.UTC(2024, 4, 1, 7, 59),
    },
    output: { replicas: 3, at: '20:00', day: 'tue' },
  },
});

export const BASIC_RULES: readonly Rule[] = [threshold, scheduled];
