// A fixed timetable: so many replicas from such a time on, by day of the week.
import { z } from 'zod';
import { choice, list, quantity, section, text } from '../../../settings/keys.ts';
import { scalingPolicy } from '../policy.ts';
import { TIME_OF_DAY, timetableEntry, WEEKDAYS } from './timetable.ts';

const INTERVAL_SECONDS = 60;

export const timetableKey = list(
  section(
    {
      at: text('From this time of day on, HH:MM.', '"08:00"').regex(TIME_OF_DAY, {
        error: 'is no time of day; write e.g. "08:00"',
      }),
      days: list(choice(WEEKDAYS, 'A day.'), { min: 1, max: 7 }, 'Days of the week; null: every day.')
        .nullable()
        .default(null),
      replicas: quantity('count', { min: 0, max: 100_000, whole: true }, 'So many.'),
    },
    'From when on, how many.',
  ),
  { min: 1, max: 1000 },
  'Each holds until another begins, in the scenario’s time zone.',
);

const parameters = section({ timetable: timetableKey }, 'Replicas by time of day and day of the week.');

export const scheduledPolicy = scalingPolicy<z.output<typeof parameters>, null>({
  name: 'scheduled',
  summary: 'replicas by time of day and day of the week',
  source: 'the baseline of fleets with a known day',
  parameters,
  intervalSeconds: () => INTERVAL_SECONDS,
  start: () => null,
  recommend: ({ timetable }, { epochMs, timeZone }) => {
    const { replicas, at, day } = timetableEntry(timetable, epochMs, timeZone);
    return { desiredReplicas: replicas, reason: `since ${day} ${at}`, state: null };
  },
});
