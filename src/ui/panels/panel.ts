// What a panel is, and its frame: titles and column heads stand in the border, so that no line is lost to them.
import { dim, fit, joined, lineWidth, text, type Line, type Span, type Tone } from '../line.ts';
import type { UiState } from '../state.ts';

/** Draws itself as exactly `height` lines of exactly `width` cells. */
export type Panel = (state: UiState, width: number, height: number) => Line[];

/** Blank cell inside either border. */
const EDGE = 2;
/** Between entries of a legend: so much becomes border. */
const GAP = 2;

/** Width left for the content of a panel. */
export const inner = (width: number): number => width - 2 * EDGE;

export interface Frame {
  title: string;
  /** Column heads and the like, placed in the top border at the cells of the content where they stand. */
  head?: Line;
  width: number;
  height: number;
}

/** A box around the body; lines beyond the box are left out, missing ones blank. */
export function framed({ title, head = [], width, height }: Frame, body: readonly Line[]): Line[] {
  const lines: Line[] = [topBorder(title, head, width)];
  for (let row = 0; row < height - 2; row++) {
    lines.push([dim('│ '), ...fit(body[row] ?? [], inner(width)), dim(' │')]);
  }
  lines.push([dim(`└${'─'.repeat(width - 2)}┘`)]);
  return lines;
}

function topBorder(title: string, head: Line, width: number): Line {
  const cells: Span[] = Array.from({ length: width }, () => dim('─'));
  const put = (at: number, content: string, tone: Tone | undefined): void =>
    [...content].forEach((letter, i) => at + i < width - 1 && (cells[at + i] = text(letter, tone)));
  cells[0] = dim('┌');
  cells[width - 1] = dim('┐');
  put(1, ` ${title} `, 'bold');
  let at = EDGE;
  for (const { text: content, tone } of head) {
    // What stands apart by two blanks and more stands apart by border.
    for (const word of content.matchAll(/\S+( \S+)*/g))
      put(at + word.index - 1, ` ${word[0]} `, tone ?? 'dim');
    at += content.length;
  }
  return joined(cells);
}

/**
 * What the lines of a chart are, at the right end of the top border. Entries that have no room beside the title are left
 * out, the last ones first.
 */
export function legendHead(title: string, entries: readonly Line[], width: number): Line {
  const room = inner(width);
  let left = room - title.length - GAP;
  const fitting = entries.filter((entry, i) => (left -= lineWidth(entry) + (i > 0 ? GAP : 0)) >= 0);
  const line = fitting.flatMap((entry, i) => (i > 0 ? [dim(' '.repeat(GAP)), ...entry] : [...entry]));
  return [text(' '.repeat(Math.max(0, room - lineWidth(line)))), ...line];
}

/** Side by side, the second starting at the given cell. */
export function beside(left: Line, at: number, right: Line): Line {
  return [...fit(left, at), ...right];
}

/** A list above, and at the bottom what is selected, in full. */
export function aboveSelected(list: readonly Line[], selected: readonly Line[], rows: number): Line[] {
  const gap = Array.from({ length: Math.max(0, rows - list.length - selected.length) }, () => []);
  return [...list, ...gap, ...selected];
}

/** Which part of a list stands on the screen: the selected line is always in it. */
export function listWindow(length: number, selected: number, room: number): { first: number; count: number } {
  const count = Math.min(length, room);
  const first = Math.max(0, Math.min(length - count, selected - Math.floor(room / 2)));
  return { first, count };
}
