// A chart over the time of a run: layers of lines and areas on one scale, nights and stretches in which the SLO was missed
// shaded, limits as rules, and on wide pages what happened in every hour as a hover. What every chart of a run shares.
import type * as PlotModule from '@observablehq/plot';
import type { Chart, LegendItem, Plot, Size } from '../chart.ts';
import { isolated, thinned, thinnedBand, type Bins } from './thin.ts';
import type { TimeAxis } from './time-axis.ts';

export interface Layer {
  label: string;
  /** CSS. */
  colour: string;
  /** A step holds from the point before up to its own. A band lies between `low` and `y`; an area between zero and `y`. */
  look: 'line' | 'dashed' | 'dotted' | 'area' | 'step' | 'step-dashed' | 'band';
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  low?: ArrayLike<number>;
}

/** Of time. */
export interface Stretch {
  fromSeconds: number;
  toSeconds: number;
}

export interface Limit {
  label: string;
  y: number;
}

export interface Hover extends Stretch {
  text: string;
}

export interface TimeChartOptions {
  title: string;
  note: string;
  alt: string;
  axis: TimeAxis;
  layers: readonly Layer[];
  limits?: readonly Limit[];
  missed?: readonly Stretch[];
  hovers?: readonly Hover[];
  /** Where values differ so much that the small ones would lie on the axis. */
  isLog?: boolean;
  tickText?: (value: number) => string;
  /** At least; the largest value else. */
  top?: number;
  /** Of things that are not halved. */
  isCount?: boolean;
  height?: number;
}

const PIXELS_PER_BIN = 1.5;
const DASHES = { dashed: '6 3', 'step-dashed': '6 3', dotted: '1.5 3' };
const HOVERS_MAX = 200;

export function timeChart(options: TimeChartOptions): Chart {
  const { title, note, alt, layers, missed = [], height } = options;
  const legend = layers.map(({ label, colour, look }): LegendItem => {
    return {
      label,
      colour,
      look: isArea(look) ? 'area' : look in DASHES ? { dashes: dashesOf(look)! } : 'line',
    };
  });
  if (missed.length > 0) legend.push({ label: 'SLO missed', colour: 'var(--missed)', look: 'area' });
  return { title, note, alt, legend, height, plot: (plot, size) => plotOf(plot, options, size) };
}

/** 3.9k, 0.25: short enough for an axis. */
export function tick(value: number): string {
  const [unit, size] = Math.abs(value) >= 1e6 ? ['M', 1e6] : Math.abs(value) >= 1e4 ? ['k', 1e3] : ['', 1];
  return `${Number((value / Number(size)).toPrecision(4))}${unit}`;
}

