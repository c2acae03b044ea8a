// The screen of a comparison under way: a row for each run, with its figures so far and the course of its replicas, all
// courses to one scale. Pure. Rows grow where there is room; where there are more than fit, they scroll.
import { timeAxis } from '../canvas/axis.ts';
import { BrailleCanvas } from '../canvas/braille.ts';
import { compact, figure, NONE, usd, attainment as shownAttainment } from '../format.ts';
import { dim, fit, mark, spread, text, type Level, type Line } from '../line.ts';
import { levelOf } from '../model/slo.ts';
import { framed, inner, listWindow } from '../panels/panel.ts';
import { resampled, type Contender, type Course } from './contenders.ts';

export interface BoardState {
  course: Course;
  contenders: readonly Contender[];
  /** The first one shown, where not all are. */
  first: number;
  isStopping: boolean;
  columns: number;
  rows: number;
}

const ROWS_MAX = 10;
const NAME_MIN = 12;
const NAME_MAX = 28;
/** Of requests: what most promise. */
const ATTAINMENT = 0.99;

interface Column {
  head: string;
  width: number;
  cell: (contender: Contender, course: Course) => Line;
}

const right = (content: string, width: number, level?: Level): Line => [
  text(content.padStart(level === undefined ? width : width - 2)),
  ...(level === undefined ? [] : [text(' '), mark(level)]),
];

/** From the most to the least important. */
const COLUMNS: readonly Column[] = [
  { head: 'done', width: 7, cell: ({ done }) => right(`${Math.floor(done * 100)} %`, 7) },
  { head: 'cost so far', width: 12, cell: ({ costUsd }) => right(usd(costUsd), 12) },
  {
    head: 'SLO met',
    width: 12,
    cell: ({ attainment }) =>
      right(
        shownAttainment(attainment),
        12,
        Number.isNaN(attainment) ? undefined : attainment >= ATTAINMENT ? 'held' : 'broken',
      ),
  },
  {
    head: 'TTFT p99',
    width: 12,
    cell: ({ ttftP99Seconds: value }, { slo: { ttftSeconds: limit } }) =>
      right(
        Number.isNaN(value) ? NONE : `${figure(value)} s`,
        12,
        Number.isNaN(value) || limit === undefined ? undefined : levelOf(value, limit),
      ),
  },
  {
    head: 'replicas',
    width: 11,
    cell: ({ ready, wanted }) => {
      const shown = Number.isNaN(ready) ? NONE : wanted === ready ? `${ready}` : `${ready} → ${wanted}`;
      return right(shown, 11);
    },
  },
  {
    head: '$/h',
    width: 10,
    cell: ({ costUsd, simulatedSeconds }) => right(usd(costUsd / (simulatedSeconds / 3600)), 10),
  },
];

const SPARK_MIN = 16;
/** What the charts are, in as many words as there is room for. */
const CHARTS = ['ready replicas over the day, one scale', 'ready replicas, one scale', 'ready replicas'];

export function boardLines(state: BoardState): Line[] {
  const { columns, rows } = state;
  const room = inner(columns);
  const nameWidth = Math.min(
    NAME_MAX,
    Math.max(NAME_MIN, ...state.contenders.map(({ name }) => name.length + 4)),
    Math.floor(room / 3),
  );
  const shown = columnsFor(room - nameWidth - SPARK_MIN);
  const used = shown.reduce((sum, { width }) => sum + width, nameWidth);
  const spark = room - used - 2;
  const hasAxis = rows - 4 > state.contenders.length;
  const body = contenderLines(state, { shown, nameWidth, spark }, rows - 4 - (hasAxis ? 1 : 0));
  if (hasAxis) body.push([text(' '.repeat(used + 2)), ...clock(state.course, spark)]);
  const charts = CHARTS.find(({ length }) => length <= room - used - 2) ?? '';
  const columnHeads = shown.map((column) => column.head.padStart(column.width)).join('');
  const head = `${' '.repeat(nameWidth)}${columnHeads}  ${charts}`;
  return [
    header(state),
    ...framed({ title: 'Policies', head: [dim(head)], width: columns, height: rows - 2 }, body),
    footer(state),
  ].map((line) => fit(line, columns));
}

