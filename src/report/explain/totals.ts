// Sums of the parts, what the money was spent on, and the demand charge.
import { daysOfMonth } from '../../economics/demand.ts';
import { sumOfProducts, type Explanation, type Input } from './explanation.ts';
import { figure, given, type Money } from './money.ts';
import type { Explain } from './registry.ts';

const PARTS: readonly [key: string, name: string][] = [
  ['electricity_usd', 'electricity'],
  ['amortization_usd', 'amortization'],
  ['rent_usd', 'rent'],
  ['maintenance_usd', 'maintenance'],
  ['storage_usd', 'storage'],
  ['transfer_usd', 'transfer'],
  ['staff_usd', 'staff'],
  ['licences_usd', 'licences'],
];

export const total: Explain = (money) => ({
  formula: PARTS.map(([, name]) => name).join(' + '),
  inputs: PARTS.map(([key, name]) => figure(money, key, { name, what: name, unit: '$' })),
  notes: ['Without the demand charge, which belongs to no hour, and without taxes.'],
});

export const totalWithDemand: Explain = (money) => {
  const all = figure(money, 'total_usd', { name: 'total', what: 'all parts', unit: '$' });
  if (money.demandCharge === undefined)
    return { formula: 'total', inputs: [all], notes: ['There is no demand charge.'] };
  const charge = figure(money, 'demand_charge_usd', { name: 'charge', what: 'demand charge', unit: '$' });
  return { formula: 'total + charge', inputs: [all, charge], notes: [] };
};

export const demandCharge: Explain = (money) => {
  const { demandCharge: spec } = money.scenario.economics;
  if (money.demandCharge === undefined || spec === undefined) return undefined;
  const terms = money.demandCharge.months.map(({ month, peakWatts, seconds }): Input[] => [
    given(money, 'economics.demandCharge.price', {
      name: 'price',
      what: 'a kilowatt of the month’s peak',
      value: spec.usdPerKwMonth,
      unit: '$/kW',
    }),
    peakInput(money, month, peakWatts),
    {
      name: 'share',
      what: `part of ${month} that was simulated`,
      value: seconds / 86_400 / daysOfMonth(month),
      unit: '',
      source: `${seconds} s ÷ 86,400 s ÷ ${daysOfMonth(month)} days`,
    },
  ]);
  return { ...sumOfProducts(terms), notes: ['As if every day of the month peaked like these.'] };
};

function peakInput(money: Money, month: string, watts: number): Input {
  const minutes = money.scenario.economics.demandCharge!.intervalSeconds / 60;
  return {
    name: 'peak',
    what: `highest mean power of owned nodes and their cooling over ${minutes} min in ${month}`,
    value: watts / 1000,
    unit: 'kW',
    source: 'energy.csv, it_kwh × PUE, by interval',
  };
}

export const demandPeak: Explain = (money) => {
  if (money.demandCharge === undefined) return undefined;
  const peak = money.demandCharge.months.reduce((a, b) => (b.peakWatts > a.peakWatts ? b : a));
  return { formula: 'peak', inputs: [peakInput(money, peak.month, peak.peakWatts)], notes: [] };
};

/** Hour by hour and pool by pool, since hours differ in what they cost and in how busy they were. */
function spentOn(what: string, key: 'prefillGpuSeconds' | 'decodeGpuSeconds', column: string): Explain {
  return (money) => {
    const rows = money.pools.flatMap(({ spec, rows: ofPool }) =>
      ofPool.map((row) => ({ row, pool: spec.name })),
    );
    const source = (name: string, pool: string) => `ledger.csv, ${name}, pool ${pool}`;
    const terms = rows.map(({ row, pool }): Input[] => [
      {
        name: 'usd',
        what: `cost from ${row.startLocal}`,
        value: row.totalUsd,
        unit: '$',
        source: source('total_usd', pool),
      },
      {
        name: 'share',
        what: `share of its GPU-time in steps ${what}`,
        value: row.paidGpuSeconds === 0 ? 0 : row[key] / row.paidGpuSeconds,
        unit: '',
        source: source(`${column} ÷ paid_gpu_seconds`, pool),
      },
    ]);
    return { ...sumOfProducts(terms), notes: [RULE] };
  };
}

const RULE = 'A step with both prompts and output is shared in proportion to what each would take alone.';

export const prefillCost = spentOn('for prompts', 'prefillGpuSeconds', 'prefill_gpu_seconds');
export const decodeCost = spentOn('for output tokens', 'decodeGpuSeconds', 'decode_gpu_seconds');

export const idleCost: Explain = (money) => ({
  formula: 'total − prefill − decode',
  inputs: [
    figure(money, 'total_usd', { name: 'total', what: 'all parts of the cost', unit: '$' }),
    figure(money, 'prefill_usd', { name: 'prefill', what: 'spent on prompts', unit: '$' }),
    figure(money, 'decode_usd', { name: 'decode', what: 'spent on output tokens', unit: '$' }),
  ],
  notes: ['GPUs that ran no step: on its own, spread over nothing.'],
});

/** Over the energy of all nodes, rented ones too. */
export const meanPrice: Explain = (money) => {
  const pricedUsd = money.rows.map((row): Input[] => [
    {
      name: 'kwh',
      what: `energy from ${row.startLocal}`,
      value: row.facilityKwh,
      unit: 'kWh',
      source: 'ledger.csv, facility_kwh',
    },
    {
      name: 'price',
      what: 'price then',
      value: row.usdPerKwh,
      unit: '$/kWh',
      source: 'ledger.csv, usd_per_kwh',
    },
  ]);
  const { formula, inputs } = sumOfProducts(pricedUsd);
  const energy = figure(money, 'facility_kwh', {
    name: 'energy',
    what: 'energy of the facility',
    unit: 'kWh',
  });
  return {
    formula: `(${formula}) ÷ energy`,
    inputs: [...inputs, energy],
    notes: [],
  } satisfies Partial<Explanation>;
};
