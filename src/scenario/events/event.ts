// What can be done to a run while it goes on: a burst of traffic, another number of replicas, another scaling policy. Plain
// data; in a file (events.yaml, --events) as the schema below says. Left out: failures, changes of lengths, lulls.
import { z } from 'zod';
import { policyNameOf, POLICY_ALIASES, SCALING_POLICY_NAMES } from '../../policies/scaling/registry.ts';
import { derived, kind, list, quantity, section, text, unknownAlternative } from '../../settings/keys.ts';
import { suggestion } from '../../settings/suggest.ts';

/** What is to happen; pools by their position. */
export type EventOrder =
  /** So many times the arrivals, for so long. */
  | { kind: 'burst'; factor: number; durationSeconds: number }
  /** Of a pool of constant size: so many. Of one that scales: so many now, and from now on never fewer. */
  | { kind: 'replicas'; pool: number; replicas: number }
  /** Another policy decides, from nothing. Parameters after defaults. */
  | { kind: 'policy'; pool: number; policy: string; parameters: unknown };

/** In a file: from when on. Of one that has taken effect: when it has. */
export type RunEvent = EventOrder & { atSeconds: number };

const YEAR_SECONDS = 366 * 86_400;
const EVENTS_MAX = 1000;

const at = quantity('seconds', { min: 0, max: 2 * YEAR_SECONDS }, 'Since the start of the run.');
const pool = derived(text('Name of the pool.', 'pool-1'), 'the only one');

const names = [...SCALING_POLICY_NAMES, ...Object.keys(POLICY_ALIASES)];
const policy = z
  .string({ error: () => `must be the name of a policy; known: ${SCALING_POLICY_NAMES.join(', ')}` })
  .transform((name, context) => {
    const known = policyNameOf(name);
    if (known !== undefined) return known;
    context.addIssue({ code: 'custom', message: `unknown name; ${suggestion(name, names)}` });
    return z.NEVER;
  });

const event = z.discriminatedUnion(
  'kind',
  [
    section(
      {
        at,
        kind: kind('burst', 'More traffic for a while.'),
        factor: quantity('factor', { above: 1, max: 1000 }, 'So many times the arrivals.'),
        duration: quantity('seconds', { above: 0, max: YEAR_SECONDS }, 'For so long.'),
      },
      'A burst of traffic.',
    ),
    section(
      {
        at,
        kind: kind('replicas', 'Another number of replicas.'),
        pool,
        replicas: quantity('count', { min: 0, max: 100_000, whole: true }, 'So many.'),
      },
      'Another number of replicas; where the pool scales, its minimum too.',
    ),
    section(
      {
        at,
        kind: kind('policy', 'Another scaling policy.'),
        pool,
        policy,
        parameters: z
          .record(z.string(), z.unknown(), { error: () => 'must be a mapping; give it the policy’s keys' })
          .default({}),
      },
      'Another scaling policy, which starts from nothing.',
    ),
  ],
  { error: unknownAlternative('kind') },
);

export const eventsFile = section(
  { events: list(event, { min: 0, max: EVENTS_MAX }, 'What happens, and when.') },
  'Events of a run.',
);

export type EventsFile = z.output<typeof eventsFile>;
