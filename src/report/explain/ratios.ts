// Figures that are one figure of summary.json over another: per request, per token, means.
import { constant, figure, type Money } from './money.ts';
import type { Explain } from './registry.ts';

type Part = readonly [key: string, what: string, unit: string];

const COMPLETED: Part = ['completed', 'requests completed', ''];
const OUTPUT: Part = ['total_output_tokens', 'output tokens', ''];
const INPUT: Part = ['total_input_tokens', 'input tokens', ''];
const TOTAL: Part = ['total_usd', 'all parts of the cost', '$'];
const FACILITY: Part = ['facility_kwh', 'energy of the facility', 'kWh'];

/** above × times ÷ below; `times` is 1,000 requests, or watt-hours of a kWh. */
function ratio(above: Part, below: Part, times = 1, what = '', note?: string): Explain {
  return (money) => {
    const inputs = [input(money, 'above', above), input(money, 'below', below)];
    // What is null in summary.json, as carbon where no intensity is known, has no ratios either.
    if (inputs.some(({ value }) => Number.isNaN(value))) return undefined;
    const notes = note === undefined ? [] : [note];
    if (times === 1) return { formula: 'above ÷ below', inputs, notes };
    return {
      formula: 'above × times ÷ below',
      inputs: [...inputs, constant('times', times, '', what)],
      notes,
    };
  };
}

function input(money: Money, name: string, [key, what, unit]: Part) {
  return figure(money, key, { name, what, unit });
}

const MILLION = [1e6, 'a million tokens'] as const;
const SERVED = 'Requests and tokens are all that were served, those of the drain included.';

export const RATIOS: Readonly<Record<string, Explain>> = {
  mean_pue: ratio(FACILITY, ['it_kwh', 'energy of the nodes', 'kWh']),
  wh_per_request: ratio(FACILITY, COMPLETED, 1000, 'watt-hours of a kilowatt-hour', SERVED),
  kwh_per_million_output_tokens: ratio(FACILITY, OUTPUT, ...MILLION, SERVED),
  usd_per_1k_requests: ratio(TOTAL, COMPLETED, 1000, 'requests', SERVED),
  usd_per_million_output_tokens: ratio(
    TOTAL,
    OUTPUT,
    ...MILLION,
    'All cost over output tokens, prompts and idle time included.',
  ),
  prefill_usd_per_million_input_tokens: ratio(['prefill_usd', 'spent on prompts', '$'], INPUT, ...MILLION),
  decode_usd_per_million_output_tokens: ratio(
    ['decode_usd', 'spent on output tokens', '$'],
    OUTPUT,
    ...MILLION,
  ),
  grams_per_request: ratio(
    ['location_kg', 'operational carbon, location-based', 'kg'],
    COMPLETED,
    1000,
    'grams of a kilogram',
    SERVED,
  ),
  embodied_grams_per_request: ratio(
    ['embodied_kg', 'embodied carbon', 'kg'],
    COMPLETED,
    1000,
    'grams of a kilogram',
    SERVED,
  ),
  mean_grams_per_kwh: ratio(
    ['location_kg', 'operational carbon, location-based', 'kg'],
    FACILITY,
    1000,
    'grams of a kilogram',
  ),
};

export const usdPerMillionTokens: Explain = (money) => ({
  formula: 'total × times ÷ (input + output)',
  inputs: [
    input(money, 'total', TOTAL),
    constant('times', 1e6, '', 'a million tokens'),
    input(money, 'input', INPUT),
    input(money, 'output', OUTPUT),
  ],
  notes: [],
});
