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
}

/** Exactly `height` lines of `width` cells, the last of them the time axis. */
export function chart({ frame, layers, width, height, label, limit }: ChartOptions): Line[] {
  const rows = height - 1;
  const columns = width - LABEL - 1;
  if (rows < 1 || columns < 8) return Array.from({ length: height }, () => []);
  const canvas = new BrailleCanvas(columns, rows);
  const bands = layers.map(({ band }) => band(columns * 2));
  const own = Math.max(limit ?? 0, ...bands.map((band) => band.max || 0));
  const highest = frame.scale?.(layers.map(({ name }) => name).join(), own) ?? own;
  const scale = roundScale(highest, rows >= 8 ? 5 : rows >= 4 ? 3 : rows >= 2 ? 2 : 1);
  // Zero is the time axis itself, and a label stands in the middle of its row.
  const axis = { top: scale.top, topDot: 1.5, zeroDot: rows * 4 + 1.5 };
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
  for (let step = 1; step <= scale.steps; step++) {
    const value = (scale.top * step) / scale.steps;
    labels.set(canvas.dotRow(value, axis) >> 2, label(value));
  }
  const plot = canvas.lines().map((line, row) => {
    const value = labels.get(row);
    return [dim(value === undefined ? ' '.repeat(LABEL) + '│' : `${value.padStart(LABEL)}┤`), ...line];
  });
  return [...plot, [dim(`${label(0).padStart(LABEL)}┼`), ...clock.line]];
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
