// Axes: round steps for values, whole clock times of the scenario's zone for time.
import { isNight, localTime } from '../clock.ts';
import { dim, joined, text, type Line, type Span } from '../line.ts';
import type { TimeFrame } from '../model/time-frame.ts';

/** From 0 up in equal, round steps (1, 2, 2.5 or 5 times a power of ten), each as high as so many rows. */
export interface Scale {
  step: number;
  /** Named ones. */
  steps: number;
  rowsPerStep: number;
}

const STEPS_MAX = 5;
/** Where there are rows for them. */
const STEPS_WISHED = 3;
const ROOMY_ROWS = 8;
/** In so few rows a single label will do, if what is drawn is that much higher for it. */
const TIGHT_ROWS = 3;
const SINGLE_WORTH = 0.75;

/**
 * The round scale on which `max` stands highest in so many rows. A step covers whole rows: labels stand in rows, and
 * unequal distances between equal steps would bend what is drawn beside them. `isWhole`: of things that are counted.
 */
export function roundScale(max: number, rows: number, isWhole = false): Scale {
  if (!(max > 0)) return { step: 1, steps: 1, rowsPerStep: rows };
  const stepsMin = rows >= ROOMY_ROWS ? STEPS_WISHED : rows > TIGHT_ROWS ? 2 : 1;
  let best: Scale | undefined;
  let bestWorth = 0;
  for (let rowsPerStep = 1; rowsPerStep <= rows; rowsPerStep++) {
    const steps = Math.floor(rows / rowsPerStep);
    if (steps > STEPS_MAX || steps < stepsMin) continue;
    const step = roundStep((max * rowsPerStep) / rows, steps === 1 ? ALONE : AMONG, isWhole);
    const worth = ((max * rowsPerStep) / (step * rows)) * (steps === 1 ? SINGLE_WORTH : 1);
    if (worth <= bestWorth + 1e-9) continue;
    best = { step, steps, rowsPerStep };
    bestWorth = worth;
  }
  return best!;
}

/** What a step may be, times a power of ten: of a label with no other to count on to, any that is short. */
const AMONG = [1, 2, 2.5, 5, 10];
const ALONE = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The least round number that is not less. */
function roundStep(least: number, factors: readonly number[], isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const round = factors.map((factor) => factor * power);
  const found = round.find((step) => step >= least * (1 - 1e-9) && (!isWhole || Number.isInteger(step)));
  return found ?? 1;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEPS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

interface Tick {
  seconds: number;
  label: string;
}

/** Cells for a label (`Mon 30`, `04`, `14:30`) and some of the axis. */
const room = (step: number): number => (step >= DAY ? 7 : step >= HOUR ? 5 : 8);

const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');

/** Ticks at round local times, as many as `width` cells have room for. */
function timeTicks({ info, fromSeconds, toSeconds }: TimeFrame, width: number): Tick[] {
  const span = toSeconds - fromSeconds;
  // Over several days hours without a day would tell nothing.
  const stepMin = span > 2 * DAY ? DAY : 0;
  const fits = (step: number): boolean => step >= stepMin && (step / span) * width >= room(step);
  const step = STEPS.find(fits) ?? STEPS[STEPS.length - 1];
  // Zones differ from UTC by multiples of 15 minutes, so local round times lie on this grid of UTC times.
  const grid = Math.min(step, 15 * MINUTE);
  const phase = (info.startEpochMs / 1000) % grid;
  const ticks: Tick[] = [];
  const first = Math.ceil((fromSeconds + phase) / grid) * grid - phase;
  for (let seconds = first; seconds < toSeconds; seconds += grid) {
    const { secondOfDay, day } = localTime(info, seconds);
    if (secondOfDay % Math.min(step, DAY) !== 0) continue;
    // Steps of several days are counted from the first midnight shown.
    if (step > DAY && ticks.length > 0 && seconds - ticks[ticks.length - 1].seconds < step - HOUR) continue;
    const hours = two(secondOfDay / HOUR);
    const label = step >= DAY ? day : step >= HOUR ? hours : `${hours}:${two((secondOfDay % HOUR) / MINUTE)}`;
    ticks.push({ seconds, label });
  }
  return ticks;
}

/** The time axis of a width: one line of clock times, and whether a cell is in the night. */
interface TimeAxis {
  line: Line;
  night: readonly boolean[];
}

const axes = new WeakMap<TimeFrame['info'], Map<string, TimeAxis>>();
const KEPT = 64;

/** Night is dashed and dim; marks stand on top. Costs hundreds of zone look-ups, so it is kept. */
export function timeAxis(frame: TimeFrame, width: number): TimeAxis {
  const { info, fromSeconds, toSeconds, marks } = frame;
  const byRange = axes.get(info) ?? new Map<string, TimeAxis>();
  axes.set(info, byRange);
  const name = `${fromSeconds} ${toSeconds} ${width}`;
  let axis = byRange.get(name);
  if (axis === undefined) {
    axis = newAxis(frame, width);
    if (byRange.size >= KEPT) byRange.clear();
    byRange.set(name, axis);
  }
  if (marks.length === 0) return axis;
  const cells: Span[] = axis.line.flatMap(({ text: content, tone }) =>
    [...content].map((letter) => ({ text: letter, tone })),
  );
  const places = marks.map(({ atSeconds }) => cellAt(frame, atSeconds, width));
  for (const at of places) unlabel(cells, axis.night, at);
  marks.forEach(({ sign }, i) => {
    if (cells[places[i]] !== undefined) cells[places[i]] = text(sign, 'bold');
  });
  return { ...axis, line: joined(cells) };
}

/** A clock time with a mark in it would be another one: the whole label goes. */
function unlabel(cells: Span[], night: readonly boolean[], at: number): void {
  const isLabel = (i: number): boolean => cells[i] !== undefined && !'─┄'.includes(cells[i].text);
  if (!isLabel(at)) return;
  let from = at;
  while (isLabel(from - 1)) from--;
  for (let i = from; isLabel(i); i++) cells[i] = axisCell(night[i]);
}

const axisCell = (isDark: boolean): Span => (isDark ? dim('┄') : text('─'));

/** In which cell a moment lies; outside the axis where it is not shown. */
export function cellAt({ fromSeconds, toSeconds }: TimeFrame, seconds: number, width: number): number {
  return Math.floor(((seconds - fromSeconds) / (toSeconds - fromSeconds)) * width + 1e-9);
}

function newAxis(frame: TimeFrame, width: number): TimeAxis {
  const { info, fromSeconds, toSeconds } = frame;
  const secondsPerCell = (toSeconds - fromSeconds) / width;
  const night = Array.from({ length: width }, (_, cell) =>
    isNight(info, fromSeconds + (cell + 0.5) * secondsPerCell),
  );
  const cells: Span[] = night.map(axisCell);
  for (const { seconds, label } of timeTicks(frame, width)) {
    const at = cellAt(frame, seconds, width);
    if (at + label.length > width) continue;
    [...label].forEach((letter, i) => (cells[at + i].text = letter));
  }
  return { line: joined(cells), night };
}
