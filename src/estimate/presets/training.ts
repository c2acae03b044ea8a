// What training a model takes: 6·N·P floating-point operations (Kaplan et al., January 2020: a forward pass takes 2 per
// parameter and token, a backward pass 4), hence GPU-hours, days, dollars, kWh and tonnes of CO2. Left out: attention over
// the context (a few per cent), failures and restarts, experiments before the run, embodied carbon.
import { gpuOf } from '../../catalog/gpus.ts';
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import type { Input, Preset } from '../preset.ts';
import {
  AMOUNT,
  AMOUNT_OR_NONE,
  GPU_HOUR_PRICE,
  GPUS_PER_SERVER,
  SERVER_WATTS,
  SHARE,
  WHOLE_COUNT,
} from './limits.ts';

const GPT3 = 'GPT-3 paper (Brown et al., May 2020)';

const model: Input[] = [
  {
    name: 'parameters',
    what: 'parameters',
    unit: '',
    value: 175e9,
    source: `${GPT3}, rounded`,
    limits: AMOUNT,
  },
  {
    name: 'tokens',
    what: 'training tokens',
    unit: '',
    value: 300e9,
    source: `${GPT3}, table 2.1`,
    limits: AMOUNT,
  },
  {
    name: 'paperParameters',
    what: 'parameters, exactly',
    unit: '',
    value: 174.6e9,
    source: `${GPT3}, table D.1`,
    limits: AMOUNT,
  },
  {
    name: 'epochs',
    what: 'epochs',
    unit: '',
    value: 1,
    source: 'assumed: every token is seen once',
    limits: AMOUNT,
  },
];

const machine: Input[] = [
  {
    name: 'peakFlopPerSecond',
    what: 'peak of a GPU',
    unit: 'FLOP/s',
    value: gpuOf('a100-80gb').flopPerSecond,
    source: 'NVIDIA A100 data sheet, June 2021: 16 bits, dense; for others see `fleetday catalog gpus`',
    limits: AMOUNT,
  },
  {
    name: 'mfu',
    what: 'model FLOP utilisation',
    unit: '',
    value: 0.4,
    source: 'assumed: between the ends of its range',
    limits: SHARE,
    dimension: 'share',
    range: {
      low: 0.213,
      high: 0.514,
      why: '21.3 %: GPT-3 itself, PaLM paper, table 3 (April 2022); 51.4 %: a 175B model on A100, Korthikanti et al., May 2022',
    },
  },
  {
    name: 'gpus',
    what: 'GPUs',
    unit: '',
    value: 1024,
    source: 'assumed; they change the days, not the cost',
    limits: WHOLE_COUNT,
  },
  GPU_HOUR_PRICE,
  GPUS_PER_SERVER,
  {
    ...SERVER_WATTS,
    range: {
      low: 4200,
      high: 6500,
      why: '4.2 kW: every GPU at its limit and an idle host, `fleetday catalog nodes`; 6.5 kW: the nameplate',
    },
  },
  {
    name: 'pue',
    what: 'PUE',
    unit: '',
    value: ECONOMICS_DEFAULTS.pue,
    source: 'assumed: between the ends of its range',
    limits: { min: 1, max: 5 },
    dimension: 'factor',
    range: { low: 1.15, high: 1.56, why: 'AWS’s fleet, 2024; mean of the Uptime Institute’s survey, 2024' },
  },
  {
    name: 'gramsPerKwh',
    what: 'carbon intensity of the grid',
    unit: 'gCO₂ per kWh',
    value: 79,
    source: 'Oregon: Google, region-carbon, us-west1, 2024',
    limits: AMOUNT_OR_NONE,
    range: {
      low: 39,
      high: 586,
      why: '39: Finland, Google, europe-north1, 2024; 586: north-west China, MEE/NBS 2022',
    },
  },
];

export const training: Preset = {
  name: 'training',
  title: 'What training a model takes: GPT-3 on A100',
  about:
    'A token costs 6 floating-point operations per parameter: 2 forward, 4 backward. A petaflop-day is 8.64e19 of them. ' +
    'What a GPU reaches of its peak is its MFU.',
  inputs: [...model, ...machine],
  chains: [
    {
      title: 'Training',
      steps: [
        {
          name: 'flop',
          what: 'operations',
          unit: 'FLOP',
          formula: '6 × parameters × tokens',
          published: '3.15e23',
        },
        {
          name: 'petaflopDays',
          what: 'petaflop-days',
          unit: 'PF-days',
          formula: 'flop ÷ 8.64e19',
          published: '3,646',
        },
        {
          name: 'gpuHours',
          what: 'GPU-hours',
          unit: 'GPU-h',
          formula: 'flop ÷ (peakFlopPerSecond × mfu × 3600)',
        },
        { name: 'days', what: 'days', unit: 'days', formula: 'gpuHours ÷ (24 × gpus)' },
        { name: 'usd', what: 'price', unit: 'US$', formula: 'gpuHours × usdPerGpuHour' },
        {
          name: 'kwh',
          what: 'energy',
          unit: 'kWh',
          formula: 'gpuHours ÷ gpusPerServer × wattsPerServer ÷ 1000 × pue',
        },
        { name: 'tonnes', what: 'carbon, location-based', unit: 'tCO₂', formula: 'kwh × gramsPerKwh ÷ 1e6' },
      ],
    },
    {
      title: 'As in the GPT-3 paper',
      about: 'Its table D.1 counts 174.6 billion parameters.',
      steps: [
        {
          name: 'paperFlop',
          what: 'operations',
          unit: 'FLOP',
          formula: '6 × paperParameters × tokens',
          published: '3.14e23',
        },
        {
          name: 'paperPetaflopDays',
          what: 'petaflop-days',
          unit: 'PF-days',
          formula: 'paperFlop ÷ 8.64e19',
          published: '3.64e3, three digits',
        },
      ],
    },
    {
      title: 'The textbook form, 2·N·P·T',
      about:
        'N parameters, P tokens, T epochs. It counts the forward passes alone, as when the model only reads the text: the ' +
        'backward passes of training are twice as much again.',
      steps: [
        {
          name: 'forwardFlop',
          what: 'operations of the forward passes',
          unit: 'FLOP',
          formula: '2 × parameters × tokens × epochs',
        },
        {
          name: 'forwardPetaflopDays',
          what: 'petaflop-days of the forward passes',
          unit: 'PF-days',
          formula: 'forwardFlop ÷ 8.64e19',
        },
        {
          name: 'trainingPerForward',
          what: 'training over forward passes',
          unit: '',
          formula: 'flop × epochs ÷ forwardFlop',
        },
      ],
    },
  ],
  answers: ['usd', 'tonnes'],
  references: [
    {
      figure: 'about US$ 1.4 million',
      source: 'GPT-3 once in a public cloud: broker estimate, February 2023',
    },
    { figure: 'US$ 12 million a run', source: 'a press figure, without its arithmetic' },
  ],
  leftOut:
    'attention over the context (a few per cent), failures and restarts, the experiments before the run, staff, embodied carbon.',
};
