// The cost of a project in five parts: computing, storage, transfer, people, licences. Left out: the time value of money,
// taxes, hardware of one's own.
import type { Input, Preset } from '../preset.ts';
import { AMOUNT_OR_NONE } from './limits.ts';

/** Name, what it is, unit, value. */
const INPUTS: readonly [string, string, string, number][] = [
  ['gpus', 'GPUs', '', 100],
  ['usdPerGpuHour', 'price of a GPU-hour', 'US$ per GPU-hour', 10],
  ['hours', 'hours', 'h', 100],
  ['storageTerabytes', 'data stored', 'TB', 100],
  ['usdPerTerabyte', 'price of storage', 'US$ per TB', 1],
  ['transferGigabytes', 'data moved', 'GB', 100],
  ['usdPerGigabyte', 'price of transfer', 'US$ per GB', 0.1],
  ['personMonths', 'person-months', '', 10],
  ['usdPerPersonMonth', 'cost of a person-month', 'US$ per person-month', 5000],
  ['licencesUsd', 'licences', 'US$', 10_000],
];

function input([name, what, unit, value]: (typeof INPUTS)[number]): Input {
  return {
    name,
    what,
    unit,
    value,
    source: 'worked example: assumed',
    limits: AMOUNT_OR_NONE,
    range: { low: value / 2, high: value * 2, why: 'half to twice: assumed' },
  };
}

export const fivePart: Preset = {
  name: 'five-part',
  title: 'A project in five parts: computing, storage, transfer, people, licences',
  about:
    'GPUs × price × hours + storage + transfer + people + licences, with the numbers of a small project as the example.',
  inputs: INPUTS.map(input),
  chains: [
    {
      title: 'Cost of the project',
      steps: [
        { name: 'computingUsd', what: 'computing', unit: 'US$', formula: 'gpus × usdPerGpuHour × hours' },
        { name: 'storageUsd', what: 'storage', unit: 'US$', formula: 'storageTerabytes × usdPerTerabyte' },
        { name: 'transferUsd', what: 'transfer', unit: 'US$', formula: 'transferGigabytes × usdPerGigabyte' },
        { name: 'peopleUsd', what: 'people', unit: 'US$', formula: 'personMonths × usdPerPersonMonth' },
        {
          name: 'usd',
          what: 'cost of the project',
          unit: 'US$',
          formula: 'computingUsd + storageUsd + transferUsd + peopleUsd + licencesUsd',
          published: 'US$ 160,110',
        },
      ],
    },
    {
      title: 'A slip to beware of',
      about:
        'The same sum is also seen with 100 × 10 for computing. That is the price of one hour, not of all: a factor is lost.',
      steps: [
        {
          name: 'withoutHoursUsd',
          what: 'the sum without the hours',
          unit: 'US$',
          formula: 'gpus × usdPerGpuHour + storageUsd + transferUsd + peopleUsd + licencesUsd',
          note: 'wrong, for comparison only',
        },
      ],
    },
  ],
  answers: ['usd'],
  references: [],
  leftOut: 'taxes, interest, and hardware of one’s own; electricity is in the price of the GPU-hour.',
};
