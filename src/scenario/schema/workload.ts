// The part `workload` of the scenario file: when requests arrive and how long they are. Keys and units are those of
// the file; the program's own form is workload/spec.ts.
import { z } from 'zod';
import { CURVES } from '../../catalog/curves.ts';
import { LENGTH_FITS } from '../../catalog/length-fits.ts';
import { TOKENS_MAX } from '../../workload/lengths/lengths.ts';
import {
  catalogName,
  choice,
  derived,
  flag,
  kind,
  list,
  quantity,
  section,
  shorthand,
  text,
  unknownAlternative,
} from '../../settings/keys.ts';
import { zone } from './time.ts';

/** Beyond it the mean says nothing: half of all lengths are below a three-thousandth of it. */
export const SIGMA_MAX = 4;
/** Where only one of mean, median and sigma is given: spread of the shipped ChatGPT scenario, an assumption. */
export const DEFAULT_SIGMA = 0.8;
/** Means of the shipped ChatGPT scenario, assumptions: nobody published the lengths of early 2023. */
export const DEFAULT_PROMPT_TOKENS = { kind: 'lognormal', mean: 500, sigma: DEFAULT_SIGMA } as const;
export const DEFAULT_OUTPUT_TOKENS = { kind: 'lognormal', mean: 220, sigma: DEFAULT_SIGMA } as const;

const wholeTokens = (description: string) =>
  quantity('tokens', { min: 1, max: TOKENS_MAX, whole: true }, description);
const tokens = (description: string) => quantity('tokens', { min: 1, max: TOKENS_MAX }, description);

const range = {
  min: derived(wholeTokens('Shorter draws are drawn again.'), 'no limit'),
  max: derived(wholeTokens('Longer draws are drawn again.'), 'no limit'),
};

const lognormal = section(
  {
    kind: kind('lognormal', 'The logarithm of the length is normal.').default('lognormal'),
    mean: derived(tokens('Mean length.'), 'follows from median and sigma, or p50 and p99'),
    median: derived(tokens('Half of all are shorter.'), 'follows from mean and sigma'),
    sigma: derived(
      quantity('count', { above: 0, max: SIGMA_MAX }, 'Standard deviation of the natural logarithm.'),
      `${DEFAULT_SIGMA} beside mean or median alone`,
    ),
    p50: derived(tokens('The median, in the pair p50 and p99.'), 'given by the other keys'),
    p99: derived(tokens('Exceeded by 1 % of all.'), 'given by the other keys'),
    ...range,
  },
  'Lognormal: mean or median with sigma, or mean and median, or p50 and p99.',
);

const quantilePoint = section(
  {
    p: quantity('share', { min: 0, max: 1 }, 'Part of all lengths that are at most so long.'),
    tokens: wholeTokens('The length.'),
  },
  'One point.',
);

const quantilePoints = z
  .union([list(quantilePoint, { min: 2, max: 1000 }, ''), catalogName(LENGTH_FITS, 'length fit', '')])
  .meta({ description: 'From p 0 to p 1, straight lines between them; or a fit of the catalog by name.' });

const length = (description: string) =>
  shorthand(
    z
      .discriminatedUnion(
        'kind',
        [
          lognormal,
          section(
            { kind: kind('constant', 'All of one length.'), value: wholeTokens('The length.') },
            'Constant; a bare number means the same.',
          ),
          section(
            {
              kind: kind('gamma', 'Gamma, in whole tokens.'),
              mean: tokens('Mean length.'),
              shape: quantity('count', { min: 0.01, max: 10_000 }, 'Coefficient of variation = 1/√shape.'),
              ...range,
            },
            'Gamma.',
          ),
          section(
            {
              kind: kind('quantiles', 'Measured quantiles.'),
              points: quantilePoints,
              ...range,
            },
            'Empirical quantiles.',
          ),
          section(
            {
              kind: kind('geometric', 'Exponential, rounded up to whole tokens.'),
              mean: tokens('Mean of the exponential.'),
              ...range,
            },
            'Memoryless, for queueing theory.',
          ),
        ],
        { error: unknownAlternative('kind') },
      )
      .meta({ description }),
    { key: 'value', beside: { kind: 'constant' }, bare: { type: ['integer', 'string'] } },
  );

