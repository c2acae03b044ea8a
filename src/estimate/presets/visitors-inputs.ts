// The assumptions of the two estimates of February 2023, as published, and the ranges in which they may lie.
import type { Input } from '../preset.ts';
import { AMOUNT, AMOUNT_OR_NONE, GPUS_PER_SERVER, SERVER_WATTS } from './limits.ts';

export const BROKER = 'broker estimate, February 2023';
const SEMIANALYSIS = 'SemiAnalysis, “The Inference Cost of Search Disruption”, 9 February 2023';

const traffic: Input[] = [
  {
    name: 'visitsPerDay',
    what: 'visits a day',
    unit: '',
    value: 25e6,
    source: `${BROKER}, after Similarweb`,
    limits: { min: 1, max: 1e12 },
    range: { low: 13e6, high: 50e6, why: 'one per unique visitor of January 2023; twice as many: assumed' },
  },
  {
    name: 'questionsPerVisit',
    what: 'questions a visit',
    unit: '',
    value: 10,
    source: `${BROKER}: assumed`,
    limits: { min: 0.01, max: 10_000 },
    range: { low: 5, high: 20, why: 'half to twice: assumed' },
  },
  {
    name: 'wordsPerQuestion',
    what: 'words a question',
    unit: '',
    value: 30,
    source: `${BROKER}: assumed`,
    limits: { min: 1, max: 100_000, whole: true },
    range: {
      low: 15,
      high: 158,
      why: 'half: assumed; 158: answers of 211 tokens, mean of Azure’s conversation trace, November 2023',
    },
  },
  {
    name: 'gpuSecondsPerWord',
    what: 'A100-seconds a word',
    unit: 's',
    value: 0.35,
    source: `${BROKER}: assumed`,
    limits: { min: 1e-6, max: 1000 },
    dimension: 'seconds',
    range: {
      low: 0.024,
      high: 0.7,
      why: '0.024: 11,600 A100 for 2,894 answers of 165 words a second, scenarios/chatgpt-2023.yaml; twice: assumed',
    },
  },
];

const hardware: Input[] = [
  GPUS_PER_SERVER,
  {
    name: 'serversPerRack',
    what: 'servers of a rack',
    unit: '',
    value: 7,
    source: BROKER,
    limits: { min: 1, max: 1000, whole: true },
  },
  {
    name: 'usdPerRack',
    what: 'price of a rack',
    unit: 'US$',
    value: 1.4e6,
    source: `${BROKER}: seven DGX A100 of about US$ 200,000 (list price at launch, May 2020: US$ 199,000)`,
    limits: AMOUNT_OR_NONE,
    dimension: 'usd',
    range: {
      low: 1.1e6,
      high: 2.1e6,
      why: 'a fifth off; half as much again for network and storage: assumed',
    },
  },
  {
    ...SERVER_WATTS,
    range: {
      low: 3100,
      high: 7800,
      why: '3.1 kW: drawn on average in scenarios/chatgpt-2023.yaml; 7.8 kW: the nameplate with a PUE of 1.2',
    },
  },
  {
    name: 'usdPerKwh',
    what: 'price of electricity',
    unit: 'US$ per kWh',
    value: 0.08,
    source: 'US industry, EIA 2023: 8.06 ¢; 8 ¢ in the broker estimate',
    limits: { min: 0, max: 100 },
    dimension: 'usdPerKwh',
    range: {
      low: 0.0752,
      high: 0.218,
      why: 'Oregon, industry, EIA 2023; Germany, 24 GWh a year, Bundesnetzagentur, April 2024',
    },
  },
];

const second: Input[] = [
  { name: 'usersPerDay', what: 'users a day', unit: '', value: 13e6, source: SEMIANALYSIS, limits: AMOUNT },
  {
    name: 'queriesPerUser',
    what: 'queries a user',
    unit: '',
    value: 15,
    source: SEMIANALYSIS,
    limits: AMOUNT,
  },
  {
    name: 'rentedServers',
    what: 'HGX A100 servers',
    unit: '',
    value: 3617,
    source: SEMIANALYSIS,
    limits: AMOUNT,
  },
  {
    name: 'rentUsdPerDay',
    what: 'hardware cost a day',
    unit: 'US$',
    value: 694_444,
    source: SEMIANALYSIS,
    limits: AMOUNT_OR_NONE,
    dimension: 'usd',
  },
];

export const VISITORS_INPUTS: readonly Input[] = [...traffic, ...hardware, ...second];
