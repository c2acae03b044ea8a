// The keys of summary.json that are about carbon.
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { DayFigures } from '../day.ts';
import { field, type Field } from '../field.ts';
import { intensitySource } from './sources.ts';

interface Source {
  day: DayFigures;
  loaded: LoadedScenario;
}

export const CARBON_FIELDS: readonly Field<Source>[] = [
  field(
    'location_kg',
    'kg',
    'operational: facility energy × intensity of the grid; null where that is not known',
    (s) => kilograms(s.day.cost.locationGrams, s),
  ),
  field('market_kg', 'kg', 'the same × (1 − contracted share)', (s) => kilograms(s.day.cost.marketGrams, s)),
  field(
    'embodied_kg',
    'kg',
    'of making the nodes, spread over their life',
    (s) => s.day.cost.embodiedGrams / 1000,
  ),
  field(
    'carbon_unit',
    '',
    'what operational carbon counts: gCO2e, or gCO2 where the source has only that',
    (s) =>
      s.loaded.scenario.economics.carbon.gramsPerKwh === undefined
        ? undefined
        : s.loaded.scenario.economics.carbon.unit,
  ),
  field('mean_grams_per_kwh', 'g/kWh', 'location_kg / facility_kwh', (s) => s.day.gramsPerKwhMean),
  field('grams_per_kwh_source', '', 'publisher and year, or the file', ({ loaded: { scenario } }) =>
    intensitySource(scenario.economics),
  ),
  field('grams_per_request', 'g', 'location_kg / completed', (s) => s.day.gramsPerRequest),
  field('embodied_grams_per_request', 'g', 'embodied_kg / completed', (s) => s.day.embodiedGramsPerRequest),
];

/** A run of no rows has a sum all the same. */
function kilograms(grams: number | undefined, { loaded }: Source): number | undefined {
  const { gramsPerKwh } = loaded.scenario.economics.carbon;
  return grams === undefined || gramsPerKwh === undefined ? undefined : grams / 1000;
}
