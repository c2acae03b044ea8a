// Energy of the nodes by what they were doing, and mean and peak power: what the simulation counted.
import { JOULES_PER_KWH } from '../../economics/ledger.ts';
import { sumOfProducts, type Input } from './explanation.ts';
import { figure, hoursOf, ledgerSource, sumOf, type Column } from './money.ts';
import type { Explain } from './registry.ts';

export const counted =
  (column: string, key: Column, what: string, unit: string, note: string): Explain =>
  (money) => {
    const terms = money.pools.map(({ spec, rows }): Input[] => [
      {
        name: 'counted',
        what: money.pools.length === 1 ? what : `${what}, pool ${spec.name}`,
        value: sumOf(rows, key),
        unit,
        source: ledgerSource(column, rows.length),
      },
    ]);
    return { ...sumOfProducts(terms), notes: [note] };
  };

const STATES: readonly [key: string, name: string, what: string][] = [
  ['serving_it_kwh', 'serving', 'in steps'],
  ['idle_it_kwh', 'idle', 'on without a step'],
  ['loading_it_kwh', 'loading', 'waiting for the node, loading weights'],
  ['draining_it_kwh', 'draining', 'draining replicas'],
  ['off_it_kwh', 'off', 'nodes that are off'],
];

export const itEnergy: Explain = (money) => ({
  formula: STATES.map(([, name]) => name).join(' + '),
  inputs: STATES.map(([key, name, what]) => figure(money, key, { name, what, unit: 'kWh' })),
  notes: [POWER],
});

/** Of all that is counted as energy. */
export const POWER =
  'Counted window by window: watts of the host and of the GPUs by what they do (docs/model.md) × time, plus memory traffic.';

export const meanPower: Explain = (money) => ({
  formula: 'energy ÷ hours',
  inputs: [
    figure(money, 'it_kwh', { name: 'energy', what: 'energy of the nodes', unit: 'kWh' }),
    hoursOf(money),
  ],
  notes: [],
});

export const peakPower: Explain = (money) => {
  const day = money.windows.filter(({ phase }) => phase === 'day');
  const watts = ({ itJoules, startSeconds, endSeconds }: (typeof day)[number]) =>
    itJoules / (endSeconds - startSeconds);
  if (day.length === 0) return undefined;
  const peak = day.reduce((best, window) => (watts(window) > watts(best) ? window : best));
  const { startSeconds, endSeconds, itJoules } = peak;
  return {
    formula: 'energy × 3600 ÷ seconds',
    inputs: [
      {
        name: 'energy',
        what: 'energy of the window that drew most',
        value: itJoules / JOULES_PER_KWH,
        unit: 'kWh',
        source: `windows.csv, it_kwh, row that starts at ${startSeconds} s`,
      },
      {
        name: 'seconds',
        what: 'its length',
        value: endSeconds - startSeconds,
        unit: 's',
        source: 'windows.csv, end_seconds − start_seconds',
      },
    ],
    notes: [],
  };
};

export const drainEnergy: Explain = ({ windows }) => {
  const drain = windows.filter(({ phase }) => phase === 'drain');
  const value = drain.reduce((sum, { itJoules }) => sum + itJoules / JOULES_PER_KWH, 0);
  const source = `windows.csv, it_kwh, sum of ${drain.length} rows of the drain`;
  const input = { name: 'energy', what: 'energy of the nodes after the day', value, unit: 'kWh', source };
  return {
    formula: 'energy',
    inputs: [input],
    notes: ['In no figure of energy, money or carbon of the day.'],
  };
};

export const idleShare: Explain = (money) => ({
  formula: 'idle ÷ facility',
  inputs: [
    {
      name: 'idle',
      what: 'facility energy while no step ran',
      value: sumOf(money.rows, 'idleKwh'),
      unit: 'kWh',
      source: ledgerSource('idle_facility_kwh', money.rows.length),
    },
    figure(money, 'facility_kwh', { name: 'facility', what: 'energy of the facility', unit: 'kWh' }),
  ],
  notes: [],
});

export const gpuSecondsPerRequest: Explain = (money) => ({
  formula: 'gpus × seconds ÷ completed',
  inputs: [
    figure(money, 'gpus', { name: 'gpus', what: 'GPUs', unit: '' }),
    figure(money, 'simulated_seconds', { name: 'seconds', what: 'seconds simulated', unit: 's' }),
    figure(money, 'completed', { name: 'completed', what: 'requests completed', unit: '' }),
  ],
  notes: ['All GPUs that there may be, on or off.'],
});
