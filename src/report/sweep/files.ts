// The folder of a sweep: its files are written aside and renamed into place, sweep.json last, so that a folder with a
// sweep.json holds a whole set. What is there of the same sweep is replaced (the same sweep gives the same bytes), that of
// another is not.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../kernel/user-error.ts';
import type { Analysis } from '../../experiment/sweep/analysis/analysis.ts';
import { explanation, makeFolder } from '../files.ts';
import { loadDraw } from '../html/chart.ts';
import { tableCsv, tableParquet } from './columns.ts';
import { sweepJson, variantsCsv } from './fields.ts';
import { sweepPage } from './html/page.ts';
import { sweepTable } from './table.ts';

const JSON_FILE = 'sweep.json';

/** `out/<experiment>-<hash>`. */
export function sweepFolder(root: string, { name, hash }: { name: string; hash: string }): string {
  return path.join(root, `${name}-${hash}`);
}

/** UserError where another sweep's results would be replaced, or nothing can be written. */
export function prepareSweepFolder(dir: string, hash: string): void {
  const place = path.join(dir, JSON_FILE);
  if (existsSync(place) && hashIn(place) !== hash)
    throw new UserError(`${dir} holds another sweep; give another --out, or move it away`);
  const probe = path.join(dir, '.fleetday-probe');
  try {
    makeFolder(dir);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw explanation(`cannot write the sweep to ${dir}`, error);
  }
}

function hashIn(place: string): unknown {
  try {
    return (JSON.parse(readFileSync(place, 'utf8')) as { hash?: unknown }).hash;
  } catch {
    return undefined;
  }
}

/** Names of the files written. */
export async function writeSweep(dir: string, analysis: Analysis): Promise<string[]> {
  const table = sweepTable(analysis.result);
  const files: Record<string, string | Uint8Array> = {
    'sweep.csv': tableCsv(table),
    'sweep.parquet': await tableParquet(table),
    'variants.csv': variantsCsv(analysis),
    'sweep.html': sweepPage(analysis, await loadDraw()),
    [JSON_FILE]: `${JSON.stringify(sweepJson(analysis), null, 2)}\n`,
  };
  const staged = (name: string) => path.join(dir, `.${name}.part`);
  try {
    makeFolder(dir);
    for (const [name, contents] of Object.entries(files))
      writeFileSync(staged(name), contents, { flush: true });
    rmSync(path.join(dir, JSON_FILE), { force: true });
    for (const name of Object.keys(files)) renameSync(staged(name), path.join(dir, name));
  } catch (error) {
    for (const name of Object.keys(files)) rmSync(staged(name), { force: true });
    throw explanation(`cannot write the sweep to ${dir}`, error);
  }
  return Object.keys(files);
}