const requestsPerSecond = (description: string) =>
  quantity('requestsPerSecond', { above: 0, max: 1e7 }, description);

const curve = z
  .union([
    list(quantity('factor', { min: 0, max: 1e9 }, 'Relative rate in one hour.'), { min: 24, max: 168 }, ''),
    catalogName(CURVES, 'curve', ''),
  ])
  .prefault('azure-conversation-weekday')
  .meta({
    description:
      'A curve of the catalog by name, or 24 numbers (by hour of day from 0 h) or 168 (by hour of week from Monday 0 h). Only their proportions count.',
  });

const diurnal = section(
  {
    kind: kind('diurnal', 'The rate follows a curve.').default('diurnal'),
    requestsPerDay: derived(
      quantity('requestsPerDay', { above: 0, max: 1e12 }, 'Mean over the curve.'),
      'none, required unless requestsPerSecond is given',
    ),
    requestsPerSecond: derived(
      requestsPerSecond('Mean over the curve.'),
      'none, required unless requestsPerDay is given',
    ),
    curve,
    interpolation: choice(
      ['linear', 'step'],
      'Between the hours: straight lines from middle to middle, or constant within each.',
    ).default('linear'),
    peakToMean: derived(
      quantity(
        'factor',
        { min: 1, max: 168 },
        'Stretches the curve about its mean until its peak is so high.',
      ),
      'the curve as it is',
    ),
    timeZone: derived(
      zone('IANA zone in which the hours of the curve are meant.'),
      'that of the catalog’s curve, or else timeZone of the scenario',
    ),
  },
  'Poisson arrivals along a curve of the day or week.',
);

const arrivals = z
  .discriminatedUnion(
    'kind',
    [
      diurnal,
      section(
        {
          kind: kind('constant', 'The rate stays the same.'),
          requestsPerSecond: requestsPerSecond('Mean rate.'),
        },
        'Poisson arrivals at a constant rate.',
      ),
    ],
    { error: unknownAlternative('kind') },
  )
  .meta({ description: 'When requests arrive: a non-homogeneous Poisson process.' });

const tracePath = text(
  'CSV file with the columns TIMESTAMP, ContextTokens, GeneratedTokens; relative to the scenario file.',
  'trace.csv',
);

const YEAR_SECONDS = 366 * 86_400;

const event = section(
  {
    at: quantity('seconds', { min: 0, max: YEAR_SECONDS }, 'When it begins, since the start of the run.'),
    duration: quantity('seconds', { above: 0, max: YEAR_SECONDS }, 'How long it lasts.'),
    rate: quantity('factor', { min: 0, max: 1e6 }, 'So many times the arrivals; 0: none.').prefault('1x'),
    promptTokens: derived(length('Prompt tokens of what arrives meanwhile.'), 'as ever'),
    outputTokens: derived(length('Output tokens of what arrives meanwhile.'), 'as ever'),
  },
  'A burst, a holiday, a change of what people ask.',
);

export const workload = section(
  {
    arrivals: derived(arrivals, 'none, required unless trace is given'),
    promptTokens: derived(length('Prompt tokens per request.'), 'lognormal, mean 500, sigma 0.8'),
    outputTokens: derived(length('Output tokens per request.'), 'lognormal, mean 220, sigma 0.8'),
    events: derived(
      list(event, { min: 0, max: 1000 }, 'What happens to arrivals and lengths, and when.'),
      'none',
    ),
    lengths: derived(
      section(
        {
          kind: kind('resample', 'Pairs of prompt and output are drawn from the rows of a trace.').default(
            'resample',
          ),
          path: tracePath,
        },
        'Joint prompt and output lengths, instead of promptTokens and outputTokens.',
      ),
      'none, promptTokens and outputTokens say it',
    ),
    trace: derived(
      section(
        {
          path: tracePath,
          rate: quantity('factor', { min: 1e-6, max: 1e6 }, 'Speed-up of the trace’s clock.').prefault('1x'),
          loop: flag('Start again at its end.').default(false),
        },
        'Replay of a recorded trace, instead of all the other keys.',
      ),
      'none, arrivals and lengths say it',
    ),
  },
  'The requests: either arrivals with lengths, or a trace.',
);
