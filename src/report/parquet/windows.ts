// windows.parquet and hourly.parquet: the columns and rows of the CSV files of the same names, read from them, so that
// the two can never differ.
import { csvTable } from '../export/csv-table.ts';
import type { ResultFiles } from '../files.ts';
import { parquetBytes } from './write.ts';

export type WindowTables = Pick<ResultFiles, 'windows.parquet' | 'hourly.parquet'>;

/** Beside the CSV files of a run. */
export async function windowTables(
  files: Pick<ResultFiles, 'windows.csv' | 'hourly.csv'>,
): Promise<WindowTables> {
  return {
    'windows.parquet': await parquetBytes(csvTable('windows.csv', files['windows.csv'])),
    'hourly.parquet': await parquetBytes(csvTable('hourly.csv', files['hourly.csv'])),
  };
}
