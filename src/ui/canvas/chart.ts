// A chart over the time shown: value axis at the left, clock times below, several bands in one braille canvas, a limit
// as a dotted line with its value named at the axis, and marked moments as dotted verticals.
import { dim, type Line, type Tone } from '../line.ts';
import { Band } from '../model/band.ts';
import { trackBand, type History, type Track } from '../model/history.ts';
import type { TimeFrame } from '../model/time-frame.ts';
import { cellAt, roundScale, timeAxis } from './axis.ts';
import { BrailleCanvas, type Brush } from './braille.ts';

const LABEL = 5;

export interface Layer extends Brush {
  /** Charts whose layers have the same names are of the same kind. */
  name: string;
  /** Values for so many dot columns. */
  band: (dotColumns: number) => Band;
}

export interface ChartOptions {
  frame: TimeFrame;
  /** Painted in this order: the last one wins where they meet. */
  layers: readonly Layer[];
  width: number;
  height: number;
  label: (value: number) => string;
  limit?: number;
  /** Values are counted: no label between two whole numbers. */
  isWhole?: boolean;
}

/** Exactly `height` lines of `width` cells, the last of them the time axis. */
export function chart(options: ChartOptions): Line[] {
  const { frame, layers, width, height, label, limit, isWhole } = options;
  const rows = height - 1;
  const columns = width - LABEL - 1;
  if (rows < 1 || columns < 8) return Array.from({ length: height }, () => []);
  const canvas = new BrailleCanvas(columns, rows);
  const bands = layers.map(({ band }) => band(columns * 2));
  const own = Math.max(limit ?? 0, ...bands.map((band) => band.max || 0));
  const highest = frame.scale?.(layers.map(({ name }) => name).join(), own) ?? own;
  const { step, steps, rowsPerStep } = roundScale(highest, rows, isWhole);
  // Zero is the time axis itself, and a label stands in the middle of its row.
  const zeroDot = rows * 4 + 1.5;
  const axis = { top: step * steps, topDot: zeroDot - steps * rowsPerStep * 4, zeroDot };
  for (const { atSeconds } of frame.marks) canvas.vertical(cellAt(frame, atSeconds, columns), 'bold');
  if (limit !== undefined) canvas.band(level(limit, columns * 2), axis, { tone: 'dim', look: 'dots' });
  const clock = timeAxis(frame, columns);
  layers.forEach((layer, i) => {
    canvas.band(bands[i], axis, {
      ...layer,
      shade: clock.night.map((dark) => (dark ? 'dim' : layer.tone)),
    });
  });

  const labels = new Map<number, string>();
  for (let i = 1; i <= steps; i++) labels.set(rows - i * rowsPerStep, label(step * i));
  const plot = canvas.lines().map((line, row) => {
    const value = labels.get(row);
    return [dim(value === undefined ? ' '.repeat(LABEL) + '│' : `${value.padStart(LABEL)}┤`), ...line];
  });
  return [...plot, [dim(`${label(0).padStart(LABEL)}┼`), ...clock.line]];
}

/** What is zero most of the time and then is not: only where it is not, with the feet of its slopes. */
export function bumpLayer(frame: TimeFrame, history: History, track: Track, brush: Brush): Layer {
  const whole = trackLayer(frame, history, track, brush);
  return {
    ...whole,
    band: (columns) => {
      const band = whole.band(columns);
      const isUp = Array.from(band.high, (value) => value > 0);
      const isQuiet = (i: number): boolean => !isUp[i] && !isUp[i - 1] && !isUp[i + 1];
      for (const values of [band.low, band.high])
        for (let i = 0; i < values.length; i++) if (isQuiet(i)) values[i] = NaN;
      return band;
    },
  };
}

/** A track of the history as a layer. */
export function trackLayer(frame: TimeFrame, history: History, track: Track, brush: Brush): Layer {
  return { name: track, band: (columns) => trackBand(history, track, columns, frame), ...brush };
}

/** Something that has a value for some stretches of time: hours of the ledger, windows of the expected curve. */
export function stretchBand(
  { fromSeconds, toSeconds }: TimeFrame,
  columns: number,
  stretches: Iterable<readonly [startSeconds: number, endSeconds: number, low: number, high: number]>,
): Band {
  const band = new Band(columns);
  const scale = columns / (toSeconds - fromSeconds);
  for (const [start, end, low, high] of stretches) {
    if (end <= fromSeconds || start >= toSeconds) continue;
    band.widen((start - fromSeconds) * scale, (end - fromSeconds) * scale, low, high);
  }
  return band;
}

function level(value: number, columns: number): Band {
  const band = new Band(columns);
  band.low.fill(value);
  band.high.fill(value);
  return band;
}

/** The track in one row without axes, from 0 to `top` (or its own maximum). */
export function spark(
  frame: TimeFrame,
  history: History,
  track: Track,
  { width, tone, top }: { width: number; tone: Tone; top?: number },
): Line {
  const canvas = new BrailleCanvas(width, 1);
  const band = trackBand(history, track, width * 2, frame);
  const max = band.max;
  // Nothing happened: no colour.
  canvas.band(band, { top: top ?? (max || 1), topDot: 0, zeroDot: 3 }, { tone: max > 0 ? tone : 'dim' });
  return canvas.lines()[0];
}
