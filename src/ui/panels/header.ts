// The first line: what runs, what time it is there, how fast it goes and how much is left.
import { clockDate, clockTime, zoneName } from '../clock.ts';
import { compact, grouped, stopwatch } from '../format.ts';
import { dim, fit, lineWidth, text, type Line, type Span, type Tone } from '../line.ts';
import { progressOf } from '../model/reading.ts';
import { isPaused, isStopping, SPEEDS, type UiState } from '../state.ts';

/** Below: no year, no name of the program, a short bar. */
const WIDE = 100;
/** Below there is no date and no bar. */
const TIGHT = 76;
/** From here on there is room for the speed. */
const ROOMY = 120;

export function header(state: UiState): Line {
  const { info, snapshot, columns, rival } = state;
  const seconds = state.cursorSeconds ?? snapshot?.window.endSeconds ?? 0;
  const isNarrow = columns < WIDE;
  const date = clockDate(info, seconds);
  const clock: Line = [
    dim(columns < TIGHT ? '' : isNarrow ? date.slice(0, -5) : date),
    text(`${state.cursorSeconds === undefined ? '  ' : ' ◂'}${clockTime(info, seconds)}`, 'bold'),
    dim(` ${zoneName(info, seconds)}`),
  ];
  const right = progress(state);
  const names = rival === undefined ? info.name : `${info.name} │ ${rival.info.name}`;
  const name: Line = isNarrow ? [text(` ${names}`)] : [text(' fleetday', 'bold'), text(`  ${names}`)];
  // The clock stands in the middle as long as there is one; where there is none, the name needs the room.
  const centre = Math.floor((columns - lineWidth(clock)) / 2);
  const latest = columns - lineWidth(right) - lineWidth(clock) - 2;
  const start = Math.max(0, columns < TIGHT ? latest : Math.min(centre, latest));
  return fit(
    [...fit(name, start - 1), text(' '), ...fit([...clock], columns - start - lineWidth(right)), ...right],
    columns,
  );
}

function progress(state: UiState): Line {
  const share = progressOf(state.info, state.snapshot);
  const width = barWidth(state.columns);
  const full = Math.floor(share * width);
  return [
    status(state),
    text('  '),
    text('━'.repeat(full), 'traffic'),
    dim('─'.repeat(width - full)),
    text(`${String(Math.floor(share * 100)).padStart(4)} %`),
    dim(state.columns < ROOMY ? '' : speed(state).padStart(14)),
    dim(timeLeft(state).padStart(state.columns < WIDE ? 11 : 13)),
    text(' '),
  ];
}

function barWidth(columns: number): number {
  if (columns < TIGHT) return 0;
  return columns < WIDE ? 8 : Math.min(40, Math.floor(columns / 5) - 4);
}

/** Mark and word of the status, always eleven cells. */
const word = (content: string, tone?: Tone): Span => text(content.padStart(11), tone);

function status(state: UiState): Span {
  if (isStopping(state)) return word('■ stopping', 'close');
  if (isPaused(state)) return word('❚❚ paused', 'close');
  switch (state.status) {
    case 'starting':
      return word('◌ starting', 'dim');
    case 'draining':
      return word('▽ draining');
    case 'finished':
      return word('✔ finished', 'held');
    case 'stopped':
      return word('■ stopped', 'close');
    case 'failed':
      return word('✖ failed', 'broken');
    default:
      return word(speedOf(state));
  }
}

/** How fast time passes: as chosen, or as fast as it goes. */
function speedOf({ speed: place, pace }: UiState): string {
  const chosen = SPEEDS[place];
  if (chosen !== 'max') return `▶ ${SPEED_NAME[chosen]}`;
  return pace.factor === undefined ? '▶ running' : `▶ ${grouped(pace.factor)}×`;
}

const SPEED_NAME: Record<number, string> = { 3600: '1 h/s', 600: '10 min/s', 60: '1 min/s', 1: 'real time' };

/** Simulated requests per real second. */
function speed({ status, snapshot }: UiState): string {
  const isGoing = status === 'running' || status === 'draining';
  return isGoing && snapshot !== undefined && snapshot.requestsPerWallSecond > 0
    ? `${compact(snapshot.requestsPerWallSecond)} req/s`
    : '';
}

function timeLeft({ status, snapshot, speed: place, info }: UiState): string {
  if (snapshot === undefined) return '';
  const { wallSeconds, wallSecondsLeft } = snapshot;
  if (status === 'finished') return `took ${stopwatch(wallSeconds)}`;
  if (status === 'stopped') return 'partial';
  if (status === 'failed' || wallSecondsLeft === undefined) return '';
  const chosen = SPEEDS[place];
  const paced = chosen === 'max' ? 0 : (info.durationSeconds - snapshot.window.endSeconds) / chosen;
  return `${stopwatch(chosen === 'max' ? wallSecondsLeft : Math.max(0, paced))} left`;
}
