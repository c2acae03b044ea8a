// What a batch of work costs: A = D·T·S GPU-seconds (items × GPU-seconds per unit of size × size of an item), cost = A·C.
// Left out: several kinds of task, whose costs add up; waiting, set-up and idle GPUs.
import type { Input, Preset } from '../preset.ts';
import { AMOUNT, AMOUNT_OR_NONE, GPU_HOUR_PRICE } from './limits.ts';

const EXAMPLE = 'worked example: assumed';

/** `input` with the range that examples have. */
function doubtful(input: Input): Input {
  const { value } = input;
  return { ...input, range: { low: value / 2, high: value * 2, why: 'half to twice: assumed' } };
}

export const taskCost: Preset = {
  name: 'task-cost',
  title: 'What a task costs, from its size and the GPU-seconds it takes',
  about:
    'D items of S kilotokens each, T GPU-seconds per kilotoken, C dollars per GPU-second: D × T × S × C.',
  inputs: [
    doubtful({
      name: 'items',
      what: 'items',
      unit: '',
      value: 1_000_000,
      source: EXAMPLE,
      limits: AMOUNT_OR_NONE,
    }),
    doubtful({
      name: 'gpuSecondsPerKilotoken',
      what: 'GPU-seconds per kilotoken',
      unit: '',
      value: 0.05,
      source: EXAMPLE,
      limits: AMOUNT,
      dimension: 'seconds',
    }),
    doubtful({
      name: 'kilotokensPerItem',
      what: 'kilotokens per item',
      unit: '',
      value: 2,
      source: EXAMPLE,
      limits: AMOUNT,
    }),
    GPU_HOUR_PRICE,
  ],
  chains: [
    {
      title: 'Cost of the task',
      steps: [
        {
          name: 'gpuSeconds',
          what: 'work',
          unit: 'GPU-s',
          formula: 'items × gpuSecondsPerKilotoken × kilotokensPerItem',
        },
        { name: 'gpuHours', what: 'GPU-hours', unit: 'GPU-h', formula: 'gpuSeconds ÷ 3600' },
        {
          name: 'usdPerGpuSecond',
          what: 'price of a GPU-second',
          unit: 'US$ per GPU-second',
          formula: 'usdPerGpuHour ÷ 3600',
        },
        { name: 'usd', what: 'cost of the task', unit: 'US$', formula: 'gpuSeconds × usdPerGpuSecond' },
      ],
    },
  ],
  answers: ['usd'],
  references: [],
  leftOut:
    'waiting, set-up and idle GPUs. Of several kinds of task the costs add up: estimate each by itself.',
};
