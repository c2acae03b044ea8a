// Where an exported table goes: which files, or the standard output; and writing to them. A file is written beside its
// place and moved in when it is whole.
import { copyFile, rename, rm } from 'node:fs/promises';
import { createWriteStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../kernel/user-error.ts';
import type { TableName } from '../../report/export/tables.ts';
import { explanation, isFolder, makeFolder } from '../../report/files.ts';

export const FORMATS = ['parquet', 'csv', 'jsonl'] as const;

export type Format = (typeof FORMATS)[number];

export interface ExportOptions {
  format: Format;
  table: TableName | undefined;
  out: string | undefined;
  force: boolean;
}

export interface Target {
  table: TableName;
  /** `-`: standard output. */
  file: string;
}

export const STANDARD_OUTPUT = '-';

/** Parquet files that belong to a run's results: the next run into the folder replaces them. */
const OWN_PARQUET: readonly TableName[] = ['windows', 'hourly'];

/** `there`: the tables that the run has. */
export function targetsOf(dir: string, there: readonly TableName[], options: ExportOptions): Target[] {
  const { format, table, out } = options;
  if (out === STANDARD_OUTPUT) return [toStandardOutput(format, table)];
  if (out === undefined) return withoutOut(dir, format, table);
  const isDirectory = isFolder(out) || /[/\\]$/.test(out) || table === undefined;
  if (!isDirectory) return [unlessThere({ table, file: out }, options)];
  if (existsSync(out) && !isFolder(out)) {
    throw new UserError(
      `--out ${out}: is a file, and there are several tables; name a folder, or give --table`,
    );
  }
  const tables = table === undefined ? there : [table];
  return tables.map((name) =>
    unlessThere({ table: name, file: path.join(out, `${name}.${format}`) }, options),
  );
}

function toStandardOutput(format: Format, table: TableName | undefined): Target {
  if (table === undefined)
    throw new UserError('--out -: one table goes there; give --table, e.g. --table windows');
  if (format === 'parquet')
    throw new UserError('--out -: Parquet is no text; name a file, e.g. --out windows.parquet');
  return { table, file: STANDARD_OUTPUT };
}

function withoutOut(dir: string, format: Format, table: TableName | undefined): Target[] {
  if (format !== 'parquet') {
    if (table !== undefined) return [{ table, file: STANDARD_OUTPUT }];
    throw new UserError(
      `--format ${format}: give --table to write one table to the screen, or --out for all of them`,
    );
  }
  if (table !== undefined && !OWN_PARQUET.includes(table)) {
    throw new UserError(
      `--table ${table}: give --out; only ${OWN_PARQUET.join(' and ')} stand beside the run's files`,
    );
  }
  const tables = table === undefined ? OWN_PARQUET : [table];
  return tables.map((name) => ({ table: name, file: path.join(dir, `${name}.parquet`) }));
}

function unlessThere(target: Target, { force }: ExportOptions): Target {
  // A device would be replaced by a file.
  if (existsSync(target.file) && !statSync(target.file).isFile()) {
    throw new UserError(`${target.file}: is no regular file; give another --out`);
  }
  if (!force && existsSync(target.file)) {
    throw new UserError(`${target.file} exists already; give --force to replace it, or another --out`);
  }
  return target;
}

/** Waits while the reader is behind; one who has seen enough (`| head`) ends it. */
export async function writeToStandardOutput(pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    // What else may be wrong with the standard output is told where the program begins.
    if (error instanceof UserError || !('code' in (error as Error))) throw error;
  }
}

/** The contents, or the path of a file to copy. */
export async function writeToFile(
  file: string,
  contents: AsyncIterable<string | Uint8Array> | { copiedFrom: string },
): Promise<void> {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `.fleetday-unfinished-${path.basename(file)}`);
  try {
    makeFolder(folder);
    if ('copiedFrom' in contents) await copyFile(contents.copiedFrom, unfinished);
    else await pipeline(Readable.from(contents), createWriteStream(unfinished, { flush: true }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw explanation(`cannot write ${file}`, error);
  }
}
