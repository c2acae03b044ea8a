// The steps of the predictive policy as rules that can be called alone.
import { list, quantity, section } from '../../../settings/keys.ts';
import { amount, count, positive } from '../llm/inputs.ts';
import { rule, type Rule } from '../rule.ts';
import { SMOOTHING_KEYS } from './arrivals.ts';
import { ewma } from './ewma.ts';
import { run } from './forecaster.ts';
import { holtWinters } from './holt-winters.ts';
import { replicasFor, safetyNet } from './replicas.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { addSample, EMPTY_SERIES } from './series.ts';

const LARGEST = 1e15;
const STEPS_MAX = 100_000;
const EARLIER = 'As an earlier call gave it.';

const number = (description: string) => quantity('count', { min: -LARGEST, max: LARGEST }, description);
const numbers = (description: string) =>
  list(number('A value.'), { min: 0, max: STEPS_MAX }, description).prefault([]);
const steps = (min: number, description: string) =>
  quantity('count', { min, max: STEPS_MAX, whole: true }, description);

const runKeys = {
  values: list(
    number('A value; null: missing, counts as forecast.').nullable(),
    { min: 0, max: STEPS_MAX },
    'Since the call before, oldest first.',
  ),
  horizon: steps(0, 'Forecasts of so many steps.').prefault(1),
};
const seasonSteps = steps(2, 'Values in a season.');

const series = rule({
  name: 'forecast/series',
  summary: 'samples into means over buckets of equal length',
  source: 'a step of the predictive policy',
  input: section(
    {
      value: number('A mean over some time before now.'),
      atSeconds: quantity('seconds', { min: 0, max: 1e9 }, 'Now; not before the call before.'),
      bucketSeconds: positive('Length of a bucket.').prefault(300),
      state: section(
        {
          bucket: count('The open one.'),
          sum: number('Of its samples.'),
          samples: count('In it.'),
        },
        EARLIER,
      ).default(EMPTY_SERIES),
    },
    'A sample and the buckets so far.',
  ).refine(({ atSeconds, bucketSeconds, state }) => atSeconds / bucketSeconds - state.bucket <= STEPS_MAX, {
    path: ['atSeconds'],
    error: `is more than ${STEPS_MAX} buckets later; sample more often`,
  }),
  evaluate: addSample,
  example: {
    input: { value: 6, atSeconds: 300, state: { bucket: 0, sum: 4, samples: 1 } },
    output: { closed: [5], state: { bucket: 1, sum: 0, samples: 0 } },
  },
});

const exponential = rule({
  name: 'forecast/ewma',
  summary: 'simple exponential smoothing: a level',
  source: 'R. G. Brown, Statistical forecasting for inventory control (1959)',
  input: section(
    {
      ...runKeys,
      alpha: SMOOTHING_KEYS.alpha,
      state: section({ level: number('Null: no value yet.').nullable() }, EARLIER).default(ewma.start),
    },
    'A series.',
  ),
  evaluate: (input) => run(ewma, input),
  example: {
    input: { values: [10, 20, 10], alpha: 0.5, horizon: 2 },
    output: { forecast: [12.5, 12.5], state: { level: 12.5 } },
  },
});

const naive = rule({
  name: 'forecast/seasonal-naive',
  summary: 'what was a season ago',
  source: 'R. J. Hyndman, G. Athanasopoulos, Forecasting: principles and practice, 5.2 (2021)',
  input: section(
    {
      ...runKeys,
      seasonSteps,
      state: section({ values: numbers('The last season, oldest first.') }, EARLIER).prefault({}),
    },
    'A series.',
  ),
  evaluate: (input) => run(seasonalNaive, input),
  example: {
    input: { values: [1, 2, 3, 4], seasonSteps: 3, horizon: 4 },
    output: { forecast: [2, 3, 4, 2], state: { values: [2, 3, 4] } },
  },
});

const tripleExponential = rule({
  name: 'forecast/holt-winters',
  summary: 'triple exponential smoothing with additive season: level, trend, season',
  source: 'C. C. Holt (1957), P. R. Winters (1960); Hyndman and Athanasopoulos, 8.3 (2021)',
  input: section(
    {
      ...runKeys,
      ...SMOOTHING_KEYS,
      seasonSteps,
      state: section(
        {
          level: number('Null: no value yet.').nullable(),
          trend: number('Per step.').prefault(0),
          seasonal: numbers('Of the next steps, the very next first; empty: no whole season was seen yet.'),
          first: numbers('Values of the first season until it is whole.'),
        },
        EARLIER,
      ).prefault({ level: null }),
    },
    'A series.',
  ).refine(
    ({ state, seasonSteps: m }) =>
      state.seasonal.length === 0 ? state.first.length < m : state.seasonal.length === m,
    { path: ['state'], error: 'has a season of another length; give seasonSteps values of it, or none' },
  ),
  evaluate: (input) => run(holtWinters, input),
  example: {
    // After a season of 4 and 8 the level is 6; 6 where 4 was expected moves it by half of 2.
    input: { values: [4, 8, 6], seasonSteps: 2, alpha: 0.5, beta: 0.5, gamma: 0.5, horizon: 2 },
    output: {
      forecast: [9.5, 7],
      state: { level: 7, trend: 0.5, seasonal: [2, -1], first: [] },
    },
  },
});

const capacityPerReplica = positive('Requests per second that one replica holds.');

const replicas = rule({
  name: 'forecast/replicas',
  summary: 'replicas for a forecast',
  source: 'the predictive policy: ceil(forecast · (1 + headroom) / capacity)',
  input: section(
    {
      forecast: number('Requests per second; below 0 counts as 0.'),
      headroom: amount('Part of the forecast added to it.').prefault(0.1),
      capacityPerReplica,
    },
    'A forecast.',
  ),
  evaluate: (input) => ({ replicas: replicasFor(input) }),
  example: { input: { forecast: 20, headroom: 0.25, capacityPerReplica: 10 }, output: { replicas: 3 } },
});

const net = rule({
  name: 'forecast/safety-net',
  summary: 'replicas for what arrives and waits now, whatever was forecast',
  source: 'the predictive policy: ceil((arrivals + queue / time to drain it) / capacity)',
  input: section(
    {
      arrivedPerSecond: amount('Requests per second now.'),
      waiting: amount('Requests that wait.').prefault(0),
      queueDrainSeconds: positive('In which they are to be worked off.').prefault(300),
      capacityPerReplica,
    },
    'The present load.',
  ),
  evaluate: (input) => ({ replicas: safetyNet(input) }),
  example: {
    input: { arrivedPerSecond: 20, waiting: 600, capacityPerReplica: 10 },
    output: { replicas: 3 },
  },
});

export const FORECAST_RULES: readonly Rule[] = [series, exponential, naive, tripleExponential, replicas, net];
