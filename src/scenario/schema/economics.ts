// The part `economics` of the scenario file: what electricity, nodes, rent and the rest cost, and what they emit. The
// defaults have their publisher and date in catalog/tariffs.ts and catalog/regions.ts. Left out: taxes.
import { REGIONS } from '../../catalog/regions.ts';
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import { catalogName, derived, quantity, section } from '../../settings/keys.ts';
import { demandCharge, electricity } from './economics/electricity.ts';
import { carbon, pue } from './economics/energy.ts';
import { capital, recurring, rent } from './economics/nodes.ts';
import { currency } from './economics/series.ts';

export const region = derived(
  catalogName(
    REGIONS,
    'region',
    'Sets the price of electricity, the zone of its hours, carbon intensity and, where one is published, PUE; each may be given beside it.',
  ),
  'none',
);

export const economics = section(
  {
    region,
    currency: derived(currency, 'none: all prices are in US dollars'),
    electricity: electricity.prefault({}),
    demandCharge: derived(demandCharge, 'none'),
    pue: derived(pue, `of the region, or ${ECONOMICS_DEFAULTS.pue}`),
    nodePrice: derived(
      quantity('usd', { min: 0, max: 1e9 }, 'Purchase price of an owned node.'),
      'list price of the pools’ node in the catalog',
    ),
    life: quantity(
      'years',
      { min: 0.1, max: 50 },
      'Capital and embodied carbon are spread over so long.',
    ).prefault(`${ECONOMICS_DEFAULTS.lifeYears}y`),
    salvage: quantity('usd', { min: 0, max: 1e9 }, 'Worth of a node at the end of its life.').prefault(
      ECONOMICS_DEFAULTS.salvageUsd,
    ),
    capexOverhead: quantity(
      'share',
      { min: 0, max: 10 },
      'Network, racks and building together, as a share of the nodes’ price; adds to those of capital.',
    ).prefault(ECONOMICS_DEFAULTS.capexOverheadShare),
    capital: capital.prefault({}),
    rent: rent.prefault({}),
    ...recurring,
    carbon: carbon.prefault({}),
    offPower: quantity(
      'watts',
      { min: 0, max: 1e5 },
      'Drawn by an owned node that is off: management controller, power supplies.',
    ).prefault(0),
  },
  'What things cost and emit.',
);
