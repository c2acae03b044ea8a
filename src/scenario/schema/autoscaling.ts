// The part `autoscaling` of a pool: the controller's policy and the pipeline around it. A policy's own parameters are
// checked by the policy (load/pools/autoscaling.ts).
import { z } from 'zod';
import { COLD_START_PRESETS } from '../../catalog/cold-starts.ts';
import { SIGNAL_NEEDS } from '../../control/external/own-policy.ts';
import type { SignalNeed } from '../../policies/scaling/policy.ts';
import { POLICY_ALIASES, policyNameOf, SCALING_POLICY_NAMES } from '../../policies/scaling/registry.ts';
import { choice, derived, list, quantity, section, shorthand, text } from '../../settings/keys.ts';
import { suggestion } from '../../settings/suggest.ts';

const DAY_SECONDS = 86_400;
const REPLICAS_MAX = 100_000;

const replicas = (min: number, description: string) =>
  quantity('count', { min, max: REPLICAS_MAX, whole: true }, description);
const seconds = (description: string, min = 0) => quantity('seconds', { min, max: DAY_SECONDS }, description);
const wholeSeconds = (min: number, description: string) =>
  quantity('seconds', { min, max: DAY_SECONDS, whole: true }, description);

const duration = (what: string) =>
  shorthand(
    section(
      {
        mean: seconds(`Mean ${what}.`),
        sd: seconds('Standard deviation; 0: always the mean.').prefault(0),
      },
      `${what}, drawn anew each time from a lognormal.`,
    ),
    { key: 'mean', bare: { type: ['number', 'string'] } },
  );

const signals = section(
  {
    scrape: wholeSeconds(1, 'How often metrics are read off the replicas.').prefault('15s'),
    rateWindow: seconds('Rates are means over so long.', 1).prefault('60s'),
    lag: seconds('How old everything is when the policy sees it.').prefault(0),
    outages: list(
      section(
        {
          from: quantity('seconds', { min: 0, max: 366 * DAY_SECONDS }, 'Since the start of the run.'),
          to: quantity('seconds', { min: 0, max: 366 * DAY_SECONDS }, 'Since the start of the run.'),
        },
        'A time in which scrapes fail.',
      ),
      { min: 0, max: 1000 },
      'Times in which scrapes fail.',
    ).prefault([]),
  },
  'How the policy comes to know what goes on.',
);

const perMinute = (which: string) => {
  const description = `Replicas ${which} in a minute at most; null: no limit.`;
  const rate = quantity('count', { min: 1, max: REPLICAS_MAX }, description).nullable().meta({ description });
  // A default of null is not in zod's JSON Schema; `otherwise` says it.
  return derived(rate.default(null), 'null');
};

const stabilisation = section(
  {
    upWindow: seconds('Up only to the least recommendation of that time.').prefault(0),
    downWindow: seconds('Down only to the greatest recommendation of that time.').prefault(0),
    upPerMinute: perMinute('added'),
    downPerMinute: perMinute('removed'),
  },
  'What is done to the policy’s answer before the bounds; hpa, keda and kpa have rules of their own besides.',
);

export const coldStart = shorthand(
  section(
    {
      preset: choice(
        COLD_START_PRESETS,
        'What a new replica has to wait for: times by size of the model.',
      ).default('new-node'),
      provision: derived(duration('time until a node is there'), 'the preset’s'),
      load: derived(duration('time to load weights and warm up'), 'the preset’s'),
      reload: derived(duration('the same on a node that was on just before'), 'the preset’s'),
      noCapacity: quantity(
        'share',
        { min: 0, max: 1 },
        'Probability that an order of a new node finds no capacity.',
      ).prefault(0),
      retry: seconds('Then it is tried again after so long.', 1).prefault('60s'),
    },
    'From the order of a replica until it serves.',
  ),
  { key: 'preset', bare: { enum: [...COLD_START_PRESETS] } },
);

