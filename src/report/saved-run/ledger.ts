// The ledger of a saved run: rows of all pools and of each, and what they were made of, window by window. Older versions
// wrote hourly.csv alone, with fewer columns: what is not there is missing, not zero.
import path from 'node:path';
import { csvRecords, type SourceRecord } from '../../accuracy/records.ts';
import type { LedgerWindow } from '../../economics/ledger.ts';
import type { LedgerRow, PoolWindow } from '../../economics/spec.ts';
import { UserError } from '../../kernel/user-error.ts';
import { ALL_POOLS } from '../cost/ledger-csv.ts';
import type { SavedFiles } from './files.ts';

export interface SavedLedger {
  /** Of all pools together, in time order. */
  ledger: LedgerRow[];
  /** Of each pool by name, in the order of the scenario; empty in results of older versions. */
  ledgerByPool: Map<string, LedgerRow[]>;
  /** Windows of the day; likewise. */
  ledgerWindows: LedgerWindow[];
}

const NEEDED = ['start_seconds', 'end_seconds'];

type Numbers = (key: string) => number;

/** `pools`: their names, in the order of the scenario. */
export function readLedger(files: SavedFiles, pools: readonly string[]): SavedLedger {
  if (!files.has('ledger.csv')) {
    const ledger = timedRecords(files, 'hourly.csv').map(rowOf);
    return { ledger, ledgerByPool: new Map(), ledgerWindows: [] };
  }
  const records = timedRecords(files, 'ledger.csv');
  const of = (name: string) => records.filter(({ fields }) => fields.pool === name).map(rowOf);
  const ledgerByPool = new Map(pools.map((name) => [name, of(name)]));
  const ledger = pools.length === 1 ? ledgerByPool.get(pools[0])! : of(ALL_POOLS);
  return { ledger, ledgerByPool, ledgerWindows: readWindows(files, pools) };
}

/** Rows stand window by window, the pools in their order. */
function readWindows(files: SavedFiles, pools: readonly string[]): LedgerWindow[] {
  if (!files.has('energy.csv')) return [];
  const windows: LedgerWindow[] = [];
  const records = timedRecords(files, 'energy.csv');
  for (let at = 0; at < records.length; at += pools.length) {
    const rows = records.slice(at, at + pools.length);
    const stray = rows.length < pools.length || rows.some(({ fields }, i) => fields.pool !== pools[i]);
    if (stray) {
      const file = path.join(files.dir, 'energy.csv');
      throw new UserError(
        `${file}:${rows[0].line}: a window has not one row for each of the pools ${pools.join(', ')}; ` +
          'run the scenario again with --force',
      );
    }
    const number = numbersOf(rows[0]);
    windows.push({
      startSeconds: number('start_seconds'),
      endSeconds: number('end_seconds'),
      pools: rows.map((row) => useOf(numbersOf(row))),
    });
  }
  return windows;
}

export function timedRecords(files: SavedFiles, name: string): SourceRecord[] {
  const file = path.join(files.dir, name);
  const text = files.text(name);
  // A run that was stopped before its first window has a header alone.
  if (text.trim().split('\n', 2).length === 1) return [];
  return csvRecords(file, text, (names) => {
    const missing = NEEDED.filter((key) => !names.includes(key));
    if (missing.length > 0)
      throw new UserError(`${file}:1: has no column ${missing.join(', ')}; is it the file of a run?`);
  });
}

/** An empty field is no value. */
export function numbersOf({ fields }: SourceRecord): Numbers {
  return (key) => (fields[key] === undefined || fields[key] === '' ? NaN : Number(fields[key]));
}

function useOf(number: Numbers): PoolWindow {
  return {
    itKwh: number('it_kwh'),
    servingKwh: number('serving_kwh'),
    idleItKwh: number('idle_kwh'),
    loadingKwh: number('loading_kwh'),
    drainingKwh: number('draining_kwh'),
    offKwh: number('off_kwh'),
    stepFreeItKwh: number('step_free_kwh'),
    nodeHours: number('node_hours'),
    billedNodeHours: number('billed_node_hours'),
    // Before nodes could be taken back, none was known to be a spot instance.
    spotNodeHours: number('spot_node_hours') || 0,
    prefillGpuSeconds: number('prefill_gpu_seconds'),
    decodeGpuSeconds: number('decode_gpu_seconds'),
    requests: number('completed'),
    promptTokens: number('input_tokens'),
    outputTokens: number('output_tokens'),
  };
}

function rowOf(record: SourceRecord): LedgerRow {
  const number = numbersOf(record);
  const { start_utc: startUtc = '', start_local: startLocal = '' } = record.fields;
  const known = (key: string) => (Number.isNaN(number(key)) ? undefined : number(key));
  return {
    ...useOf(number),
    startSeconds: number('start_seconds'),
    endSeconds: number('end_seconds'),
    startUtc,
    startLocal,
    facilityKwh: number('facility_kwh'),
    idleKwh: number('idle_facility_kwh'),
    usdPerKwh: number('usd_per_kwh'),
    electricityUsd: number('electricity_usd'),
    amortizationUsd: number('amortization_usd'),
    rentUsd: number('rent_usd'),
    maintenanceUsd: number('maintenance_usd'),
    storageUsd: number('storage_usd'),
    transferUsd: number('transfer_usd'),
    staffUsd: number('staff_usd'),
    licencesUsd: number('licences_usd'),
    reservedUsd: number('reserved_usd'),
    spotUsd: number('spot_usd'),
    totalUsd: number('total_usd'),
    paidGpuSeconds: number('paid_gpu_seconds'),
    prefillUsd: number('prefill_usd'),
    decodeUsd: number('decode_usd'),
    idleUsd: number('idle_usd'),
    locationGrams: known('location_grams'),
    marketGrams: known('market_grams'),
    embodiedGrams: number('embodied_grams'),
  };
}
