// A canvas of braille characters: two dots across and four down in every cell. A cell has one tone, that of the last
// mark put into it, so paint what matters most last. Bands are drawn from the smallest to the largest value of each
// dot column and joined to their neighbours, so that a spike of one window is a line, not a gap.
// Dot numbering: Unicode Standard, chapter 21.1, U+2800 plus one bit per dot.
import type { Line, Span, Tone } from '../line.ts';
import type { Band } from '../model/band.ts';

const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** The dot rows at which `top` and zero stand. */
export interface Axis {
  top: number;
  topDot: number;
  zeroDot: number;
}

export interface Brush {
  tone: Tone | undefined;
  /** A line through all values, the same with a half-tone down to zero, or single dots. */
  look?: 'line' | 'area' | 'dots';
  /** Tone of the half-tone by cell, where it is not that of the line. */
  shade?: readonly (Tone | undefined)[];
}

export class BrailleCanvas {
  readonly columns: number;
  readonly rows: number;
  readonly #bits: Uint8Array;
  readonly #tones: (Tone | undefined)[];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#bits = new Uint8Array(columns * rows);
    this.#tones = Array.from<Tone | undefined>({ length: columns * rows });
  }

  /** Dot (x, y) from the top left; outside the canvas nothing happens. */
  set(x: number, y: number, tone: Tone | undefined): void {
    if (x < 0 || y < 0 || x >= this.columns * 2 || y >= this.rows * 4) return;
    const cell = (y >> 2) * this.columns + (x >> 1);
    this.#bits[cell] |= BITS[x & 1][y & 3];
    this.#tones[cell] = tone;
  }

  /** A dotted line from top to bottom in a column of cells. */
  vertical(column: number, tone: Tone | undefined): void {
    for (let y = 0; y < this.rows * 4; y += 2) this.set(column * 2, y, tone);
  }

  /** Dot row of a value; what lies outside the canvas is drawn at its edge. */
  dotRow(value: number, { top, topDot, zeroDot }: Axis): number {
    const row = Math.round(zeroDot - (value / top) * (zeroDot - topDot));
    return Math.max(0, Math.min(this.rows * 4 - 1, row));
  }

  /** One pair of values per dot column. */
  band({ low, high }: Band, axis: Axis, { tone, look = 'line', shade }: Brush): void {
    const floor = this.rows * 4;
    let previousLow = NaN;
    let previousHigh = NaN;
    for (let x = 0; x < low.length; x++) {
      // Joined to the neighbour: a column reaches at least to where the one before ended.
      const from = previousHigh < low[x] ? previousHigh : low[x];
      const to = previousLow > high[x] ? previousLow : high[x];
      previousLow = low[x];
      previousHigh = high[x];
      if (Number.isNaN(from)) continue;
      if (look === 'dots') {
        if (x % 2 === 0) this.set(x, this.dotRow(high[x], axis), tone);
        continue;
      }
      const bottom = this.dotRow(from, axis);
      for (let y = this.dotRow(to, axis); y <= bottom; y++) this.set(x, y, tone);
      if (look === 'line') continue;
      const below = shade === undefined ? tone : shade[x >> 1];
      // Cells that the line runs through keep its tone: below starts with the next row of cells.
      for (let y = bottom + 1; y < floor; y++) {
        if ((x + 2 * y) % 4 === 0) this.set(x, y, y >> 2 === bottom >> 2 ? tone : below);
      }
    }
  }

  /** The finished rows, with empty cells as blanks. */
  lines(): Line[] {
    return Array.from({ length: this.rows }, (_, row) => this.#line(row));
  }

  #line(row: number): Line {
    const spans: Span[] = [];
    let run = '';
    let tone: Tone | undefined;
    for (let cell = row * this.columns; cell < (row + 1) * this.columns; cell++) {
      const bits = this.#bits[cell];
      // A blank joins any run: fewer escape codes.
      if (bits !== 0 && this.#tones[cell] !== tone) {
        if (run !== '') spans.push({ text: run, tone });
        run = '';
        tone = this.#tones[cell];
      }
      run += bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits);
    }
    if (run !== '') spans.push({ text: run, tone });
    return spans;
  }
}