const drain = section(
  {
    grace: seconds('A replica that is to go may serve what it has for so long.').prefault('300s'),
    killed: choice(['retry', 'lose'], 'What becomes of requests that it still has then.').default('retry'),
  },
  'How a replica goes.',
);

const names = SCALING_POLICY_NAMES;
const aliases = Object.keys(POLICY_ALIASES);
const MODULE_ENDING = /\.[cm]?[jt]s$/i;
const COMMAND_WORDS_MAX = 100;

/** Text that ends so is a path; the name of a policy never does. */
export function isPolicyModule(policy: string): boolean {
  return MODULE_ENDING.test(policy);
}

const policyName = z
  .string({ error: () => `must be the name of a policy; known: ${names.join(', ')}` })
  .transform((name, context) => {
    const known = isPolicyModule(name) ? name : policyNameOf(name);
    if (known !== undefined) return known;
    context.addIssue({
      code: 'custom',
      message: `unknown name; ${suggestion(name, [...names, ...aliases])}`,
    });
    return z.NEVER;
  })
  .meta({ anyOf: [{ enum: [...names, ...aliases] }, { type: 'string' }] });

const program = section(
  {
    command: list(
      text('A word of it; ./… is relative to this file.', './my_policy.py').refine(
        (word) => !word.includes('\0'),
        { error: () => 'holds a zero byte; remove it' },
      ),
      { min: 1, max: COMMAND_WORDS_MAX },
      'The program and its arguments: `[python3, ./my_policy.py]`. Runs only with `--allow-exec`.',
    ),
    timeout: quantity(
      'seconds',
      { min: 0.001, max: 3600 },
      'Real time for an answer; later ones hold.',
    ).prefault('5s'),
    interval: wholeSeconds(1, 'How often it is asked, in simulated time.').prefault('15s'),
    needs: list(
      choice(SIGNAL_NEEDS as readonly [SignalNeed, ...SignalNeed[]], 'What costs time to gather.'),
      { min: 0, max: SIGNAL_NEEDS.length },
      'What it needs beside counts and gauges.',
    ).default([]),
  },
  'A program that is asked by lines of JSON: docs/policies.md.',
);

const fromCode = section(
  { code: text('What it is called.', 'my-policy') },
  'A policy that code hands to `simulate()`.',
);

const policy = z.union([fromCode, program, policyName]).meta({
  description:
    'Which policy says how many replicas there should be: a name, the path of a module (ends in .mjs, .js, .ts), or a mapping.',
});

export const autoscaling = shorthand(
  section(
    {
      policy: derived(policy, 'that of the manifest'),
      manifest: derived(
        text(
          'A HorizontalPodAutoscaler, ScaledObject or Knative Service to take policy, parameters, min and max from; keys written beside it win.',
          './hpa.yaml',
        ),
        'none',
      ),
      parameters: z
        .record(z.string(), z.unknown(), { error: () => 'must be a mapping; give it the policy’s keys' })
        .default({})
        .meta({ description: 'The policy’s own settings: docs/policies.md, or fleetday policies <name>.' }),
      min: replicas(0, 'Never fewer replicas.').prefault(1),
      max: derived(replicas(1, 'Never more replicas.'), 'replicas of the pool'),
      initial: derived(replicas(0, 'Ready at the start.'), 'replicas of the pool, at most max'),
      signals: signals.prefault({}),
      stabilisation: stabilisation.prefault({}),
      coldStart: coldStart.prefault({}),
      drain: drain.prefault({}),
      emptyNode: seconds('A node without replicas stays on (and is paid for if rented) so long.').prefault(
        '600s',
      ),
      replicaCapacity: derived(
        quantity(
          'requestsPerSecond',
          { above: 0, max: 1e6 },
          'Rate that one replica holds within the SLO, for policies that are told the future.',
        ),
        'found by simulation before the run',
      ),
    },
    'Lets the number of replicas change: `replicas` of the pool is then how many there may be.',
  ),
  { key: 'policy', bare: { anyOf: [{ enum: names }, { type: 'string' }] } },
);
