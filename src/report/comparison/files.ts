// What a comparison leaves beside the folders of its runs. Each file is written aside and renamed into place, so that
// none is ever cut off; all of them can be made again from the runs' own.
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Comparison } from '../../experiment/compare/comparison.ts';
import { UserError } from '../../kernel/user-error.ts';
import { explanation, makeFolder } from '../files.ts';
import { comparisonCsv, comparisonJson } from './fields.ts';
import { paretoSvg } from './pareto-svg.ts';
import { replicasSvg } from './replicas-svg.ts';
import type { TableOptions } from './tables.ts';
import { comparisonMarkdown } from './text.ts';

const JSON_FILE = 'compare.json';

export interface ComparisonFileOptions extends TableOptions {
  version: string;
  svg: boolean;
}

/** UserError where a comparison would be replaced unasked. */
export function checkComparisonFolder(dir: string, { force }: { force: boolean }): void {
  if (!force && existsSync(path.join(dir, JSON_FILE)))
    throw new UserError(`${dir} holds a comparison already; give --force to replace it, or another --out`);
}

/** Names of the files written. */
export function writeComparison(
  dir: string,
  comparison: Comparison,
  options: ComparisonFileOptions,
): string[] {
  const files: Record<string, string> = {
    [JSON_FILE]: `${JSON.stringify(comparisonJson(comparison, options.version), null, 2)}\n`,
    'compare.csv': comparisonCsv(comparison),
    'compare.md': comparisonMarkdown(comparison, options),
    ...(options.svg && {
      'compare-replicas.svg': replicasSvg(comparison),
      'compare-pareto.svg': paretoSvg(comparison),
    }),
  };
  try {
    makeFolder(dir);
    for (const [name, text] of Object.entries(files)) {
      const place = path.join(dir, name);
      writeFileSync(`${place}.part`, text, { flush: true });
      renameSync(`${place}.part`, place);
    }
  } catch (error) {
    throw explanation(`cannot write the comparison to ${dir}`, error);
  }
  return Object.keys(files);
}
