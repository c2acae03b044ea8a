// A day of ChatGPT from its visitors: the broker estimate of February 2023 (Guosheng Securities, “How much computing power
// does ChatGPT need”), rounded as published and rounded up throughout, and SemiAnalysis's of the same month. Left out, as
// in the originals, is what `--simulate` shows: peak hour, queueing, batching, idle and part-load power, PUE, redundancy,
// and that 175 billion parameters do not fit one A100.
import type { Chain, Preset } from '../preset.ts';
import { BROKER, VISITORS_INPUTS } from './visitors-inputs.ts';

const asPublished: Chain = {
  title: 'As published',
  steps: [
    {
      name: 'questionsPerDay',
      what: 'questions a day',
      unit: '',
      formula: 'visitsPerDay × questionsPerVisit',
    },
    {
      name: 'gpuHoursPerDay',
      what: 'A100-hours a day',
      unit: 'GPU-h',
      formula: 'questionsPerDay × wordsPerQuestion × gpuSecondsPerWord ÷ 3600',
      published: '729,167',
    },
    { name: 'gpus', what: 'A100', unit: '', formula: 'roundUp(gpuHoursPerDay ÷ 24)', published: '30,382' },
    {
      name: 'servers',
      what: 'DGX A100',
      unit: '',
      formula: 'roundUp(gpus ÷ gpusPerServer)',
      published: '3,798',
    },
    { name: 'racksExact', what: 'racks, exactly', unit: '', formula: 'servers ÷ serversPerRack' },
    {
      name: 'racks',
      what: 'racks',
      unit: '',
      formula: 'roundDown(racksExact)',
      published: '542',
      note: 'rounded down as published, though the rest needs a rack too',
    },
    {
      name: 'investmentUsd',
      what: 'investment',
      unit: 'US$',
      formula: 'racks × usdPerRack',
      published: 'US$ 759 million',
    },
    {
      name: 'rackKilowatts',
      what: 'power of a rack',
      unit: 'kW',
      formula: 'serversPerRack × wattsPerServer ÷ 1000',
      published: '45.5',
    },
    {
      name: 'kwhPerDay',
      what: 'energy a day',
      unit: 'kWh',
      formula: 'racks × rackKilowatts × 24',
      published: '591,864',
    },
    {
      name: 'electricityUsdPerDay',
      what: 'electricity a day',
      unit: 'US$',
      formula: 'kwhPerDay × usdPerKwh',
      published: 'US$ 47,349',
    },
  ],
};

const roundedUp: Chain = {
  title: 'Rounded up throughout',
  about: 'What remains after the whole racks needs one too.',
  steps: [
    { name: 'racksRoundedUp', what: 'racks', unit: '', formula: 'roundUp(racksExact)' },
    {
      name: 'investmentUsdRoundedUp',
      what: 'investment',
      unit: 'US$',
      formula: 'racksRoundedUp × usdPerRack',
    },
    {
      name: 'kwhPerDayRoundedUp',
      what: 'energy a day',
      unit: 'kWh',
      formula: 'racksRoundedUp × rackKilowatts × 24',
    },
    {
      name: 'electricityUsdPerDayRoundedUp',
      what: 'electricity a day',
      unit: 'US$',
      formula: 'kwhPerDayRoundedUp × usdPerKwh',
    },
  ],
};

const implied: Chain = {
  title: 'What it says of one question',
  steps: [
    {
      name: 'gpuSecondsPerQuestion',
      what: 'A100-seconds a question',
      unit: 'GPU-s',
      formula: 'wordsPerQuestion × gpuSecondsPerWord',
    },
    {
      name: 'whPerQuestion',
      what: 'energy a question',
      unit: 'Wh',
      formula: 'kwhPerDay × 1000 ÷ questionsPerDay',
    },
    {
      name: 'electricityUsdPerQuestion',
      what: 'electricity a question',
      unit: 'US$',
      formula: 'electricityUsdPerDay ÷ questionsPerDay',
    },
  ],
};

const semiAnalysis: Chain = {
  title: 'The second estimate of that month',
  about:
    'SemiAnalysis counts users and queries otherwise, and its dollars are a rent of hardware, not electricity.',
  steps: [
    { name: 'queriesPerDay', what: 'queries a day', unit: '', formula: 'usersPerDay × queriesPerUser' },
    {
      name: 'rentedGpus',
      what: 'A100',
      unit: '',
      formula: 'rentedServers × gpusPerServer',
      published: '28,936',
    },
    {
      name: 'rentUsdPerGpuHour',
      what: 'price of a GPU-hour',
      unit: 'US$ per GPU-hour',
      formula: 'rentUsdPerDay ÷ (rentedGpus × 24)',
    },
    {
      name: 'rentCentsPerQuery',
      what: 'cost of a query',
      unit: '¢',
      formula: 'rentUsdPerDay × 100 ÷ queriesPerDay',
      published: '0.36 ¢',
    },
  ],
};

export const visitors: Preset = {
  name: 'visitors',
  title: 'A day of ChatGPT from its visitors: two estimates of February 2023',
  about:
    'Visits → questions → A100-seconds → GPUs → servers → racks → dollars and kilowatt-hours. Every A100 serves one question ' +
    'at a time, around the clock, at its nameplate.',
  inputs: VISITORS_INPUTS,
  chains: [asPublished, roundedUp, implied, semiAnalysis],
  answers: ['electricityUsdPerDay', 'investmentUsd'],
  references: [
    {
      figure: 'over 30,000 A100, about US$ 800 million, about US$ 50,000 of electricity a day',
      source: BROKER,
    },
    { figure: '2.9 Wh a question', source: 'common in 2023 (A. de Vries, Joule, October 2023)' },
    { figure: '0.3 Wh', source: 'Epoch AI, February 2025, GPT-4o' },
    { figure: '0.34 Wh', source: 'OpenAI (S. Altman), June 2025' },
    { figure: '0.24 Wh', source: 'Google (arXiv 2508.15734), August 2025, median Gemini Apps text prompt' },
  ],
  leftOut:
    'peak hour, queueing, batching, idle and part-load power, PUE, redundancy, and that 175 billion parameters do not fit one ' +
    'A100: `fleetday estimate visitors --simulate` shows what they change.',
};
