// The tables that a run's folder holds, by name: which there are, and each opened to be read once.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { isFolder, SUMMARY, type ResultFile } from '../files.ts';
import { csvTable } from './csv-table.ts';
import { summaryTable } from './summary-table.ts';
import type { Table } from './table.ts';

export const TABLES = ['windows', 'hourly', 'ledger', 'scaling', 'requests', 'summary'] as const;

export type TableName = (typeof TABLES)[number];

const FILES: Record<TableName, ResultFile> = {
  windows: 'windows.csv',
  hourly: 'hourly.csv',
  ledger: 'ledger.csv',
  scaling: 'scaling.csv',
  requests: 'requests.parquet',
  summary: 'summary.json',
};

/** Why a whole run may lack one. */
const WHY_NONE: Partial<Record<TableName, string>> = {
  scaling: 'nothing scales in it',
  requests: 'it was run without --requests',
  ledger: 'it was run by a version that wrote none',
};

const BYTES_MAX = 256e6;

/** UserError where the folder holds no run. */
export function tablesIn(dir: string): TableName[] {
  if (!existsSync(dir))
    throw new UserError(`${dir}: there is no such folder; name the folder given as --out`);
  if (!isFolder(dir)) throw new UserError(`${dir}: is a file; name the folder of a run's results`);
  if (!existsSync(path.join(dir, SUMMARY))) {
    throw new UserError(
      `${dir}: holds no results of a run (no ${SUMMARY}); name the folder given as --out, or finish the run`,
    );
  }
  return TABLES.filter((name) => existsSync(path.join(dir, FILES[name])));
}

/** UserError where the run has no such table, or it is damaged. */
export async function openTable(dir: string, name: TableName): Promise<Table> {
  const file = tableFile(dir, name);
  if (name === 'requests') return (await import('../parquet/read.ts')).parquetTable(file);
  const text = readTextFile(file, { bytesMax: BYTES_MAX, what: 'result' });
  return name === 'summary' ? summaryTable(file, text) : csvTable(file, text);
}

/** Where it is stored; UserError where the run has none. */
export function tableFile(dir: string, name: TableName): string {
  const there = tablesIn(dir);
  if (there.includes(name)) return path.join(dir, FILES[name]);
  const why = WHY_NONE[name] === undefined ? '' : `: ${WHY_NONE[name]}`;
  throw new UserError(`${dir} has no table ${name} (no ${FILES[name]})${why}; it has ${there.join(', ')}`);
}
