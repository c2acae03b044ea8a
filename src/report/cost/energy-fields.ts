// The keys of summary.json that are about energy.
import type { RunResult } from '../../run/result.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { DayFigures } from '../day.ts';
import { field, type Field } from '../field.ts';
import { pueSource } from './sources.ts';

interface Source {
  result: RunResult;
  day: DayFigures;
  loaded: LoadedScenario;
}

export const ENERGY_FIELDS: readonly Field<Source>[] = [
  field('it_kwh', 'kWh', 'drawn by the nodes', (s) => s.day.cost.itKwh),
  field('facility_kwh', 'kWh', 'it_kwh × PUE', (s) => s.day.cost.facilityKwh),
  field('drain_it_kwh', 'kWh', 'during the drain, not in it_kwh', (s) => s.result.drainItKwh),
  field('idle_share', 'share', 'of energy, drawn while no step ran', (s) => s.day.idleShare),
  field('mean_it_kw', 'kW', 'mean power of the nodes', (s) => s.day.itWattsMean / 1000),
  field('peak_it_kw', 'kW', 'highest mean of a window', (s) => s.day.itWattsPeak / 1000),
  field('wh_per_request', 'Wh', 'facility energy / completed', (s) => s.day.whPerRequest),
  field(
    'kwh_per_million_output_tokens',
    'kWh',
    'facility energy / output tokens',
    (s) => s.day.kwhPerMillionOutputTokens,
  ),
  field(
    'gpu_seconds_per_request',
    's',
    'GPUs × simulated_seconds / completed',
    (s) => s.day.gpuSecondsPerRequest,
  ),
  field(
    'serving_it_kwh',
    'kWh',
    'of it_kwh, in steps, but for draining replicas',
    (s) => s.day.cost.servingKwh,
  ),
  field(
    'idle_it_kwh',
    'kWh',
    'of it_kwh, on without a step, weights loaded; unused GPUs too',
    (s) => s.day.cost.idleItKwh,
  ),
  field(
    'loading_it_kwh',
    'kWh',
    'of it_kwh, waiting for the node, loading weights, warming up',
    (s) => s.day.cost.loadingKwh,
  ),
  field(
    'draining_it_kwh',
    'kWh',
    'of it_kwh, by replicas that take nothing new (at the mean power of a step)',
    (s) => s.day.cost.drainingKwh,
  ),
  field('off_it_kwh', 'kWh', 'of it_kwh, by owned nodes that are off', (s) => s.day.cost.offKwh),
  field('mean_pue', '', 'facility_kwh / it_kwh', (s) => s.day.pueMean),
  field('pue_source', '', 'publisher and year', ({ loaded: { scenario } }) => pueSource(scenario.economics)),
];
