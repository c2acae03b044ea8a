// The newest window in figures, after the end the whole run. With room for it every figure has a line of its own and its course over the day.
import { spark } from '../canvas/chart.ts';
import { count, figure, NONE, percent, rate, watts } from '../format.ts';
import { dim, text, type Line, type Span, type Tone } from '../line.ts';
import { rejectedOf, type Track } from '../model/history.ts';
import { isOver, shownWindow, type UiState } from '../state.ts';
import { beside, framed, inner, type Panel } from './panel.ts';

interface Figure {
  label: string;
  value: string;
  unit: string;
  track: Track;
  tone: Tone;
  /** Of the scale of its course; without it the course fills its own. */
  top?: number;
  /** Set where the value calls for attention. */
  alarm?: boolean;
}

const LABEL = 9;
const VALUE = 7;
const UNIT = 8;

/** The first of the figures are shown at any size, the others where there are lines for them. */
const BASIC = 12;
export const NOW_HEIGHT_MAX = 2 + 16;

/** Below this width figures need two columns of six lines, from it on three lines hold nearly all. */
const COMPACT_WIDTH = 76;

export function nowHeightMin(width: number): number {
  return inner(width) >= COMPACT_WIDTH ? 5 : 8;
}

export const nowPanel: Panel = (state, width, height) => {
  const figures = figuresOf(state);
  const basic = figures.slice(0, BASIC);
  const room = inner(width);
  const rows = height - 2;
  let body: Line[];
  if (rows >= BASIC) body = withCourse(state, figures.slice(0, rows), room);
  else if (rows >= BASIC / 2) body = inColumns(basic, 2, room);
  else body = compact(basic, room);
  return framed({ title: isOver(state) ? 'Whole run' : 'Now', width, height }, body);
};

const whole = (value: number | undefined): string => (value === undefined ? NONE : count(value));
const share = (value: number | undefined): string => (value === undefined ? NONE : percent(value));

function figuresOf(state: UiState): Figure[] {
  const { snapshot, info } = state;
  const window = shownWindow(state);
  const seconds = window === undefined ? 1 : window.endSeconds - window.startSeconds;
  const perSecond = (total: number | undefined): string =>
    total === undefined ? NONE : rate(total / seconds);
  const [power, powerUnit = ''] = watts((window?.itJoules ?? NaN) / seconds).split(' ');
  const rejected = snapshot === undefined ? undefined : rejectedOf(snapshot.day);
  return [
    {
      label: 'arriving',
      value: perSecond(window?.arrived),
      unit: 'req/s',
      track: 'arriving',
      tone: 'traffic',
    },
    {
      label: 'finished',
      value: perSecond(window?.finished),
      unit: 'req/s',
      track: 'finished',
      tone: 'traffic',
    },
    {
      label: 'output',
      value: perSecond(window?.outputTokens),
      unit: 'tok/s',
      track: 'output',
      tone: 'traffic',
    },
    { label: 'running', value: whole(window?.running), unit: 'req', track: 'running', tone: 'traffic' },
    { label: 'waiting', value: whole(window?.waiting), unit: 'req', track: 'waiting', tone: 'traffic' },
    {
      label: 'rejected',
      value: whole(rejected),
      unit: 'so far',
      track: 'rejected',
      tone: 'broken',
      alarm: rejected !== undefined && rejected > 0,
    },
    {
      label: 'replicas',
      value: whole(window?.replicasReady),
      unit: `of ${count(info.replicas)}`,
      track: 'replicas',
      tone: 'dim',
    },
    {
      label: 'batch',
      value: window === undefined ? NONE : figure(window.batchMean),
      unit: 'req',
      track: 'batch',
      tone: 'dim',
    },
    { label: 'KV', value: share(window?.kvUse), unit: 'in use', track: 'kv', tone: 'dim', top: 1 },
    { label: 'duty', value: share(window?.dutyCycle), unit: 'of time', track: 'duty', tone: 'dim', top: 1 },
    { label: 'MBU', value: share(window?.mbu), unit: '', track: 'mbu', tone: 'dim', top: 1 },
    { label: 'MFU', value: share(window?.mfu), unit: '', track: 'mfu', tone: 'dim', top: 1 },
    { label: 'goodput', value: perSecond(window?.good), unit: 'req/s', track: 'goodput', tone: 'traffic' },
    {
      label: 'input',
      value: perSecond(window?.promptTokens),
      unit: 'tok/s',
      track: 'input',
      tone: 'traffic',
    },
    {
      label: 'preempted',
      value: perSecond(window?.preemptions),
      unit: 'req/s',
      track: 'preempted',
      tone: 'dim',
    },
    { label: 'IT power', value: power, unit: powerUnit, track: 'power', tone: 'money' },
  ];
}

function cell({ label, value, unit, alarm }: Figure): Span[] {
  return [
    dim(label.padEnd(LABEL)),
    text(value.padStart(VALUE), alarm ? 'broken' : undefined),
    dim(` ${unit}`),
    text(alarm ? ' ✖' : '', 'broken'),
  ];
}

function withCourse({ info, history }: UiState, figures: readonly Figure[], room: number): Line[] {
  const used = LABEL + VALUE + 1 + UNIT + 3;
  return figures.map((each) => {
    const course = spark(info, history, each.track, { width: room - used, tone: each.tone, top: each.top });
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