/** Below all charts. */
function clock(course: Course, width: number): Line {
  return timeAxis({ info: course, fromSeconds: 0, toSeconds: course.durationSeconds, marks: [] }, width).line;
}

function columnsFor(room: number): Column[] {
  let left = room;
  return COLUMNS.filter(({ width }) => (left -= width) >= 0);
}

interface Widths {
  shown: readonly Column[];
  nameWidth: number;
  spark: number;
}

function contenderLines({ contenders, first, course }: BoardState, widths: Widths, room: number): Line[] {
  const each = Math.max(1, Math.min(ROWS_MAX, Math.floor(room / contenders.length)));
  const top = Math.max(1, ...contenders.map(({ replicas }) => replicas.max || 0));
  const fitting = Math.floor(room / each);
  const from = listWindow(contenders.length, first + Math.floor(fitting / 2), fitting).first;
  return contenders.slice(from, from + fitting).flatMap((contender) => {
    const figures = widths.shown.flatMap(({ cell }) => [...cell(contender, course)]);
    // A blank line between charts that are higher than one.
    const lines = each > 2 ? each - 1 : each;
    const plot = sparkLines(contender, { width: widths.spark, rows: lines, top });
    const indent = widths.nameWidth + widths.shown.reduce((sum, { width }) => sum + width, 0) + 2;
    return Array.from({ length: each }, (_, i): Line => {
      if (i >= lines) return [];
      if (i > 0) return [text(' '.repeat(indent)), ...plot[i]];
      return [...nameOf(contender, widths.nameWidth), ...figures, text('  '), ...plot[0]];
    });
  });
}

function nameOf({ name, status }: Contender, width: number): Line {
  const sign =
    status === 'finished' ? text('✔', 'bold') : status === 'running' ? text('▶', 'bold') : dim('◌');
  return fit([sign, text(' '), text(name, status === 'waiting' ? 'dim' : 'bold')], width);
}

function sparkLines(
  { replicas }: Contender,
  { width, rows, top }: { width: number; rows: number; top: number },
): Line[] {
  const canvas = new BrailleCanvas(Math.max(1, width), rows);
  const axis = { top, topDot: 0, zeroDot: rows * 4 - 1 };
  canvas.band(resampled(replicas, Math.max(1, width) * 2), axis, { tone: 'traffic', look: 'area' });
  return canvas.lines();
}

function header({ course, contenders, columns, isStopping }: BoardState): Line {
  const finished = contenders.filter(({ status }) => status === 'finished').length;
  const done = contenders.reduce((sum, each) => sum + each.done, 0) / contenders.length;
  const width = Math.max(8, Math.min(40, Math.floor(columns / 5)));
  const full = Math.floor(done * width);
  const top = Math.max(0, ...contenders.map(({ replicas }) => replicas.max || 0));
  return spread(
    [
      text(' fleetday compare', 'bold'),
      text(`  ${course.name}`),
      dim(columns >= 120 ? `   charts reach to ${compact(top)} replicas` : ''),
    ],
    [
      isStopping ? text('■ stopping  ', 'close') : dim(''),
      text(`${finished} of ${contenders.length} finished  `),
      text('━'.repeat(full), 'traffic'),
      dim('─'.repeat(width - full)),
      text(`${String(Math.floor(done * 100)).padStart(4)} % `),
    ],
    columns,
  );
}

function footer({ isStopping }: BoardState): Line {
  if (isStopping)
    return [
      dim(' what has finished is compared; runs under way are dropped   '),
      text('q', 'bold'),
      dim(' leave at once'),
    ];
  return [
    text(' ↑↓', 'bold'),
    dim(' scroll   '),
    text('q', 'bold'),
    dim(' stop, and compare what has finished   '),
    mark('held'),
    dim(' held '),
    mark('close'),
    dim(' close '),
    mark('broken'),
    dim(' broken'),
  ];
}
