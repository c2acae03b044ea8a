// A finished run with other prices: its figures of energy, money and carbon anew, and all its files with them, the rest
// as it was. What a simulation with these prices would have written, but for the last bits of sums.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PricedRun } from '../../experiment/reprice.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import type { RunResult } from '../../run/result.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { CARBON_FIELDS } from '../cost/carbon-fields.ts';
import { COST_FIELDS } from '../cost/cost-fields.ts';
import { ENERGY_FIELDS } from '../cost/energy-fields.ts';
import { costFigures } from '../cost/figures.ts';
import { ledgerCsv } from '../cost/ledger-csv.ts';
import { LEDGER_COLUMNS } from '../csv.ts';
import type { DayFigures } from '../day.ts';
import type { Cell } from '../field.ts';
import { RESULT_FILES, type ResultFiles } from '../files.ts';

export type Summary = Record<string, string | number | boolean | null>;

/** They do not depend on prices, and not all of what they are made of is kept. */
const KEPT: readonly string[] = ['drain_it_kwh', 'peak_it_kw'];

export interface RepricedRun {
  loaded: LoadedScenario;
  info: RunInfo;
  priced: PricedRun;
}

/** summary.json with the figures that follow from the ledger at its new prices. */
export function repricedSummary(old: Summary, run: RepricedRun): Summary {
  const result = resultOf(old, run);
  const source = { result, loaded: run.loaded, day: costFigures(result) as DayFigures };
  const fields = [...ENERGY_FIELDS, ...COST_FIELDS, ...CARBON_FIELDS];
  const anew = fields
    .filter(({ key }) => !KEPT.includes(key))
    .map(({ key, read }) => [key, orNull(read(source))] as const);
  return { ...old, scenario_hash: run.loaded.hash, ...Object.fromEntries(anew) };
}

/** As much of a result as the figures and the ledger's file are made of. */
function resultOf(old: Summary, { info, priced }: RepricedRun): RunResult {
  const number = (key: string) => Number(old[key] ?? NaN);
  const total = {
    finished: number('completed'),
    promptTokens: number('total_input_tokens'),
    outputTokens: number('total_output_tokens'),
  };
  return {
    info,
    total,
    simulatedSeconds: number('simulated_seconds'),
    ledger: priced.rows,
    ledgerByPool: priced.rowsByPool,
    demandCharge: priced.demandCharge,
  } as unknown as RunResult;
}

/** All files of the folder, with the prices that are new. */
export function repricedFiles(dir: string, old: Summary, run: RepricedRun): ResultFiles {
  const read = (name: string) => readFileSync(path.join(dir, name), 'utf8');
  const same = RESULT_FILES.filter((name) =>
    ['windows.csv', 'energy.csv', 'latencies.csv', 'scaling.csv', 'events.yaml'].includes(name),
  );
  const kept = same.flatMap((name) => {
    try {
      return [[name, read(name)]];
    } catch {
      return []; // Not every run has each of them.
    }
  });
  return {
    ...(Object.fromEntries(kept) as Pick<ResultFiles, 'windows.csv' | 'energy.csv'>),
    'scenario.resolved.yaml': run.loaded.resolvedYaml,
    'hourly.csv': withLedger(read('hourly.csv'), run.priced, path.join(dir, 'hourly.csv')),
    'ledger.csv': ledgerCsv(resultOf(old, run)),
    'summary.json': `${JSON.stringify(repricedSummary(old, run), null, 2)}\n`,
  };
}

/** hourly.csv with the ledger's columns anew. */
function withLedger(text: string, { rows }: PricedRun, file: string): string {
  const lines = text.split('\r\n').filter((line) => line !== '');
  const names = lines[0].split(',');
  if (lines.length !== rows.length + 1) {
    throw new UserError(
      `${file}: has ${lines.length - 1} rows, the ledger ${rows.length}; run the scenario again`,
    );
  }
  const columns = LEDGER_COLUMNS.filter(({ key }) => !key.startsWith('replica_hours'));
  const body = lines.slice(1).map((line, i) => {
    const cells = line.split(',');
    for (const { key, read } of columns) {
      const at = names.indexOf(key);
      if (at < 0) throw new UserError(`${file}:1: has no column ${key}; run the scenario again`);
      cells[at] = cellText(read({ ledger: rows[i] } as Parameters<typeof read>[0]));
    }
    return cells.join(',');
  });
  return [lines[0], ...body].map((line) => `${line}\r\n`).join('');
}

function cellText(cell: Cell): string {
  return cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell)) ? '' : String(cell);
}

function orNull(value: Cell): string | number | boolean | null {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
}
