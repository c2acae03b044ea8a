// The moment shown in figures. With room for it every figure has a line of its own and its course over the day; with
// less, two columns; with little, three lines. A pinned moment stands beside it, in the place of the units if need be.
import { spark } from '../canvas/chart.ts';
import { clockMoment } from '../clock.ts';
import { dim, text, type Line, type Span } from '../line.ts';
import { momentTitle } from '../model/moment.ts';
import { timeFrame } from '../model/time-frame.ts';
import type { UiState } from '../state.ts';
import { BASIC, figuresOf, pinnedFigures, type Figure } from './figures.ts';
import { beside, framed, inner, type Panel } from './panel.ts';

const LABEL = 9;
const VALUE = 7;
const UNIT = 8;

export const NOW_HEIGHT_MAX = 2 + 16;

/** Below this width figures need two columns of six lines, from it on three lines hold nearly all. */
const COMPACT_WIDTH = 76;

export function nowHeightMin(width: number): number {
  return inner(width) >= COMPACT_WIDTH ? 5 : 8;
}

export const nowPanel: Panel = (state, width, height) => {
  const pinned = pinnedFigures(state);
  const figures = figuresOf(state).map((each, i) =>
    pinned === undefined ? each : { ...each, unit: `◆ ${pinned[i].value}` },
  );
  const basic = figures.slice(0, BASIC);
  const room = inner(width);
  const rows = height - 2;
  let body: Line[];
  if (rows >= BASIC) body = withCourse(state, figures.slice(0, rows), room);
  else if (rows >= BASIC / 2) body = inColumns(basic, 2, room);
  else body = compact(basic, room);
  return framed({ title: momentTitle(state), head: pinnedHead(state, room), width, height }, body);
};

/** At the right edge, when the other one was. */
function pinnedHead({ info, pinnedSeconds }: UiState, room: number): Line {
  if (pinnedSeconds === undefined) return [];
  return [text(`◆ ${clockMoment(info, pinnedSeconds)}`.padStart(room), 'bold')];
}

function cell({ label, value, unit, alarm }: Figure): Span[] {
  return [
    dim(label.padEnd(LABEL)),
    text(value.padStart(VALUE), alarm ? 'broken' : undefined),
    dim(` ${unit}`),
    text(alarm ? ' ✖' : '', 'broken'),
  ];
}

function withCourse(state: UiState, figures: readonly Figure[], room: number): Line[] {
  const frame = timeFrame(state);
  const used = LABEL + VALUE + 1 + UNIT + 3;
  return figures.map((each) => {
    const course = spark(frame, state.history, each.track, {
      width: room - used,
      tone: each.tone,
      top: each.top,
    });
    return beside(cell(each), used, course);
  });
}

/** Read downwards. */
function inColumns(figures: readonly Figure[], columns: number, room: number): Line[] {
  const rows = Math.ceil(figures.length / columns);
  const step = Math.floor(room / columns);
  return Array.from({ length: rows }, (_, row) => {
    let line: Line = [];
    for (let column = 0; column < columns; column++) {
      const each = figures[column * rows + row];
      if (each !== undefined) line = beside(line, column * step, cell(each));
    }
    return line;
  });
}

/** Three lines: without `finished`, and the shares without their units. */
function compact(figures: readonly Figure[], room: number): Line[] {
  const [arriving, , output, running, waiting, rejected, replicas, ...shares] = figures;
  const counts = inColumns([arriving, output, running, waiting, replicas, rejected], 3, room);
  const step = Math.floor(room / shares.length);
  let line: Line = [];
  shares.forEach(({ label, value }, i) => {
    line = beside(line, i * step, [dim(label.padEnd(6)), text(value.padStart(step - 8))]);
  });
  return [...counts, line];
}
