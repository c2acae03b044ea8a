// The scenario file: every key with its unit, default and description. Strict: an unknown key is a mistake. Rules that
// tie several keys together are in load/checks.ts; defaults that follow from other keys are filled in by
// load/resolve.ts. `fleetday schema` and docs/scenario.md are generated from here.
import type { z } from 'zod';
import { autoscaling } from './schema/autoscaling.ts';
import { economics } from './schema/economics.ts';
import { fleet, pool, routing, slo } from './schema/fleet.ts';
import { choice, derived, quantity, section, text } from '../settings/keys.ts';
import { moment, zone } from './schema/time.ts';
import { workload } from './schema/workload.ts';

/** A leap year: every season, every change of the clock, once. */
const DURATION_SECONDS_MAX = 366 * 86_400;

export const scenarioFile = section(
  {
    name: derived(
      text('Name of the scenario, part of its results’ folder.', 'my-fleet').regex(/^[a-z0-9-]{1,60}$/, {
        error: () => 'must be 1–60 of a–z, 0–9 and "-"; rename it',
      }),
      'name of the file',
    ),
    description: text('What it is about; the first line is shown in lists.', 'a small fleet').default(
      'no description',
    ),
    seed: quantity(
      'count',
      { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
      'Seed of all random numbers: the same scenario and seed give the same results.',
    ).prefault(1),
    start: moment('Date and time of the start on the clocks of timeZone, or with an offset or Z.').default(
      '2023-01-30T00:00:00',
    ),
    timeZone: zone('IANA zone of start, of hours and days.').default('UTC'),
    duration: quantity(
      'seconds',
      { min: 1, max: DURATION_SECONDS_MAX },
      'Requests arrive so long; at most 366 days.',
    ).prefault('24h'),
    workload: workload.prefault({}),
    fleet: fleet.prefault({}),
    autoscaling: derived(autoscaling, 'none; for pools without one of their own'),
    routing: routing.prefault({}),
    slo: slo.prefault({}),
    economics: economics.prefault({}),
    output: section(
      {
        window: derived(
          quantity(
            'seconds',
            { min: 1, max: 86_400, whole: true },
            'Length of the windows in which results are given.',
          ),
          '60 s, or the duration where that is shorter',
        ),
        drain: choice(
          ['finish', 'cut'],
          'When the duration is over, requests in the system are served to their end, or left where they are.',
        ).default('finish'),
      },
      'Form of the results.',
    ).prefault({}),
  },
  'A scenario of fleetday.',
);

/** The file after parsing: numbers in their documented units, constant defaults filled in. */
export type ScenarioFile = z.output<typeof scenarioFile>;
export type PoolFile = z.output<typeof pool>;
export type WorkloadFile = z.output<typeof workload>;
