// Cost against SLO misses as an SVG: the nearer to the lower left, the better; a dashed line joins the policies that no
// other one beats in both. Policies that know the arrivals to come are rings.
import type { Comparison, Entry } from '../../experiment/compare/comparison.ts';
import { quantity, usd } from '../format.ts';
import { escaped, frameOf, svgPage, ticks, xOf, yOf, type Frame } from './svg.ts';

const WIDTH = 760;
const HEIGHT = 480;
const PLACE = { x: 80, y: 50, width: 560, height: 360 };
/** Of the values' span, beside them. */
const ROOM = 0.08;

export function paretoSvg({ entries, plan }: Comparison): string {
  const [fromX, toX] = rangeOf(entries.map(({ means }) => means.totalUsd));
  const [, toY] = rangeOf([0, ...entries.map(missShare)]);
  const frame: Frame = { ...PLACE, fromX, toX, fromY: 0, toY };
  const front = entries
    .filter(({ isOnFront }) => isOnFront)
    .toSorted((a, b) => a.means.totalUsd - b.means.totalUsd)
    .map((entry) => pointOf(frame, entry).join(' '));
  const title = `Cost against SLO misses: ${plan.base.loaded.scenario.name}`;
  return svgPage({ width: WIDTH, height: HEIGHT, title }, [
    ...axes(frame),
    `<path class="front" d="M${front.join('L')}"/>`,
    ...entries.map((entry) => mark(frame, entry)),
    frameOf(frame),
  ]);
}

function missShare({ means }: Entry): number {
  return 100 * (1 - means.attainment);
}

function pointOf(frame: Frame, entry: Entry): [number, number] {
  return [xOf(frame, entry.means.totalUsd), yOf(frame, missShare(entry))];
}

function mark(frame: Frame, entry: Entry): string {
  const [x, y] = pointOf(frame, entry);
  const about = `${entry.label}: ${usd(entry.means.totalUsd)}, ${quantity(missShare(entry))} % missed`;
  return (
    `<circle class="${entry.isBound ? 'bound' : 'policy'}" cx="${x}" cy="${y}" r="5"><title>${escaped(about)}</title>` +
    `</circle><text class="name" x="${x + 9}" y="${y}" dy="0.35em">${escaped(entry.label)}</text>`
  );
}

function axes(frame: Frame): string[] {
  const { x, y, width, height } = frame;
  const bottom = y + height;
  const costs = ticks(frame.fromX, frame.toX, 6).map((value) => {
    const left = xOf(frame, value);
    const label = `<text x="${left}" y="${bottom + 18}" text-anchor="middle">$${value.toLocaleString('en-US')}</text>`;
    return `<path class="grid" d="M${left} ${y}V${bottom}"/>${label}`;
  });
  const misses = ticks(0, frame.toY, 6).map((value) => {
    const top = yOf(frame, value);
    const label = `<text x="${x - 8}" y="${top}" dy="0.35em" text-anchor="end">${value}</text>`;
    return `<path class="grid" d="M${x} ${top}h${width}"/>${label}`;
  });
  return [
    ...costs,
    ...misses,
    `<text x="${x + width / 2}" y="${bottom + 42}" text-anchor="middle">cost of the day</text>`,
    `<text transform="translate(${x - 52} ${y + height / 2}) rotate(-90)" text-anchor="middle">requests that miss the SLO, %</text>`,
  ];
}

function rangeOf(values: readonly number[]): [number, number] {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least || Math.abs(most) || 1) * ROOM;
  return [least - room, most + room];
}
