// The part `economics` of the scenario file: what electricity, nodes and rented GPUs cost. The defaults have
// their publisher and date in catalog/tariffs.ts. Left out: taxes, staff, network traffic, demand charges.
import { z } from 'zod';
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import {
  choice,
  derived,
  kind,
  list,
  quantity,
  section,
  shorthand,
  unknownAlternative,
} from '../../settings/keys.ts';
import { zone } from './time.ts';

const price = (description: string) => quantity('usdPerKwh', { min: 0, max: 100 }, description);
const hour = (rules: { min: number; max: number }, description: string) =>
  quantity('count', { ...rules, whole: true }, description);

const period = section(
  {
    days: choice(['all', 'weekdays', 'weekends'], 'Days on which it holds.').default('all'),
    fromHour: hour({ min: 0, max: 23 }, 'First whole local hour, 0–23.').prefault(0),
    toHour: hour({ min: 0, max: 24 }, 'Whole local hour at which it ends; may lie past midnight.').prefault(
      24,
    ),
    price: price('Price in these hours.'),
  },
  'Hours with a price of their own.',
);

const electricity = shorthand(
  z.discriminatedUnion(
    'kind',
    [
      section(
        {
          kind: kind('flat', 'One price.').default('flat'),
          price: price('Price of a kilowatt-hour; default: US industry, EIA 2023.').prefault(
            `${ECONOMICS_DEFAULTS.usdPerKwh} USD/kWh`,
          ),
        },
        'One price all day; a bare price means the same.',
      ),
      section(
        {
          kind: kind('time-of-use', 'The price follows the clock.'),
          timeZone: derived(zone('IANA zone of the tariff’s hours.'), 'timeZone of the scenario'),
          price: price('Price when no period matches.'),
          periods: list(
            period,
            { min: 1, max: 100 },
            'The first that matches the local hour and day counts.',
          ),
        },
        'Prices by hour and kind of day.',
      ),
    ],
    { error: unknownAlternative('kind') },
  ),
  { key: 'price', bare: { type: ['number', 'string'] } },
).meta({ description: 'Tariff of owned nodes; rent includes electricity.' });

export const economics = section(
  {
    electricity: electricity.prefault({}),
    pue: quantity(
      'factor',
      { min: 1, max: 5 },
      'Facility energy over IT energy; AWS fleet 1.15, survey mean 1.56 (2024).',
    ).prefault(ECONOMICS_DEFAULTS.pue),
    nodePrice: derived(
      quantity('usd', { min: 0, max: 1e9 }, 'Purchase price of an owned node.'),
      'list price of the pools’ node in the catalog',
    ),
    life: quantity('years', { min: 0.1, max: 50 }, 'Straight-line amortization over so long.').prefault(
      `${ECONOMICS_DEFAULTS.lifeYears}y`,
    ),
    salvage: quantity('usd', { min: 0, max: 1e9 }, 'Worth of a node at the end of its life.').prefault(
      ECONOMICS_DEFAULTS.salvageUsd,
    ),
    capexOverhead: quantity(
      'share',
      { min: 0, max: 10 },
      'Network, racks and building, as a share of the nodes’ price.',
    ).prefault(ECONOMICS_DEFAULTS.capexOverheadShare),
    rent: quantity(
      'usdPerGpuHour',
      { min: 0, max: 1e6 },
      'Of rented nodes, whole nodes; default: CoreWeave on demand, February 2024.',
    ).prefault(`${ECONOMICS_DEFAULTS.rentUsdPerGpuHour} USD/GPU-hour`),
  },
  'Prices of electricity, nodes and rent.',
);
