// The first two objectives against each other, a dot per variant: full where it keeps the limits, with its number where it
// is on the front; whiskers are the intervals of variants on the front. With more than two objectives the front is that of
// all of them, so the line of two may have dots beyond it; then there is no line. The picture is cut to the variants within
// the limits, where there are several: an overloaded one may be a hundred times off.
import type { Analysis, VariantResult } from '../../../experiment/sweep/analysis/analysis.ts';
import { quantity } from '../../format.ts';
import type { Chart } from '../../html/chart.ts';
import { settingsText } from './in-short.ts';

interface Dot {
  x: number;
  y: number;
  xHalf: number;
  yHalf: number;
  label: string;
  one: VariantResult;
}

export function frontChart({ result, variants }: Analysis): Chart | undefined {
  const { objectives } = result.plan.experiment;
  const [first, second] = objectives;
  if (second === undefined) return undefined;
  const dots = variants.flatMap((one): Dot[] => {
    const [a, b] = [one.responses[first.key], one.responses[second.key]];
    if (!Number.isFinite(a.mean) || !Number.isFinite(b.mean)) return [];
    const half = (value: number) => (Number.isNaN(value) ? 0 : value);
    const label = String(one.variant.index + 1);
    return [{ x: a.mean, y: b.mean, xHalf: half(a.halfWidth), yHalf: half(b.halfWidth), label, one }];
  });
  if (dots.length < 2) return undefined;
  const within = dots.filter(({ one }) => one.isFeasible);
  const [xDomain, yDomain] =
    within.length > 2 ? [span(within, 'x'), span(within, 'y')] : [undefined, undefined];
  const isShown = ({ x, y }: Dot) => isIn(x, xDomain) && isIn(y, yDomain);
  const hidden = dots.filter((dot) => !isShown(dot)).length;
  const front = dots.filter(({ one }) => one.isOnFront).toSorted((a, b) => a.x - b.x);
  const others = dots.filter((dot) => !dot.one.isOnFront && isShown(dot));
  const told = front.map(({ label, x, y }) => `variant ${label}: ${quantity(x)}, ${quantity(y)}`).join('; ');
  return {
    title: `${second.key} against ${first.key}`,
    note: `${second.sense} ${second.key}, ${first.sense} ${first.key}${hidden > 0 ? `; ${hidden} variants beyond a limit lie outside` : ''}`,
    alt: `On the front: ${told === '' ? 'none' : told}.`,
    height: 340,
    legend: [
      { label: 'on the front', colour: 'var(--money)', look: 'area' },
      { label: 'within the limits', colour: 'var(--dim)', look: 'area' },
      { label: 'beyond a limit (hollow)', colour: 'var(--broken)' },
    ],
    plot: (plot) => ({
      x: { label: first.key, grid: true, ...(xDomain ? { domain: xDomain } : { nice: true }) },
      y: { label: second.key, grid: true, ...(yDomain ? { domain: yDomain } : { nice: true }) },
      marginLeft: 64,
      marginBottom: 36,
      marks: [
        ...(objectives.length === 2
          ? [plot.line(front, { x: 'x', y: 'y', stroke: 'var(--money)', strokeDasharray: '4 3' })]
          : []),
        plot.ruleY(front, {
          y: 'y',
          x1: (dot: Dot) => dot.x - dot.xHalf,
          x2: (dot: Dot) => dot.x + dot.xHalf,
          stroke: 'var(--money)',
        }),
        plot.ruleX(front, {
          x: 'x',
          y1: (dot: Dot) => dot.y - dot.yHalf,
          y2: (dot: Dot) => dot.y + dot.yHalf,
          stroke: 'var(--money)',
        }),
        plot.dot(others, {
          x: 'x',
          y: 'y',
          r: 4,
          fill: ({ one }: Dot) => (one.isFeasible ? 'var(--dim)' : 'none'),
          stroke: ({ one }: Dot) => (one.isFeasible ? 'var(--dim)' : 'var(--broken)'),
          title: dotTitle,
        }),
        plot.dot(front, { x: 'x', y: 'y', r: 5, fill: 'var(--money)', title: dotTitle }),
        plot.text(front, { x: 'x', y: 'y', text: 'label', dx: 10, dy: -10, fill: 'var(--text)' }),
      ],
    }),
  };
}

const MARGIN_SHARE = 0.12;

/** Of the dots and their whiskers, with some room. */
function span(dots: readonly Dot[], axis: 'x' | 'y'): [number, number] {
  const half = `${axis}Half` as const;
  const least = Math.min(...dots.map((dot) => dot[axis] - dot[half]));
  const most = Math.max(...dots.map((dot) => dot[axis] + dot[half]));
  const room = MARGIN_SHARE * (most - least || Math.abs(most) || 1);
  return [least - room, most + room];
}

function isIn(value: number, domain: [number, number] | undefined): boolean {
  return domain === undefined || (value >= domain[0] && value <= domain[1]);
}

function dotTitle({ label, x, y, one }: Dot): string {
  return `variant ${label}: ${quantity(x)}, ${quantity(y)}\n${settingsText(one)}`;
}
