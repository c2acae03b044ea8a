// Carbon of the energy, at every intensity that there was, and of making the nodes.
import { intensityAt } from '../../economics/carbon.ts';
import type { LedgerRow } from '../../economics/spec.ts';
import { sumOfProducts, type Input } from './explanation.ts';
import { constant, given, hoursOf, ledgerSource, sourceOfKey, sumOf, type Money } from './money.ts';
import type { Explain } from './registry.ts';
import { withUnit } from './show/number.ts';

const GRAMS_PER_KG = constant('gramsPerKg', 1000, 'g', 'grams of a kilogram');

export const locationBased: Explain = (money) => {
  const { carbon } = money.scenario.economics;
  if (carbon.gramsPerKwh === undefined) return undefined;
  const terms = byIntensity(money).map(({ gramsPerKwh, rows }): Input[] => [
    {
      name: 'kwh',
      what: `facility energy at ${withUnit(gramsPerKwh, 'g/kWh')}`,
      value: sumOf(rows, 'facilityKwh'),
      unit: 'kWh',
      source: ledgerSource('facility_kwh', rows.length),
    },
    {
      name: 'intensity',
      what: 'carbon intensity of the grid, location-based',
      value: gramsPerKwh,
      unit: `${carbon.unit}/kWh`,
      source: intensitySource(money),
    },
  ]);
  const { formula, inputs } = sumOfProducts(terms);
  return {
    formula: `(${formula}) ÷ gramsPerKg`,
    inputs: [...inputs, GRAMS_PER_KG],
    notes: ['The grid’s average: neither its marginal plant nor contracts for carbon-free energy.'],
  };
};

/** Rows in which the intensity changed count at their mean. */
function byIntensity(money: Money): { gramsPerKwh: number; rows: LedgerRow[] }[] {
  const { carbon } = money.scenario.economics;
  const groups = new Map<number, LedgerRow[]>();
  for (const row of money.rows) {
    const start = intensityAt(carbon, Date.parse(row.startUtc))!;
    const isHeld = Math.abs(row.facilityKwh * start - row.locationGrams!) <= 1e-9 * row.locationGrams!;
    const gramsPerKwh = isHeld ? start : row.locationGrams! / row.facilityKwh;
    const group = groups.get(gramsPerKwh);
    if (group) group.push(row);
    else groups.set(gramsPerKwh, [row]);
  }
  return [...groups].map(([gramsPerKwh, rows]) => ({ gramsPerKwh, rows }));
}

function intensitySource(money: Money): string {
  const { gramsPerKwh } = money.scenario.economics.carbon;
  const key = 'economics.carbon.intensity';
  return typeof gramsPerKwh === 'object'
    ? `${gramsPerKwh.file}, named at ${sourceOfKey(money, key)}`
    : sourceOfKey(money, key);
}

export const marketBased: Explain = (money) => {
  const { carbon } = money.scenario.economics;
  if (carbon.gramsPerKwh === undefined) return undefined;
  return {
    formula: 'location × (1 − contracted)',
    inputs: [
      {
        name: 'location',
        what: 'location-based carbon',
        value: Number(money.summary.location_kg),
        unit: 'kg',
        source: 'summary.json, location_kg',
      },
      given(money, 'economics.carbon.contractedShare', {
        name: 'contracted',
        what: 'share contracted from carbon-free sources',
        value: carbon.contractedShare,
        unit: '',
      }),
    ],
    notes: [],
  };
};

export const embodied: Explain = (money) => {
  const { carbon } = money.scenario.economics;
  const terms = money.pools.map(({ spec, nodes, rows }): Input[] => {
    const hours = hoursOf(money).value;
    const isOwned = spec.ownership === 'owned';
    return [
      {
        name: 'nodeHours',
        what: isOwned
          ? `node-hours of pool ${spec.name}: owned, on or off`
          : `node-hours of pool ${spec.name}: rented, on`,
        value: isOwned ? nodes * hours : sumOf(rows, 'nodeHours'),
        unit: 'h',
        source: isOwned ? `${nodes} nodes × ${hours} h` : ledgerSource('node_hours', rows.length),
      },
    ];
  });
  const { formula, inputs } = sumOfProducts(terms);
  return {
    formula: `(${formula}) × made ÷ (life × yearHours)`,
    inputs: [
      ...inputs,
      given(money, 'economics.carbon.embodied', {
        name: 'made',
        what: 'embodied in a node',
        value: carbon.embodiedKgPerNode,
        unit: 'kg CO2e',
      }),
      given(money, 'economics.life', {
        name: 'life',
        what: 'life of a node',
        value: carbon.lifeYears,
        unit: 'years',
      }),
      constant('yearHours', 8760, 'h', 'hours of a year'),
    ],
    notes: [],
  };
};
