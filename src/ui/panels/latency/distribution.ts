// The distribution of the latencies: histograms while a run is simulated. Of a run that is over its quantiles alone are
// known: a bar for each, on a logarithmic scale because the tail is many times the middle; above it the moment shown, below
// it the whole run, and where the limit stands.
import type { LatencySummary } from '../../../metrics/window-metrics.ts';
import { figure } from '../../format.ts';
import { dim, text, type Line, type Span, type Tone } from '../../line.ts';
import type { Snapshot } from '../../../run/snapshot.ts';
import { shownWindow } from '../../model/moment.ts';
import type { UiState } from '../../state.ts';
import { wrapped } from '../failure.ts';
import { framed, inner, type Panel } from '../panel.ts';
import { HISTOGRAM_HEIGHT_MIN, histogramLines } from './histogram.ts';
import { metricRows, QUANTILE_NAME, QUANTILES, type MetricRow, type Quantile } from './table.ts';

type Distributions = NonNullable<Snapshot['distributions']>;

const LABEL = 7;
const NUMBER = 7;

export const DISTRIBUTION_HEIGHT_MIN = 8;

export const distributionPanel: Panel = (state, width, height) => {
  const { snapshot } = state;
  const rows = metricRows(state).filter(({ metric }) => metric !== 'itl');
  return snapshot?.distributions === undefined
    ? quantilePanel(state, rows, { width, height })
    : histogramPanel(snapshot.distributions, rows, { width, height });
};

interface Size {
  width: number;
  height: number;
}

/** As many as have room, each as high as the others. */
function histogramPanel(
  distributions: Distributions,
  rows: readonly MetricRow[],
  { width, height }: Size,
): Line[] {
  const room = height - 2;
  const shown = rows.slice(0, Math.max(1, Math.floor(room / (HISTOGRAM_HEIGHT_MIN + 1))));
  const body = shown.flatMap((row, i) => {
    const own = Math.floor((room * (i + 1)) / shown.length) - Math.floor((room * i) / shown.length);
    const of = distributions[row.metric as keyof Distributions];
    return histogramLines(row, of, { width: inner(width), height: own });
  });
  const head = [dim('              all requests so far, log scale')];
  return framed({ title: 'Distribution', head, width, height }, body);
}

/** A run that is over has left its quantiles alone. */
function quantilePanel(state: UiState, rows: readonly MetricRow[], { width, height }: Size): Line[] {
  const shown = rows.slice(0, Math.max(1, Math.floor((height - 2) / (1 + QUANTILES.length))));
  const body = shown.flatMap((row) => block(state, row, inner(width)));
  const left = height - 2 - body.length;
  const why = 'Histograms are known while a run is simulated; files keep quantiles.';
  if (state.snapshot !== undefined)
    body.push(...wrapped(why, inner(width), Math.max(0, left)).map((line) => [dim(line)]));
  const head = [dim('             ━ shown  ─ whole run  │ SLO  log scale')];
  return framed({ title: 'Distribution', head, width, height }, body);
}

interface Bounds {
  low: number;
  high: number;
}

function block(state: UiState, row: MetricRow, room: number): Line[] {
  const now = shownWindow(state)?.[row.metric];
  const day = state.snapshot?.day[row.metric];
  const bounds = boundsOf([now, day], row.limitSeconds);
  const tone: Tone = row.metric === 'tpot' ? 'latencyToo' : 'latency';
  const bars = QUANTILES.map((quantile): Line => {
    const value = now === undefined ? NaN : now[quantile];
    return [
      dim(` ${QUANTILE_NAME[quantile]}`.padEnd(LABEL)),
      text(figure(value * row.scale).padStart(NUMBER)),
      text(' '),
      ...bar(
        { value, whole: day?.[quantile] ?? NaN, limit: row.limitSeconds, tone },
        bounds,
        room - LABEL - NUMBER - 1,
      ),
    ];
  });
  return [[text(row.label, 'bold')], ...bars];
}

/** Half of the least value to the greatest, so that the shortest bar has a length. */
function boundsOf(summaries: readonly (LatencySummary | undefined)[], limit: number | undefined): Bounds {
  const all = summaries.flatMap((summary) =>
    summary === undefined ? [] : QUANTILES.map((quantile: Quantile) => summary[quantile]),
  );
  const values = [...all, limit ?? NaN].filter((value) => value > 0);
  if (values.length === 0) return { low: 0.5, high: 1 };
  return { low: Math.min(...values) / 2, high: Math.max(...values) };
}

interface Bar {
  value: number;
  whole: number;
  limit: number | undefined;
  tone: Tone;
}

function bar({ value, whole, limit, tone }: Bar, bounds: Bounds, width: number): Span[] {
  const cells = (of: number): number =>
    of > 0 ? Math.round((Math.log(of / bounds.low) / Math.log(bounds.high / bounds.low)) * (width - 1)) : 0;
  const [filled, thin] = [cells(value), cells(whole)];
  const at = limit === undefined ? -1 : cells(limit);
  return Array.from({ length: Math.max(0, width) }, (_, i) => {
    if (i === at) return text('│', value > (limit ?? Infinity) ? 'broken' : 'dim');
    if (i < filled) return text('━', tone);
    return i < thin ? dim('─') : text(' ');
  });
}
