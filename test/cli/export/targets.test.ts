// Where exported tables go, by what the user has typed.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { targetsOf, type ExportOptions } from '../../../src/cli/export/targets.ts';
import type { TableName } from '../../../src/report/export/tables.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const file = path.join(folder, 'file');
writeFileSync(file, '');
mkdirSync(path.join(folder, 'there'));

const there: TableName[] = ['windows', 'hourly', 'summary'];
const targets = (options: Partial<ExportOptions>) =>
  targetsOf('run', there, { format: 'csv', table: undefined, out: undefined, force: false, ...options }).map(
    ({ table, file: to }) => `${table} → ${to}`,
  );

describe('where tables go', () => {
  it('is beside the results for Parquet of windows and hours', () => {
    expect(targets({ format: 'parquet' })).toEqual([
      'windows → run/windows.parquet',
      'hourly → run/hourly.parquet',
    ]);
    expect(targets({ format: 'parquet', table: 'hourly' })).toEqual(['hourly → run/hourly.parquet']);
    expect(() => targets({ format: 'parquet', table: 'summary' })).toThrow('--table summary: give --out');
  });

  it('is the standard output for one table as text', () => {
    expect(targets({ table: 'summary' })).toEqual(['summary → -']);
    expect(targets({ table: 'summary', out: '-' })).toEqual(['summary → -']);
    expect(() => targets({})).toThrow('--format csv: give --table to write one table to the screen');
    expect(() => targets({ out: '-' })).toThrow('one table goes there; give --table');
    expect(() => targets({ format: 'parquet', table: 'hourly', out: '-' })).toThrow('Parquet is no text');
  });

  it('is a folder for several tables, or where it is one, or ends like one', () => {
    const all = there.map((table) => `${table} → ${path.join('new', `${table}.jsonl`)}`);
    expect(targets({ format: 'jsonl', out: 'new' })).toEqual(all);
    expect(targets({ table: 'hourly', out: 'new/' })).toEqual(['hourly → new/hourly.csv']);
    const inThere = path.join(folder, 'there');
    expect(targets({ table: 'hourly', out: inThere })).toEqual([`hourly → ${inThere}/hourly.csv`]);
    expect(() => targets({ out: file })).toThrow('is a file, and there are several tables');
  });

  it('is a file for one, never one that is there unasked, and never a device', () => {
    expect(targets({ table: 'hourly', out: 'x.txt' })).toEqual(['hourly → x.txt']);
    expect(() => targets({ table: 'hourly', out: file })).toThrow('exists already; give --force');
    expect(targets({ table: 'hourly', out: file, force: true })).toEqual([`hourly → ${file}`]);
    expect(() => targets({ table: 'hourly', out: '/dev/null', force: true })).toThrow('is no regular file');
  });
});
