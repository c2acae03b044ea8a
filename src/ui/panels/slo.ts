// Whether the service keeps its promise: the share of requests within every threshold so far, goodput, and one mark per
// hour of arrival. The hour under way is open: its requests are still being served.
import { chart, stretchBand, type Layer } from '../canvas/chart.ts';
import { clockMoment, localTime } from '../clock.ts';
import { attainment, count, latency, NONE, rate, trimmed } from '../format.ts';
import { dim, joined, mark, text, type Line, type Span } from '../line.ts';
import { shownWindow } from '../model/moment.ts';
import { attainmentSoFar, knownFates, ledgerOf } from '../model/reading.ts';
import { attainmentLevel, MISSED_SHARE_MAX } from '../model/slo.ts';
import { timeFrame } from '../model/time-frame.ts';
import { isOver, type UiState } from '../state.ts';
import { beside, framed, inner, type Panel } from './panel.ts';

const HOUR_MARK = { held: '■', close: '▲', broken: '✖' } as const;
const LABEL = 13;
/** A caption, two rows of braille and the axis. */
const CHART = 4;

export const sloPanel: Panel = (state, width, height) => {
  const room = inner(width);
  const body: Line[] = [attainmentLine(state), goodputLine(state)];
  if (height - 2 >= 4) body.push(worstLine(state));
  body.push(hourMarks(state, room - LABEL));
  if (height - 2 >= 5) body.push(hourLabels(state, room - LABEL));
  if (height - 2 >= 6) body.push([dim('■ held  ▲ close to 1 % missed  ✖ above  □ under way')]);
  const left = height - 2 - body.length;
  if (left >= CHART) body.push(...missedCourse(state, { width: room, height: left }));
  return framed({ title: 'SLO', head: [dim(`     ${thresholds(state)}`)], width, height }, body);
};

function thresholds({ info: { slo } }: UiState): string {
  const limits = [
    ['TTFT', slo.ttftSeconds],
    ['TPOT', slo.tpotSeconds],
    ['E2E', slo.e2eSeconds],
  ] as const;
  const set = limits.filter(([, limit]) => limit !== undefined);
  if (set.length === 0) return 'none set';
  return set.map(([name, limit]) => `${name} < ${latency(limit ?? NaN)}`).join(', ');
}

/** Percentage with its mark: `● 99.93 %`. */
export function attainmentSpans({ snapshot }: UiState): Line {
  const share = snapshot === undefined ? NaN : attainmentSoFar(snapshot);
  if (Number.isNaN(share)) return [text(NONE.padStart(10))];
  return [mark(attainmentLevel(share)), text(attainment(share).padStart(9), 'bold')];
}

function attainmentLine(state: UiState): Line {
  return [
    dim('attainment'.padEnd(LABEL)),
    ...attainmentSpans(state),
    dim('  of requests served or rejected'),
  ];
}

function goodputLine(state: UiState): Line {
  const { snapshot } = state;
  const window = shownWindow(state);
  const goodput = window === undefined ? NONE : rate(window.good / (window.endSeconds - window.startSeconds));
  const missed = snapshot === undefined ? NONE : count(knownFates(snapshot.day) - snapshot.day.attained);
  return beside([dim('goodput'.padEnd(LABEL)), text(goodput.padStart(10)), dim('  req/s')], 36, [
    text(missed.padStart(7)),
    dim(' missed'),
  ]);
}

/** Attainment of hours that are over. */
function closedHours(state: UiState): readonly number[] {
  const shares = state.snapshot?.attainmentByHour ?? [];
  return isOver(state) ? shares : shares.slice(0, -1);
}

function worstLine(state: UiState): Line {
  const shares = closedHours(state);
  const label = dim('worst hour'.padEnd(LABEL));
  const worst = Math.min(...shares.filter((share) => !Number.isNaN(share)));
  if (worst === Infinity) return [label, text(NONE.padStart(10))];
  const { startSeconds } = ledgerOf(state.snapshot)[shares.indexOf(worst)];
  return [
    label,
    mark(attainmentLevel(worst)),
    text(attainment(worst).padStart(9)),
    dim(`  ${clockMoment(state.info, startSeconds)}`),
  ];
}

/** One mark per hour; the newest ones where there is no room for all. */
function hourMarks(state: UiState, room: number): Line {
  const spans: Span[] = closedHours(state).map((share) => {
    if (Number.isNaN(share)) return dim('·');
    const level = attainmentLevel(share);
    return text(HOUR_MARK[level], level);
  });
  if (state.snapshot !== undefined && !isOver(state)) spans.push(text('□'));
  return [dim('hour by hour'.padEnd(LABEL)), ...joined(spans.slice(-room))];
}

/** Every sixth hour by the clock, below its mark. */
function hourLabels({ snapshot, info }: UiState, room: number): Line {
  const rows = ledgerOf(snapshot).slice(-room);
  let labels = '';
  rows.forEach(({ startSeconds }, i) => {
    const hour = localTime(info, startSeconds).secondOfDay / 3600;
    if (Number.isInteger(hour / 6)) labels = labels.padEnd(i) + String(hour).padStart(2, '0');
  });
  return [dim(' '.repeat(LABEL) + labels)];
}

/** The share of requests that missed the SLO, by hour of arrival. */
function missedCourse(state: UiState, size: { width: number; height: number }): Line[] {
  const frame = timeFrame(state);
  const rows = ledgerOf(state.snapshot);
  const layer: Layer = {
    name: 'attainment',
    tone: 'latency',
    look: 'area',
    band: (columns) =>
      stretchBand(
        frame,
        columns,
        closedHours(state).map((share, i) => [
          rows[i].startSeconds,
          rows[i].endSeconds,
          1 - share,
          1 - share,
        ]),
      ),
  };
  const plot = chart({
    frame,
    layers: [layer],
    width: size.width,
    height: size.height - 1,
    label: (share) => `${trimmed(share * 100)}%`,
    limit: MISSED_SHARE_MAX,
  });
  return [
    [dim('missed by hour  '), text('⠒⠒⠒', 'latency'), dim(' share of requests  ⠂⠐ limit of p99')],
    ...plot,
  ];
}
