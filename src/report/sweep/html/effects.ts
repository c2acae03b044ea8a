// What each parameter does to a response: its mean at every level over all variants, with the interval of its difference to
// the mean of all, which is a line. Parameters stand below each other.
import type { Analysis } from '../../../experiment/sweep/analysis/analysis.ts';
import type { MainEffect } from '../../../experiment/sweep/analysis/main-effects.ts';
import { quantity } from '../../format.ts';
import type { Chart } from '../../html/chart.ts';
import { shortened } from './heat-map.ts';

const ROW_PIXELS = 20;
const FRAME_PIXELS = 64;
const LEVELS_MAX = 40;

interface Row {
  /** Sorts and tells apart what may be called alike in two parameters. */
  place: string;
  label: string;
  mean: number;
  half: number;
  title: string;
}

export function effectCharts({ effects }: Analysis): Chart[] {
  return Object.entries(effects).flatMap(([response, ofAxes]) => {
    const shown = ofAxes.filter(({ levels }) => levels.length > 1 && levels.length <= LEVELS_MAX);
    const rows = shown.flatMap(rowsOf);
    return rows.length === 0 ? [] : [chartOf(response, rows, shown)];
  });
}

function rowsOf({ axis, levels }: MainEffect, place: number): Row[] {
  const heading: Row = { place: `${place}`, label: shortened(axis), mean: NaN, half: NaN, title: '' };
  return [
    heading,
    ...levels.map(({ label, mean, effect }, i) => {
      const half = Number.isNaN(effect.halfWidth) ? 0 : effect.halfWidth;
      const title = `${axis} ${label}: ${quantity(mean)}, ${effect.mean > 0 ? '+' : ''}${quantity(effect.mean)} ± ${quantity(half)} to the mean`;
      return { place: `${place}/${i}`, label: shortened(label), mean, half, title };
    }),
  ];
}

function chartOf(response: string, rows: readonly Row[], effects: readonly MainEffect[]): Chart {
  const [{ levels }] = effects;
  const all = levels[0].mean - levels[0].effect.mean;
  const points = rows.filter(({ mean }) => Number.isFinite(mean));
  const label = new Map(rows.map((row) => [row.place, row.label]));
  return {
    title: response,
    note: 'mean at each level; the line is the mean of all',
    alt: `${points.map(({ title }) => title).join('; ')}.`,
    height: FRAME_PIXELS + ROW_PIXELS * rows.length,
    plot: (plot, { isNarrow }) => ({
      marginLeft: isNarrow ? 120 : 180,
      marginBottom: 32,
      x: { label: null, nice: true, grid: true, ...(isNarrow && { ticks: 4 }) },
      y: {
        type: 'band',
        domain: rows.map(({ place }) => place),
        label: null,
        tickSize: 0,
        tickFormat: (place: string) => label.get(place)!,
      },
      marks: [
        plot.ruleX([all], { stroke: 'var(--dim)', strokeDasharray: '3 3' }),
        plot.ruleY(points, {
          y: 'place',
          x1: ({ mean, half }: Row) => mean - half,
          x2: ({ mean, half }: Row) => mean + half,
          stroke: 'var(--latency)',
          strokeWidth: 3,
          strokeOpacity: 0.45,
        }),
        plot.dot(points, { x: 'mean', y: 'place', r: 4, fill: 'var(--latency)', title: 'title' }),
      ],
    }),
  };
}
