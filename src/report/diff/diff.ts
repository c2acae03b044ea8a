// Two runs side by side, from their files: what their scenarios say differently, what they came to, what it cost, and
// where that comes from. As text and as JSON.
import path from 'node:path';
import { textTables } from '../../accuracy/show/text.ts';
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { tablesIn } from '../export/tables.ts';
import { SCENARIO, SUMMARY } from '../files.ts';
import { usd } from '../format.ts';
import { causes } from './causes.ts';
import { costDifferences, resultDifferences, type Summary } from './results.ts';
import { readScenario, scenarioDifferences } from './scenario.ts';
import { changeText, valueText } from './values.ts';

const BYTES_MAX = 256e6;

interface SavedRun {
  dir: string;
  summary: Summary;
  scenario: unknown;
}

export type Difference = ReturnType<typeof differenceOf>;

/** UserError where one of the folders holds no run. */
export function differenceOf(dirA: string, dirB: string) {
  const [a, b] = [readRun(dirA), readRun(dirB)];
  const scenario = scenarioDifferences(a.scenario, b.scenario);
  const results = resultDifferences(a.summary, b.summary);
  const cost = costDifferences(a.summary, b.summary);
  const resultsDiffer = results.length + cost.length > 0;
  return {
    a,
    b,
    causes: causes({ a: a.summary, b: b.summary, scenario, resultsDiffer }),
    scenario,
    results,
    cost,
  };
}

function readRun(dir: string): SavedRun {
  tablesIn(dir);
  const file = (name: string) => path.join(dir, name);
  const text = (name: string) => readTextFile(file(name), { bytesMax: BYTES_MAX, what: 'result' });
  return {
    dir,
    summary: summaryOf(file(SUMMARY), text(SUMMARY)),
    scenario: readScenario(file(SCENARIO), text(SCENARIO)),
  };
}

function summaryOf(file: string, text: string): Summary {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'scenario' in value) return value as Summary;
  } catch {
    // Told below.
  }
  throw new UserError(`${file}: is no summary of a run; run the scenario again with --force`);
}

/** `all`: not only the figures that are asked for first. */
export function differenceText(difference: Difference, { all }: { all: boolean }): string {
  const { a, b, scenario, results, cost } = difference;
  const shown = results.filter(({ isMain }) => all || isMain);
  const number = (title: string) => ({ title, isNumber: true });
  const tables = [
    {
      title: 'Scenario',
      columns: [{ title: '' }, number('a'), number('b')],
      rows: scenario.map((row) => [row.path, valueText(row.a, ''), valueText(row.b, '')]),
    },
    {
      title: 'Results',
      columns: [{ title: '' }, number('a'), number('b'), number('change'), { title: '' }],
      rows: shown.map((row) => [
        row.key,
        valueText(row.a, row.unit),
        valueText(row.b, row.unit),
        changeText(row),
        row.unit,
      ]),
    },
    {
      title: 'Cost by part',
      columns: [{ title: '' }, number('a'), number('b'), number('difference'), number('change')],
      rows: cost.map(({ part, aUsd, bUsd, differenceUsd, change }) => [
        part,
        usd(aUsd),
        usd(bUsd),
        differenceUsd === 0 ? '' : `${differenceUsd < 0 ? '−' : '+'}${usd(Math.abs(differenceUsd))}`,
        differenceUsd === 0 ? '' : changeText({ a: aUsd, b: bUsd, unit: '$', change }),
      ]),
    },
  ].filter(({ rows }) => rows.length > 0);
  const head = [`a  ${a.dir}  ${title(a)}`, `b  ${b.dir}  ${title(b)}`, '', ...difference.causes];
  const more = results.length - shown.length;
  return [
    `${head.join('\n').trimEnd()}\n`,
    ...(tables.length > 0 ? [textTables(tables)] : []),
    ...(more > 0 ? [`${more} more figures differ; --all shows them.\n`] : []),
  ].join('\n');
}

function title({ summary }: SavedRun): string {
  const { scenario, seed, version, partial } = summary;
  return `${String(scenario)} · seed ${String(seed)} · fleetday ${String(version)}${partial === true ? ' · PARTIAL' : ''}`;
}

export function differenceJson({ a, b, results, ...difference }: Difference): string {
  const identity = ({ dir, summary: { scenario, seed, version, partial } }: SavedRun) => {
    return { dir, scenario, seed, version, partial };
  };
  const figures = results.map(({ key, unit, a: ofA, b: ofB, change }) => ({
    key,
    unit,
    a: ofA,
    b: ofB,
    change,
  }));
  const withNulls = (_: string, value: unknown) => (value === undefined ? null : value);
  return `${JSON.stringify({ a: identity(a), b: identity(b), ...difference, results: figures }, withNulls, 2)}\n`;
}
