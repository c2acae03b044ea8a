// Charts of the fleet over the day: replicas by state against what was wanted and what was needed, and the SLO hour by hour.
import { count, percent } from '../../format.ts';
import type { Chart } from '../chart.ts';
import type { RunView } from '../read/run-view.ts';
import { MISSED_SHARE_MAX } from '../story/missed.ts';
import { arrivalRates, hoursOf } from './load.ts';
import { percentTick, timeChart, type Layer } from './time-chart.ts';

/** Undefined where nothing scales. */
export function replicasChart(view: RunView): Chart | undefined {
  const { results, axis, ends, middles, missed, pools, replicaCapacityPerSecond } = view;
  if (pools.every(({ scaling }) => scaling === undefined)) return undefined;
  const { windows, summary } = results;
  const [loading, provisioning, draining] = ['loading', 'provisioning', 'draining'].map((state) =>
    windows.numbers(`replicas_${state}`),
  );
  const step = (label: string, y: Float64Array, colour: string, look: Layer['look']): Layer => {
    return { label, x: ends, y, colour, look };
  };
  const need = arrivalRates(view).map((rate) => Math.ceil(rate / replicaCapacityPerSecond));
  const starting = loading.map((value, i) => value + provisioning[i]);
  return timeChart({
    title: 'Replicas',
    note:
      replicaCapacityPerSecond > 0
        ? 'at the end of each window; needed: arrivals of the window over what one replica holds'
        : 'at the end of each window; how many were needed is not known, as what a replica holds is not',
    alt: `Between ${count(summary.number('replicas_ready_min'))} and ${count(summary.number('replicas_ready_max'))} replicas were ready.`,
    axis,
    missed,
    layers: [
      ...(replicaCapacityPerSecond > 0
        ? [{ label: 'needed', x: middles, y: need, colour: 'var(--dim)', look: 'area' } as const]
        : []),
      step('ready', windows.numbers('replicas_ready'), 'var(--part-2)', 'step'),
      step('wanted', windows.numbers('replicas_wanted'), 'var(--text)', 'step-dashed'),
      step('starting (node, weights, warm-up)', starting, 'var(--load)', 'step'),
      ...(draining.some((value) => value > 0) ? [step('draining', draining, 'var(--part-5)', 'step')] : []),
    ],
    top: 1,
    isCount: true,
  });
}

interface Hour {
  from: number;
  to: number;
  middle: number;
  missedShare: number;
  level: 'held' | 'close' | 'broken';
  sign: string;
  text: string;
}

const SIGNS = { held: '✓', close: '!', broken: '✗' };
/** More would overlap. */
const SIGNS_MAX = { wide: 40, narrow: 26 };
const BARS_MAX = 240;
const CLOSE = 0.9;

/** Hour by hour of arrival; undefined without an SLO. */
export function attainmentChart(view: RunView): Chart | undefined {
  const { hasSlo, axis } = view;
  const all = attainedHours(view);
  const merged = Math.ceil(all.length / BARS_MAX);
  const hours = worstOfEvery(merged, all);
  if (!hasSlo || hours.length === 0) return undefined;
  const countOf = (level: Hour['level']) => all.filter((hour) => hour.level === level).length;
  const of = (level: Hour['level']) => hours.filter((hour) => hour.level === level);
  return {
    title: 'SLO by hour of arrival',
    note:
      'share of the arrivals that missed it · ✓ held: at most 1 % · ! within a tenth of that · ✗ broken' +
      (merged > 1 ? ` · a bar is the worst of ${merged} hours` : ''),
    alt: `Held in ${countOf('held')} hours, close in ${countOf('close')}, broken in ${countOf('broken')}.`,
    plot: (plot, { isNarrow }) => {
      const ticks = axis.ticks(isNarrow ? 5 : 9);
      const labels = new Map(ticks.map(({ seconds, label }) => [seconds, label]));
      const hasSigns = hours.length <= (isNarrow ? SIGNS_MAX.narrow : SIGNS_MAX.wide);
      const most = hours.reduce((a, { missedShare }) => Math.max(a, missedShare), 2 * MISSED_SHARE_MAX);
      return {
        x: { type: 'linear', domain: [axis.fromSeconds, axis.toSeconds], label: null },
        y: { domain: [0, Math.min(1, most * 1.1)], nice: 5, label: null },
        marks: [
          plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 5 }),
          plot.axisX([...labels.keys()], {
            tickFormat: (seconds: number) => labels.get(seconds),
            tickSize: 4,
          }),
          plot.axisY({ tickFormat: percentTick, tickSize: 0, ticks: 5 }),
          ...(['held', 'close', 'broken'] as const).map((level) =>
            plot.rect(of(level), {
              x1: 'from',
              x2: 'to',
              y1: 0,
              y2: 'missedShare',
              fill: `var(--${level})`,
              insetLeft: hours.length > 100 ? 0 : 0.5,
              insetRight: hours.length > 100 ? 0 : 0.5,
              ...(!isNarrow && { title: 'text' }),
            }),
          ),
          ...(hasSigns
            ? (['held', 'close', 'broken'] as const).map((level) =>
                plot.text(of(level), {
                  x: 'middle',
                  y: 'missedShare',
                  text: 'sign',
                  dy: -8,
                  fill: `var(--${level})`,
                  fontWeight: 700,
                }),
              )
            : []),
          plot.ruleY([MISSED_SHARE_MAX], { stroke: 'var(--text)', strokeDasharray: '2 2' }),
          plot.text([`at most ${percentTick(MISSED_SHARE_MAX)}`], {
            x: () => axis.toSeconds,
            y: () => MISSED_SHARE_MAX,
            textAnchor: 'end',
            dy: -6,
            fill: 'var(--text)',
          }),
          plot.ruleY([0], { stroke: 'var(--dim)' }),
        ],
      };
    },
  };
}

/** As wide as all of them, as high as the worst. */
function worstOfEvery(merged: number, hours: readonly Hour[]): Hour[] {
  return Array.from({ length: Math.ceil(hours.length / merged) }, (_, bar) => {
    const part = hours.slice(bar * merged, (bar + 1) * merged);
    const worst = part.reduce((a, b) => (b.missedShare > a.missedShare ? b : a));
    const [from, to] = [part[0].from, part[part.length - 1].to];
    return { ...worst, from, to, middle: (from + to) / 2 };
  });
}

/** Those in which something arrived. */
function attainedHours(view: RunView): Hour[] {
  const { hours } = view.results;
  const [arrived, attained] = ['arrived', 'attained'].map((key) => hours.numbers(key));
  const text = (row: number) =>
    `${percent(attained[row] / arrived[row])} of ${count(arrived[row])} arrivals within the SLO`;
  return hoursOf(view, text).flatMap(({ fromSeconds: from, toSeconds: to, text }, row): Hour[] => {
    if (!(arrived[row] > 0)) return [];
    const missedShare = 1 - attained[row] / arrived[row];
    const isClose = missedShare > CLOSE * MISSED_SHARE_MAX;
    const level = missedShare - 1e-12 > MISSED_SHARE_MAX ? 'broken' : isClose ? 'close' : 'held';
    return [{ from, to, middle: (from + to) / 2, missedShare, level, sign: SIGNS[level], text }];
  });
}
