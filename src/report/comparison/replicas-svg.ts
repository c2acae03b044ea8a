// Ready replicas against need(t) over the day as an SVG: a panel per policy, all on one scale.
import type { Comparison, Entry } from '../../experiment/compare/comparison.ts';
import { isoLocal } from '../../kernel/clock.ts';
import { escaped, frameOf, svgPage, ticks, xOf, yOf, type Frame } from './svg.ts';

const WIDTH = 900;
const LEFT = 64;
const PLOT_WIDTH = 800;
const PANEL_HEIGHT = 110;
const PANEL_EVERY = 150;
const TOP = 62;

export function replicasSvg(comparison: Comparison): string {
  const { entries, windowEnds, need, plan } = comparison;
  const top = Math.max(1, ...(need ?? []), ...entries.flatMap(({ runs }) => runs[0].ready)) * 1.05;
  const toX = windowEnds[windowEnds.length - 1];
  const panels = entries.map((entry, i): string => {
    const frame: Frame = {
      x: LEFT,
      y: TOP + i * PANEL_EVERY,
      width: PLOT_WIDTH,
      height: PANEL_HEIGHT,
      fromX: 0,
      toX,
      fromY: 0,
      toY: top,
    };
    return panel(comparison, entry, frame).join('\n');
  });
  const height = TOP + entries.length * PANEL_EVERY + 6;
  const title = `Ready replicas (line) against need (grey): ${plan.base.loaded.scenario.name}`;
  return svgPage({ width: WIDTH, height, title }, panels);
}

function panel({ windowEnds, need, plan }: Comparison, entry: Entry, frame: Frame): string[] {
  const { startEpochMs, timeZone } = plan.base.loaded.scenario;
  const bottom = frame.y + frame.height;
  const times = ticks(0, frame.toX / 3600, 8).map((hours) => {
    const x = xOf(frame, hours * 3600);
    const clock = isoLocal(startEpochMs + hours * 3_600_000, timeZone).slice(11, 16);
    return (
      `<path class="grid" d="M${x} ${frame.y}V${bottom}"/>` +
      `<text x="${x}" y="${bottom + 16}" text-anchor="middle">${clock}</text>`
    );
  });
  const counts = ticks(0, frame.toY, 4).map((count) => {
    const y = yOf(frame, count);
    return (
      `<path class="grid" d="M${frame.x} ${y}h${frame.width}"/>` +
      `<text x="${frame.x - 8}" y="${y}" dy="0.35em" text-anchor="end">${count}</text>`
    );
  });
  const needed = need && `<path class="need" d="${steps(frame, windowEnds, need)}V${bottom}H${frame.x}Z"/>`;
  return [
    `<text class="name" x="${frame.x}" y="${frame.y - 8}">${escaped(entry.label)}</text>`,
    ...times,
    ...counts,
    ...(needed === undefined ? [] : [needed]),
    `<path class="ready" d="${steps(frame, windowEnds, entry.runs[0].ready)}"/>`,
    frameOf(frame),
  ];
}

/** A value holds until the end of its window; equal ones in a row are one line. */
function steps(frame: Frame, ends: readonly number[], values: readonly number[]): string {
  let path = `M${frame.x} ${yOf(frame, values[0])}`;
  for (const [i, value] of values.entries()) {
    if (i + 1 < values.length && values[i + 1] === value) continue;
    path += `H${xOf(frame, ends[i])}`;
    if (i + 1 < values.length) path += `V${yOf(frame, values[i + 1])}`;
  }
  return path;
}
