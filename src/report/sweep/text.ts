// What a sweep has found, for the terminal: a line per variant, what each parameter does on average, and what failed.
import type { Table } from '../../accuracy/show/tables.ts';
import { textTables } from '../../accuracy/show/text.ts';
import type { Analysis, VariantResult } from '../../experiment/sweep/analysis/analysis.ts';
import type { Interval } from '../../experiment/sweep/analysis/interval.ts';
import { count, quantity } from '../format.ts';
import { commandOf } from './table.ts';

const VARIANTS_SHOWN = 40;
const FAILURES_SHOWN = 10;
const LEVELS_SHOWN = 12;
const DECIMALS_MAX = 6;

export function sweepText(analysis: Analysis): string {
  const tables = [variantTable(analysis), ...effectTables(analysis)];
  return [...notesBefore(analysis), textTables(tables), ...notesAfter(analysis)].join('\n');
}

/** `9.10 ± 0.12`: the half-width with two digits, the mean as far as they go. */
export function intervalText({ mean, halfWidth }: Interval): string {
  if (Number.isNaN(mean)) return '—';
  if (Number.isNaN(halfWidth) || halfWidth === 0) return fixed(mean, undefined);
  return `${fixed(mean, halfWidth)} ± ${fixed(halfWidth, halfWidth)}`;
}

/** With as many decimals as two digits of `precision` have. */
export function fixed(value: number, precision: number | undefined): string {
  if (precision === undefined)
    return Math.abs(value) < 1 ? String(Number(value.toPrecision(5))) : quantity(value);
  const decimals = Math.max(0, Math.min(DECIMALS_MAX, 1 - Math.floor(Math.log10(precision))));
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return (formats[decimals] ??= new Intl.NumberFormat('en-US', digits)).format(value);
}

/** By decimals: making one takes as long as formatting a table with it. */
const formats: Intl.NumberFormat[] = [];

function signed(interval: Interval): string {
  return (interval.mean > 0 ? '+' : '') + intervalText(interval);
}

function variantTable(analysis: Analysis): Table {
  const { experiment, baseline } = analysis.result.plan;
  const axes = experiment.axes.map(({ name }) => name);
  const hasLimits = experiment.constraints.length > 0;
  const hasSeeds = analysis.variants.some(({ seeds }) => seeds > 1);
  return {
    title: `${experiment.name}: ${variantsSaid(analysis)}`,
    columns: [
      { title: '', isNumber: true },
      ...axes.map((title) => ({ title })),
      ...(hasSeeds ? [{ title: 'seeds', isNumber: true }] : []),
      ...experiment.responses.map((title) => ({ title, isNumber: true })),
      ...(hasLimits ? [{ title: 'limits' }] : []),
      { title: 'front' },
    ],
    rows: shownVariants(analysis).map((one) => [
      `${one.variant.index + 1}${one.variant.index === baseline && analysis.variants.length > 1 ? '°' : ''}`,
      ...axes.map((axis) => one.variant.labels[axis]),
      ...(hasSeeds ? [`${one.seeds - one.failed}`] : []),
      ...experiment.responses.map((key) => intervalText(one.responses[key])),
      ...(hasLimits ? [limitsText(one)] : []),
      one.isOnFront ? '*' : '',
    ]),
  };
}

export function limitsText({ constraints }: VariantResult): string {
  if (constraints.some(({ verdict }) => verdict === 'unknown')) return '—';
  const broken = constraints.filter(({ verdict }) => verdict !== 'met');
  const text =
    broken.length === 0 ? 'met' : broken.map(({ constraint }) => `not ${constraint.text}`).join(', ');
  return constraints.every(({ isSure }) => isSure) ? text : `${text} (within chance)`;
}

function variantsSaid({ variants, result }: Analysis): string {
  return `${count(variants.length)} variants, ${count(result.rows.length)} runs`;
}

