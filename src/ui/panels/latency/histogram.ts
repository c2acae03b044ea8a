// How often which latency came, of all requests so far: a histogram on a logarithmic axis, where the limit stands in it,
// and what lies at p50 and p99. A bar is as high as its bucket has requests; any bucket with one is seen.
import type { LatencyDistribution } from '../../../metrics/window-metrics.ts';
import { percent, trimmed } from '../../format.ts';
import { dim, joined, spread, text, type Line, type Span, type Tone } from '../../line.ts';
import type { MetricRow } from './table.ts';

const EIGHTHS = ' ▁▂▃▄▅▆▇█';

export interface HistogramSize {
  width: number;
  /** Head and axis included. */
  height: number;
}

export const HISTOGRAM_HEIGHT_MIN = 4;

export function histogramLines(
  row: MetricRow,
  distribution: LatencyDistribution,
  { width, height }: HistogramSize,
): Line[] {
  const { edgesSeconds: edges, counts } = distribution;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [[text(row.label, 'bold'), dim('  none yet')], ...blank(height - 1)];
  const axis = { low: Math.log(edges[0]), high: Math.log(edges[edges.length - 1]) };
  /** Cells from the left edge, up to `width`. */
  const at = (seconds: number): number =>
    Math.round(((Math.log(seconds) - axis.low) / (axis.high - axis.low)) * width);
  const cellOf = (seconds: number): number => Math.max(0, Math.min(width - 1, at(seconds)));
  const columns = inColumns(distribution, width, at);
  const { limitSeconds: limit } = row;
  const limitAt =
    limit === undefined || limit < edges[0] || limit > edges[edges.length - 1] ? -1 : cellOf(limit);
  const within = limit === undefined ? undefined : shareWithin(distribution, limit);
  const tone: Tone = row.metric === 'tpot' ? 'latencyToo' : 'latency';
  const right: Line = within === undefined ? [] : [dim('│ SLO: '), text(percent(within)), dim(' within')];
  return [
    spread([text(row.label, 'bold')], right, width),
    ...barLines(columns, { rows: height - 2, limitAt, tone }),
    axisLine(row, distribution, { width, cellOf }),
  ];
}

const blank = (rows: number): Line[] => Array.from({ length: Math.max(0, rows) }, () => []);

/** A bucket that is wider than a cell is as high in each of its cells. */
function inColumns(
  { edgesSeconds, counts }: LatencyDistribution,
  width: number,
  at: (seconds: number) => number,
): Float64Array {
  const columns = new Float64Array(width);
  for (const [i, count] of counts.entries()) {
    const [from, to] = [Math.min(width - 1, at(edgesSeconds[i])), at(edgesSeconds[i + 1])];
    const cells = Math.max(1, to - from);
    for (let cell = from; cell < from + cells && cell < width; cell++) columns[cell] += count / cells;
  }
  return columns;
}

function barLines(
  columns: Float64Array,
  { rows, limitAt, tone }: { rows: number; limitAt: number; tone: Tone },
): Line[] {
  const most = Math.max(...columns);
  const heights = Array.from(columns, (value) =>
    value === 0 ? 0 : Math.max(1, Math.round((value / most) * rows * 8)),
  );
  return Array.from({ length: rows }, (_, i) => {
    const below = (rows - 1 - i) * 8;
    const cells = heights.map((height, column): Span => {
      const part = Math.max(0, Math.min(8, height - below));
      if (part === 0) return column === limitAt ? text('│', 'bold') : text(' ');
      return text(EIGHTHS[part], limitAt >= 0 && column > limitAt ? 'broken' : tone);
    });
    return joined(cells);
  });
}

/** Powers of ten, halves and fifths of them, where they have room. */
function axisLine(
  { scale }: MetricRow,
  { edgesSeconds: edges }: LatencyDistribution,
  { width, cellOf }: { width: number; cellOf: (seconds: number) => number },
): Line {
  const cells = Array.from({ length: width }, () => '─');
  let free = 0;
  const [low, high] = [edges[0], edges[edges.length - 1]];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of [1, 2, 5]) {
      const seconds = digit * 10 ** power;
      if (seconds < low || seconds > high) continue;
      const label = trimmed(seconds * scale);
      const at = cellOf(seconds);
      if (at < free || at + label.length > width) continue;
      [...label].forEach((letter, i) => (cells[at + i] = letter));
      free = at + label.length + 2;
    }
  }
  return [dim(cells.join(''))];
}

/** Of the bucket that the limit cuts, in proportion. */
function shareWithin({ edgesSeconds, counts }: LatencyDistribution, limit: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const within = counts.reduce((sum, count, i) => {
    const [from, to] = [edgesSeconds[i], edgesSeconds[i + 1]];
    return sum + count * Math.max(0, Math.min(1, (limit - from) / (to - from)));
  }, 0);
  return within / total;
}
