// The ledger's columns, of hourly.csv and ledger.csv: what a row cost, used and emitted.
import type { LedgerRow } from '../../economics/spec.ts';
import { field, type Field } from '../field.ts';

interface Source {
  ledger: LedgerRow;
}

type Numbers = {
  [key in keyof Required<LedgerRow>]: Required<LedgerRow>[key] extends number ? key : never;
}[keyof LedgerRow];

const column = (name: string, unit: string, meaning: string, key: Numbers): Field<Source> =>
  field(name, unit, meaning, ({ ledger }) => ledger[key]);

/** What it used. */
export const USE_COLUMNS: readonly Field<Source>[] = [
  column('facility_kwh', 'kWh', 'it_kwh × PUE', 'facilityKwh'),
  column('idle_facility_kwh', 'kWh', 'of these, while no step ran', 'idleKwh'),
  column('node_hours', 'h', 'nodes that are on × hours', 'nodeHours'),
];

/** What it cost. */
export const PRICE_COLUMNS: readonly Field<Source>[] = [
  column('usd_per_kwh', '$/kWh', 'price of electricity, mean over the energy drawn', 'usdPerKwh'),
  column('electricity_usd', '$', 'as in summary.json', 'electricityUsd'),
  column('amortization_usd', '$', 'as in summary.json', 'amortizationUsd'),
  column('rent_usd', '$', 'as in summary.json', 'rentUsd'),
  column('total_usd', '$', 'sum of these three and of the five parts below', 'totalUsd'),
];

/** The other parts, whose energy it was, who it was for, what it emitted. */
export const PART_COLUMNS: readonly Field<Source>[] = [
  column('maintenance_usd', '$', 'as in summary.json', 'maintenanceUsd'),
  column('storage_usd', '$', 'as in summary.json', 'storageUsd'),
  column('transfer_usd', '$', 'as in summary.json', 'transferUsd'),
  column('staff_usd', '$', 'as in summary.json', 'staffUsd'),
  column('licences_usd', '$', 'as in summary.json', 'licencesUsd'),
  column('reserved_usd', '$', 'of rent_usd, for reserved nodes', 'reservedUsd'),
  column('spot_usd', '$', 'of rent_usd, for spot nodes', 'spotUsd'),
  column('prefill_usd', '$', 'of total_usd, for prompts, by GPU-time', 'prefillUsd'),
  column('decode_usd', '$', 'of total_usd, for output tokens, likewise', 'decodeUsd'),
  column('idle_usd', '$', 'of total_usd, while GPUs ran no step', 'idleUsd'),
  column('location_grams', 'g', 'operational carbon, location-based', 'locationGrams'),
  column('market_grams', 'g', 'the same, market-based', 'marketGrams'),
  column('embodied_grams', 'g', 'of making the nodes', 'embodiedGrams'),
];

/** What a pool did: as in energy.csv, summed. */
export const STATE_COLUMNS: readonly Field<Source>[] = [
  column('serving_kwh', 'kWh', 'of it_kwh, in steps, but for draining replicas', 'servingKwh'),
  column('idle_kwh', 'kWh', 'of it_kwh, on without a step, weights loaded', 'idleItKwh'),
  column('loading_kwh', 'kWh', 'of it_kwh, waiting for the node, loading weights', 'loadingKwh'),
  column('draining_kwh', 'kWh', 'of it_kwh, replicas that take nothing new', 'drainingKwh'),
  column('off_kwh', 'kWh', 'of it_kwh, nodes that are off', 'offKwh'),
  column('step_free_kwh', 'kWh', 'of it_kwh, while no step ran', 'stepFreeItKwh'),
  column('billed_node_hours', 'h', 'node_hours as rent bills them', 'billedNodeHours'),
  column('spot_node_hours', 'h', 'of these, on nodes that can be taken back', 'spotNodeHours'),
  column('prefill_gpu_seconds', 's', 'GPU-time in steps for prompts', 'prefillGpuSeconds'),
  column('decode_gpu_seconds', 's', 'GPU-time in steps for output tokens', 'decodeGpuSeconds'),
  column('paid_gpu_seconds', 's', 'GPU-time that was paid for', 'paidGpuSeconds'),
];
