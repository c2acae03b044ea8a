// The parts of `economics` that nodes cost: capital of owned ones, rent of rented ones; and what is paid by the month.
import { z } from 'zod';
import { ECONOMICS_DEFAULTS } from '../../../catalog/tariffs.ts';
import { choice, derived, quantity, section, shorthand } from '../../../settings/keys.ts';
import { CURRENCIES, seriesFile } from './series.ts';

const ofPrice = (what: string) =>
  quantity('share', { min: 0, max: 10 }, `${what}, as a share of the nodes’ price.`).prefault(0);

export const capital = section(
  {
    method: choice(
      ['straight-line', 'declining-balance', 'annuity'],
      'Evenly over the life; 2/life of what is left, year by year; or with the cost of capital.',
    ).default('straight-line'),
    interest: quantity('share', { min: 0, max: 1 }, 'Cost of capital a year, for an annuity.').prefault(0),
    age: quantity('years', { min: 0, max: 100 }, 'Of the nodes when the run starts.').prefault('0y'),
    network: ofPrice('Network'),
    rack: ofPrice('Racks'),
    facility: ofPrice('Building, power and cooling'),
  },
  'How the capital of owned nodes is spread over their life, and what belongs to it beside the nodes.',
);

const gpuHour = (description: string) => quantity('usdPerGpuHour', { min: 0, max: 1e6 }, description);

const spotPrice = z
  .union([
    section(
      {
        ...seriesFile('spot.csv', 'price'),
        currency: choice(['USD', ...CURRENCIES], 'What the prices are in.').default('USD'),
      },
      'Prices of a GPU-hour.',
    ),
    gpuHour('Price of a GPU-hour.'),
  ])
  .meta({ description: 'Price of a GPU-hour, or a file of them.' });

export const rent = shorthand(
  section(
    {
      price: gpuHour('On demand, whole nodes; default: CoreWeave, A100-80GB, February 2024.').prefault(
        `${ECONOMICS_DEFAULTS.rentUsdPerGpuHour} USD/GPU-hour`,
      ),
      granularity: quantity(
        'seconds',
        { min: 0, max: 86_400 },
        'An instance is billed in whole units of it; 0: for exactly as long as it is on.',
      ).prefault(`${ECONOMICS_DEFAULTS.rentGranularitySeconds}s`),
      minimum: quantity('seconds', { min: 0, max: 86_400 }, '… and for so long at least.').prefault(
        `${ECONOMICS_DEFAULTS.rentMinimumSeconds}s`,
      ),
      reserved: derived(
        section(
          {
            nodes: quantity(
              'count',
              { min: 1, max: 1e6, whole: true },
              'Paid for all the time, used or not.',
            ),
            price: gpuHour('Price of a GPU-hour.'),
          },
          'Nodes under a commitment; what is on above them is on demand.',
        ),
        'none',
      ),
      spot: derived(
        section(
          {
            share: derived(
              quantity('share', { min: 0, max: 1 }, 'Of the nodes that are on above the reserved ones.'),
              'nodes that are spot by fleet.pools[].spot',
            ),
            price: derived(spotPrice, 'price × (1 − discount)'),
            discount: derived(
              quantity('share', { min: 0, max: 1 }, 'Off the price on demand.'),
              'none: give price',
            ),
          },
          'Price of spot instances: of those of fleet.pools[].spot, or of a share of all rented ones, none of which is taken back.',
        ),
        'none',
      ),
    },
    'Of rented nodes: contains power, cooling and capital. A bare price means the same.',
  ),
  { key: 'price', bare: { type: ['number', 'string'] } },
);

const perMonth = (description: string) =>
  quantity('usdPerMonth', { min: 0, max: 1e12 }, description).prefault(0);

/** A month has 730 hours. */
export const recurring = {
  maintenance: quantity('share', { min: 0, max: 1 }, 'Of the price of owned nodes, a year.').prefault(0),
  storage: section(
    {
      terabytes: quantity('terabytes', { min: 0, max: 1e9 }, 'Kept all the time.').prefault(0),
      price: quantity('usdPerTbMonth', { min: 0, max: 1e6 }, 'For a terabyte a month.').prefault(0),
    },
    'Storage.',
  ).prefault({}),
  transfer: section(
    {
      price: quantity('usdPerGb', { min: 0, max: 1e4 }, 'For a gigabyte out of the data centre.').prefault(0),
      bytesPerOutputToken: quantity(
        'bytes',
        { min: 0, max: 1e6 },
        'Sent for an output token; an assumption.',
      ).prefault(ECONOMICS_DEFAULTS.bytesPerOutputToken),
      bytesPerRequest: quantity(
        'bytes',
        { min: 0, max: 1e9 },
        'Sent for a request beside them; likewise.',
      ).prefault(ECONOMICS_DEFAULTS.bytesPerRequest),
    },
    'Transfer to the clients.',
  ).prefault({}),
  staff: perMonth('Staff.'),
  licences: perMonth('Licences.'),
};
