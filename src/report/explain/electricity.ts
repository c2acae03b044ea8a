// Electricity: energy of owned nodes at every price that there was. Rented nodes pay none: rent contains it.
import type { LedgerRow } from '../../economics/spec.ts';
import { sumOfProducts, type Input } from './explanation.ts';
import { ledgerSource, namesOf, ownedPools, sourceOfKey, sumOf, type Money } from './money.ts';
import type { Explain } from './registry.ts';
import { withUnit } from './show/number.ts';

export const electricity: Explain = (money) => {
  const pools = ownedPools(money);
  const rows = pools.flatMap((pool) => pool.rows);
  const which = namesOf(money, pools);
  const terms = byPrice(rows).map(({ usdPerKwh, rows: atPrice }): Input[] => [
    {
      name: 'kwh',
      what: `facility energy at ${withUnit(usdPerKwh, '$/kWh')}`,
      value: sumOf(atPrice, 'facilityKwh'),
      unit: 'kWh',
      source: ledgerSource('facility_kwh', atPrice.length, which),
    },
    { name: 'price', what: 'price', value: usdPerKwh, unit: '$/kWh', source: priceSource(money, usdPerKwh) },
  ]);
  return {
    ...sumOfProducts(terms),
    notes: pools.length === 0 ? ['All nodes are rented: rent contains electricity.'] : [],
  };
};

/** In the order in which they come. A row within which the price changed has the mean over its energy. */
function byPrice(rows: readonly LedgerRow[]): { usdPerKwh: number; rows: LedgerRow[] }[] {
  const groups = new Map<number, LedgerRow[]>();
  for (const row of rows) {
    const group = groups.get(row.usdPerKwh);
    if (group) group.push(row);
    else groups.set(row.usdPerKwh, [row]);
  }
  return [...groups].map(([usdPerKwh, group]) => ({ usdPerKwh, rows: group }));
}

function priceSource(money: Money, usdPerKwh: number): string {
  const { tariff } = money.scenario.economics;
  const key = 'economics.electricity';
  if (tariff.kind === 'series') return `${tariff.usdPerKwh.file}, named at ${sourceOfKey(money, key)}`;
  if (tariff.kind === 'flat' || tariff.usdPerKwh === usdPerKwh) return sourceOfKey(money, `${key}.price`);
  const period = tariff.periods.findIndex((one) => one.usdPerKwh === usdPerKwh);
  if (period >= 0) return sourceOfKey(money, `${key}.periods[${period}].price`);
  return `ledger.csv, usd_per_kwh: mean of an hour within which the price changed; ${sourceOfKey(money, key)}`;
}

export const facilityEnergy: Explain = (money) => {
  const { pue } = money.scenario.economics;
  const itKwh: Input = {
    name: 'itKwh',
    what: 'energy of the nodes',
    value: sumOf(money.rows, 'itKwh'),
    unit: 'kWh',
    source: ledgerSource('it_kwh', money.rows.length),
  };
  if (pue.kind === 'constant') {
    const source = sourceOfKey(money, 'economics.pue');
    const factor = { name: 'pue', what: 'PUE', value: pue.pue, unit: '', source };
    return { formula: 'itKwh × pue', inputs: [itKwh, factor], notes: [] };
  }
  const terms = money.rows.map((row): Input[] => [
    {
      ...itKwh,
      value: row.itKwh,
      what: `energy of the nodes from ${row.startLocal}`,
      source: 'ledger.csv, it_kwh',
    },
    {
      name: 'pue',
      what: 'PUE, mean over the energy of the hour',
      value: row.itKwh === 0 ? 1 : row.facilityKwh / row.itKwh,
      unit: '',
      source: `ledger.csv, facility_kwh ÷ it_kwh; the curve is at ${sourceOfKey(money, 'economics.pue')}`,
    },
  ]);
  return { ...sumOfProducts(terms), notes: ['The curve is read in every window, at the fleet’s load then.'] };
};