/** All of a small sweep; of a large one those on the front, and the first. */
function shownVariants({ variants }: Analysis): VariantResult[] {
  if (variants.length <= VARIANTS_SHOWN) return variants;
  const chosen = variants.filter(({ isOnFront }) => isOnFront).slice(0, VARIANTS_SHOWN);
  const others = variants.filter(({ isOnFront }) => !isOnFront).slice(0, VARIANTS_SHOWN - chosen.length);
  return [...chosen, ...others].toSorted((a, b) => a.variant.index - b.variant.index);
}

function effectTables({ effects }: Analysis): Table[] {
  return Object.entries(effects).flatMap(([response, ofAxes]): Table[] => {
    const rows = ofAxes.flatMap(({ axis, levels }) =>
      levels.length < 2 || levels.length > LEVELS_SHOWN
        ? []
        : levels.map(({ label, mean, effect }, i) => [
            i === 0 ? axis : '',
            label,
            Number.isNaN(effect.halfWidth) || effect.halfWidth === 0
              ? quantity(mean)
              : fixed(mean, effect.halfWidth),
            signed(effect),
          ]),
    );
    if (ofAxes.length < 2 || rows.length === 0) return [];
    const columns = [
      { title: 'parameter' },
      { title: 'level' },
      { title: 'mean', isNumber: true },
      { title: 'to the mean of all', isNumber: true },
    ];
    return [{ title: `What each parameter does to ${response}, on average over the others`, columns, rows }];
  });
}

function notesBefore({ result }: Analysis): string[] {
  const { plan, isPartial, simulated, cached } = result;
  const lines = [
    `${count(simulated)} points simulated, ${count(cached)} rows from the cache${isPartial ? '; not all there yet' : ''}`,
  ];
  if (plan.cells.length > 0)
    lines.push(`So that all variants see the same arrivals: ${plan.cells.join(', ')} in all of them`);
  return [...lines, ''];
}

function notesAfter(analysis: Analysis): string[] {
  const { result, variants, failures } = analysis;
  const { experiment, baseline } = result.plan;
  const lines: string[] = [];
  const shown = shownVariants(analysis).length;
  if (shown < variants.length)
    lines.push(`… and ${count(variants.length - shown)} variants more, in variants.csv`);
  const objectives = experiment.objectives.map(({ key, sense }) => `${sense} ${key}`).join(', ');
  if (objectives !== '')
    lines.push(`* on the Pareto front (${objectives}), among variants within all limits`);
  const seeds = Math.max(...variants.map(({ seeds: own }) => own));
  const share = Math.round(experiment.confidence * 1e6) / 1e4;
  lines.push(
    seeds > 1
      ? `± is half the ${share} % interval over seeds (Student’s t); differences to variant ${baseline + 1} (°) are in variants.csv`
      : 'One seed: no intervals; --seeds 5 gives some',
  );
  const partial = variants.reduce((sum, one) => sum + one.partial, 0);
  if (partial > 0)
    lines.push(
      `${count(partial)} runs did not come to their end: their queue outlived the drain (column partial)`,
    );
  if (failures.length > 0) lines.push('', ...failureLines(analysis));
  return lines;
}

/** One line per kind of mistake, with a command that shows it. */
function failureLines({ failures, result }: Analysis): string[] {
  const byMessage = new Map<string, typeof failures>();
  for (const row of failures) {
    const message = row.error!.message.split('\n')[0];
    byMessage.set(message, [...(byMessage.get(message) ?? []), row]);
  }
  const lines = [`${count(failures.length)} of ${count(result.rows.length)} runs failed:`];
  for (const [message, rows] of [...byMessage].slice(0, FAILURES_SHOWN)) {
    const [{ variant, seed, error }] = rows;
    const who =
      rows.length === 1
        ? `variant ${variant.index + 1}`
        : `${rows.length} runs, first of variant ${variant.index + 1}`;
    lines.push(`  ${who} (${error!.kind}): ${message}`);
    lines.push(`    ${commandOf(result.plan.experiment.scenarioPath, variant.overrides, seed)}`);
  }
  if (byMessage.size > FAILURES_SHOWN)
    lines.push(`  … and ${byMessage.size - FAILURES_SHOWN} other messages, in sweep.csv`);
  return lines;
}
