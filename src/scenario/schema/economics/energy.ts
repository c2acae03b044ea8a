// `economics.pue` and `economics.carbon`: what lies between the nodes and the meter, and what the energy and the making
// of the nodes emit.
import { z } from 'zod';
import { ECONOMICS_DEFAULTS } from '../../../catalog/tariffs.ts';
import { choice, derived, list, quantity, section } from '../../../settings/keys.ts';
import { seriesFile } from './series.ts';

const pueValue = (description: string) => quantity('factor', { min: 1, max: 5 }, description);

const point = section(
  {
    load: quantity('share', { min: 0, max: 1 }, 'IT power as a share of fullLoad.'),
    pue: pueValue('PUE at that load.'),
  },
  'A point of the curve.',
);

const points = list(point, { min: 1, max: 100 }, 'By rising load; linear between, flat beyond both ends.');

export const pue = z
  .union([
    section(
      {
        curve: derived(points, 'none: give curves instead'),
        curves: derived(
          list(
            section(
              {
                celsius: quantity('celsius', { min: -60, max: 60 }, 'Temperature outside.'),
                points,
              },
              'The curve at one temperature.',
            ),
            { min: 1, max: 20 },
            'By rising temperature; needs a file of temperatures.',
          ),
          'none: curve holds at all temperatures',
        ),
        temperature: derived(
          section(seriesFile('temperature.csv', 'temperature'), 'Temperatures outside, in °C.'),
          'none',
        ),
        fullLoad: derived(
          quantity('watts', { above: 0, max: 1e12 }, 'IT power of the fleet at full load.'),
          'nameplate power of all nodes',
        ),
      },
      'PUE by load, and by the temperature outside.',
    ),
    pueValue('Facility energy over IT energy.'),
  ])
  .meta({
    description:
      'Facility energy over IT energy; AWS fleet 1.15, survey mean 1.56 (2024). A number or a curve.',
  });

export const carbon = section(
  {
    intensity: derived(
      z
        .union([
          section(seriesFile('intensity.csv', 'intensity'), 'Intensities in g/kWh.'),
          quantity('gramsPerKwh', { min: 0, max: 3000 }, 'Grams per kWh.'),
        ])
        .meta({ description: 'Of the grid, location-based average: a number or a file.' }),
      'of the region; without one no operational carbon is reported',
    ),
    unit: derived(choice(['gCO2e', 'gCO2'], 'What the source counts.'), 'of the region, or gCO2e'),
    contractedShare: derived(
      quantity(
        'share',
        { min: 0, max: 1 },
        'Contracted from carbon-free sources: lowers the market-based figure alone.',
      ),
      'of the region, or 0',
    ),
    embodied: derived(
      quantity('kilograms', { min: 0, max: 1e6 }, 'CO2e of making a node.'),
      `${ECONOMICS_DEFAULTS.embodiedKgPerGpu} kg per GPU of the pools’ node (an A100 with its share of the host; Chien et al., 2023)`,
    ),
  },
  'Carbon of the energy and of making the nodes, which is spread over economics.life.',
);
