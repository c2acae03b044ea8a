// A response over the first two parameters, averaged over the others: a field of cells, darker where it is more, with the
// value in each. Left out: more than two dozen levels (the table has them), and fields with a single row.
import type { Analysis } from '../../../experiment/sweep/analysis/analysis.ts';
import { quantity } from '../../format.ts';
import type { Chart } from '../../html/chart.ts';

const LEVELS_MAX = 24;
const LEVELS_NARROW = 6;
const ROW_PIXELS = 30;
const FRAME_PIXELS = 70;
const LABEL_LETTERS = 22;

interface Cell {
  x: string;
  y: string;
  mean: number;
}

export function heatMaps({ result, variants }: Analysis): Chart[] {
  const { experiment } = result.plan;
  if (experiment.design.kind !== 'grid') return [];
  const axes = experiment.axes.flatMap((axis) => {
    if (axis.kind !== 'discrete' || axis.levels.length < 2 || axis.levels.length > LEVELS_MAX) return [];
    return [{ name: axis.name, labels: axis.levels.map(({ label }) => label) }];
  });
  const [across, down] = axes.toSorted((a, b) => b.labels.length - a.labels.length);
  if (down === undefined) return [];
  const isAveraged = experiment.axes.length > 2;
  return experiment.responses.flatMap((key) => {
    const cells = down.labels.flatMap((y) =>
      across.labels.map((x): Cell => {
        const own = variants.filter(
          ({ variant }) => variant.labels[across.name] === x && variant.labels[down.name] === y,
        );
        return { x, y, mean: own.reduce((sum, one) => sum + one.responses[key].mean, 0) / own.length };
      }),
    );
    const known = cells.filter(({ mean }) => Number.isFinite(mean));
    if (known.length === 0) return [];
    return [chartOf(key, known, { across, down, isAveraged })];
  });
}

interface Field {
  across: { name: string; labels: string[] };
  down: { name: string; labels: string[] };
  isAveraged: boolean;
}

function chartOf(key: string, cells: readonly Cell[], { across, down, isAveraged }: Field): Chart {
  const least = cells.reduce((a, b) => (b.mean < a.mean ? b : a));
  const most = cells.reduce((a, b) => (b.mean > a.mean ? b : a));
  const shade = shadeOf(least.mean, most.mean);
  const where = ({ x, y, mean }: Cell) => `${quantity(mean)} at ${across.name} ${x}, ${down.name} ${y}`;
  return {
    title: key,
    note: `across: ${across.name}; down: ${down.name}${isAveraged ? '; mean over the others' : ''}`,
    alt: `Least ${where(least)}; most ${where(most)}.`,
    height: FRAME_PIXELS + ROW_PIXELS * down.labels.length,
    plot: (plot, { isNarrow }) => ({
      marginLeft: 110,
      x: {
        domain: across.labels,
        label: null,
        tickFormat: shortened,
        tickRotate: isCrowded(across.labels) ? -35 : 0,
      },
      y: { domain: down.labels, label: null, tickFormat: shortened },
      marginBottom: isCrowded(across.labels) ? 60 : 28,
      marks: [
        plot.cell(cells, {
          x: 'x',
          y: 'y',
          fill: 'var(--money)',
          fillOpacity: { value: (cell: Cell) => shade(cell.mean), scale: null },
          inset: 1,
          title: (cell: Cell) => where(cell),
        }),
        ...(across.labels.length > (isNarrow ? LEVELS_NARROW : 2 * LEVELS_NARROW)
          ? []
          : [
              plot.text(cells, {
                x: 'x',
                y: 'y',
                text: (cell: Cell) => quantity(cell.mean),
                fill: 'var(--text)',
              }),
            ]),
      ],
    }),
  };
}

const LIGHTEST = 0.05;
const DARKEST = 0.45;
/** Beyond this the small values would all be equally light. */
const LOG_FROM_RATIO = 30;

/** Opacity of a value: text on the darkest must be legible. */
function shadeOf(least: number, most: number): (value: number) => number {
  const place = least > 0 && most / least > LOG_FROM_RATIO ? Math.log : (value: number) => value;
  const span = place(most) - place(least) || 1;
  return (value) => LIGHTEST + ((DARKEST - LIGHTEST) * (place(value) - place(least))) / span;
}

function isCrowded(labels: readonly string[]): boolean {
  return labels.reduce((sum, label) => sum + shortened(label).length, 0) > 50;
}

export function shortened(label: string): string {
  return label.length > LABEL_LETTERS ? `${label.slice(0, LABEL_LETTERS - 1)}…` : label;
}