export function percentTick(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

/** Seconds. */
export function latencyTick(seconds: number): string {
  return seconds > 0 && seconds < 1
    ? `${Number((seconds * 1000).toPrecision(3))} ms`
    : `${Number(seconds.toPrecision(3))} s`;
}

const isArea = (look: Layer['look']) => look === 'area' || look === 'band';

const dashesOf = (look: Layer['look']) => (look in DASHES ? DASHES[look as keyof typeof DASHES] : undefined);

function plotOf(plot: Plot, options: TimeChartOptions, size: Size): PlotModule.PlotOptions {
  const { axis, layers, limits = [], missed = [], hovers = [], isLog = false } = options;
  const domain = [axis.fromSeconds, axis.toSeconds];
  const ticks = axis.ticks(size.isNarrow ? 5 : 9);
  const labels = new Map(ticks.map(({ seconds, label }) => [seconds, label]));
  const y = yScale(options);
  // A logarithmic scale would mark nine levels in every power of ten.
  const levels = isLog ? logLevels(y.domain as [number, number], 6) : undefined;
  const [, most] = y.domain as [number, number];
  const levelsMost = options.isCount ? Math.min(5, Math.ceil(most)) : 5;
  const hasHovers = !size.isNarrow && hovers.length <= HOVERS_MAX;
  const shade = (stretches: readonly Stretch[], fill: string) =>
    plot.rect(stretches, { x1: 'fromSeconds', x2: 'toSeconds', fill });
  return {
    x: { type: 'linear', domain, label: null },
    y: { ...y, label: null },
    marks: [
      shade(axis.nights, 'var(--night)'),
      shade(joinedWithin(missed, (axis.toSeconds - axis.fromSeconds) / size.width), 'var(--missed)'),
      plot.gridY(levels, { stroke: 'var(--grid)', strokeOpacity: 1, ticks: levelsMost }),
      plot.axisX([...labels.keys()], { tickFormat: (seconds: number) => labels.get(seconds), tickSize: 4 }),
      plot.axisY(levels, { tickFormat: options.tickText ?? tick, tickSize: 0, ticks: levelsMost }),
      ...layers.flatMap((layer) => marksOf(plot, layer, options, size)),
      ...limits.flatMap((limit) => limitMarks(plot, limit, axis)),
      ...drainMarks(plot, axis),
      ...(layers.some(({ y }) => Array.from(y).some((value) => !Number.isNaN(value)))
        ? []
        : [plot.text(['nothing was measured'], { frameAnchor: 'middle', fill: 'var(--dim)' })]),
      ...(hasHovers
        ? [plot.rect(hovers, { x1: 'fromSeconds', x2: 'toSeconds', fill: 'transparent', title: 'text' })]
        : []),
    ],
  };
}

/** Those nearer to each other than can be seen are one: a long run may have thousands. */
function joinedWithin(stretches: readonly Stretch[], seconds: number): Stretch[] {
  const joined: Stretch[] = [];
  for (const { fromSeconds, toSeconds } of stretches) {
    const last = joined.at(-1);
    if (last !== undefined && fromSeconds - last.toSeconds < seconds) last.toSeconds = toSeconds;
    else joined.push({ fromSeconds, toSeconds });
  }
  return joined;
}

function yScale({ layers, limits = [], isLog, top = 0, axis }: TimeChartOptions): PlotModule.ScaleOptions {
  const values = layers.flatMap(({ x, y, low = [] }) =>
    [...Array.from(y), ...Array.from(low)].filter(
      (value, i) => value < Infinity && !(x[i % x.length] > axis.toSeconds),
    ),
  );
  const most = [...values, ...limits.map(({ y }) => y)].reduce((a, b) => Math.max(a, b), top);
  if (!isLog) {
    const least = values.reduce((a, b) => Math.min(a, b), 0);
    return {
      type: 'linear',
      domain: [least, most > top ? most * 1.04 : Math.max(most, least + (most > least ? 0 : 1))],
      nice: 5,
    };
  }
  const least = values.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), most);
  return { type: 'log', domain: [least * 0.9, most > least ? most * 1.2 : least * 10] };
}

/** Round levels of a logarithmic scale: powers of ten, and where there is room for them twos and fives between. */
export function logLevels([from, to]: [number, number], countMax: number): number[] {
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    powers.push(Number(`1e${power}`));
  }
  const inside = (levels: number[]) => levels.filter((level) => level >= from && level <= to);
  const all = inside(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  return all.length <= countMax ? all : inside(powers);
}

function marksOf(plot: Plot, layer: Layer, { axis }: TimeChartOptions, size: Size): PlotModule.Markish[] {
  const { x, y, low, look, colour } = layer;
  const bins: Bins = {
    from: axis.fromSeconds,
    to: axis.toSeconds,
    count: Math.floor(size.width / PIXELS_PER_BIN),
  };
  if (look === 'band') {
    const points = thinnedBand(x, low ?? [], y, bins);
    return [plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: colour })];
  }
  const points = thinned({ x, y }, bins);
  const curve = look.startsWith('step') ? ('step-before' as const) : ('linear' as const);
  const marks: PlotModule.Markish[] = [
    plot.lineY(points, {
      x: 'x',
      y: 'y',
      curve,
      stroke: colour,
      strokeWidth: 1.6,
      strokeDasharray: dashesOf(look),
    }),
  ];
  if (look === 'area')
    marks.unshift(plot.areaY(points, { x: 'x', y1: 0, y2: 'y', fill: colour, fillOpacity: 0.22 }));
  const alone = isolated(points);
  if (alone.length > 0) marks.push(plot.dot(alone, { x: 'x', y: 'y', r: 1.8, fill: colour }));
  return marks;
}

function limitMarks(plot: Plot, { label, y }: Limit, { toSeconds }: TimeAxis): PlotModule.Markish[] {
  return [
    plot.ruleY([y], { stroke: 'var(--text)', strokeDasharray: '2 2' }),
    plot.text([label], { x: () => toSeconds, y: () => y, textAnchor: 'end', dy: -6, fill: 'var(--text)' }),
  ];
}

/** Where no more requests arrive. */
function drainMarks(plot: Plot, { dayEndSeconds, toSeconds }: TimeAxis): PlotModule.Markish[] {
  if (toSeconds - dayEndSeconds < 0.02 * toSeconds) return [];
  return [
    plot.ruleX([dayEndSeconds], { stroke: 'var(--dim)', strokeDasharray: '4 3' }),
    plot.text(['drain'], {
      x: () => dayEndSeconds,
      frameAnchor: 'top',
      textAnchor: 'start',
      dx: 4,
      dy: -12,
      fill: 'var(--dim)',
    }),
  ];
}
