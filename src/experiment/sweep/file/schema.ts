// The keys of an experiment file, checked one by one; `parameters` become axes here too, so that their mistakes have a
// place in the file. Rules between keys are in load.ts.
import { z } from 'zod';
import { choice, derived, list, quantity, section, text } from '../../../settings/keys.ts';
import { axisOf } from '../design/parameters.ts';
import type { Axis } from '../design/axis.ts';
import { VARIANTS_MAX } from '../design/designs.ts';
import { parseConstraint } from './constraint.ts';
import { DEFAULT_CONFIDENCE, SEEDS_MAX } from './experiment.ts';

/** In a mapping: path → value. */
function mapping(description: string) {
  return z
    .record(z.string(), z.unknown(), { error: () => `must be a mapping of paths; write e.g. duration: 1h` })
    .meta({ description });
}

const parameters = mapping(
  'Path of the scenario → its values; or name → list of paths that move together.',
).transform((entries, context): Axis[] => {
  const axes: Axis[] = [];
  for (const [name, values] of Object.entries(entries)) {
    const found = axisOf(name, values);
    if (!('problem' in found)) {
      axes.push(found);
      continue;
    }
    const at = found.at !== undefined && Array.isArray(values) ? [found.at] : [];
    context.addIssue({ code: 'custom', message: found.problem, path: [name, ...at], input: values });
  }
  if (axes.length === 0 && Object.keys(entries).length === 0)
    context.addIssue({ code: 'custom', message: 'is empty; name a path and its values', input: entries });
  return axes;
});

const keys = () => list(text('A key of summary.json.', 'total_usd'), { min: 1, max: 50 }, '');

const constraint = text('`key operator number`.', 'slo_attainment >= 0.99').transform((written, context) => {
  const found = parseConstraint(written);
  if (!('problem' in found)) return found;
  context.addIssue({ code: 'custom', message: found.problem, input: written });
  return z.NEVER;
});

const count = (min: number, max: number, description: string) =>
  quantity('count', { min, max, whole: true }, description);

const design = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  section(
    {
      kind: choice(
        ['grid', 'list', 'latin-hypercube'],
        'Every combination, one after the other, or a sample.',
      ),
      points: derived(count(2, VARIANTS_MAX, 'Of a Latin hypercube: its variants.'), ''),
      seed: count(0, Number.MAX_SAFE_INTEGER, 'Of a Latin hypercube: of its random pairing.').prefault(1),
    },
    'Which combinations of the values are simulated.',
  ),
);

const seed = count(0, Number.MAX_SAFE_INTEGER, 'A seed.');

const seeds = z.union([count(1, SEEDS_MAX, 'How many.'), z.array(seed).min(1).max(SEEDS_MAX)], {
  error: () => `must be a number from 1 to ${SEEDS_MAX} or a list of seeds; write e.g. 5 or [1, 2, 3]`,
});

const share = (description: string) => quantity('share', { above: 0, max: 1 }, description);

export const experimentFile = section(
  {
    name: derived(
      text('Name of the experiment, part of its results’ folder.', 'fleet-size').regex(/^[a-z0-9-]{1,60}$/, {
        error: () => 'must be 1–60 of a–z, 0–9 and "-"; rename it',
      }),
      'name of the file',
    ),
    description: text('What it is about.', 'cost against fleet size').default(''),
    scenario: text('Scenario file, relative to the folder of this one.', 'small-chat.yaml'),
    set: mapping('Changes of the scenario for all variants.').default({}),
    parameters,
    design: design.prefault({ kind: 'grid' }),
    seeds: seeds.default(1),
    responses: derived(keys(), 'cost, attainment, latency'),
    constraints: list(constraint, { min: 0, max: 20 }, 'What a variant is to keep.').default([]),
    objectives: derived(
      section({ minimise: keys().default([]), maximise: keys().default([]) }, 'Of the Pareto front.'),
      'least cost, most attainment',
    ),
    stop: derived(
      section(
        {
          response: text('Whose interval is to be narrow.', 'total_usd'),
          relativeHalfWidth: derived(share('Half its width, of the mean.'), ''),
          absoluteHalfWidth: derived(quantity('count', { above: 0 }, 'Half its width.'), ''),
          seedsMax: count(2, SEEDS_MAX, 'No more seeds than these.').prefault(100),
        },
        'Seeds are added until an interval is narrow enough.',
      ),
      'none',
    ),
    confidence: quantity('share', { min: 0.5, max: 0.9999 }, 'Of intervals.').prefault(DEFAULT_CONFIDENCE),
    baseline: derived(mapping('The variant that others are compared with.'), 'the first variant'),
  },
  'An experiment of fleetday.',
);

export type ExperimentFile = z.output<typeof experimentFile>;
