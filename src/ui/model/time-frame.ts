// Which part of the run's time the axes show, and which moments are marked on them. Zoomed in, the axis follows the
// moment shown, in steps of an eighth of its length so that charts stand still most of the time.
import type { RunInfo } from '../../run/snapshot.ts';
import type { UiState } from '../state.ts';

export interface TimeFrame {
  info: Pick<RunInfo, 'startEpochMs' | 'timeZone' | 'windowSeconds' | 'durationSeconds'>;
  fromSeconds: number;
  toSeconds: number;
  marks: readonly TimeMark[];
  /** Of charts that are to agree: see UiState. */
  scale?: (name: string, highest: number) => number;
}

export interface TimeMark {
  atSeconds: number;
  sign: '▲' | '◆' | '↯';
}

/** Narrower than this there is nothing to see. */
const SPAN_MIN_SECONDS = 600;
const WINDOWS_MIN = 10;

export function zoomMax({ durationSeconds, windowSeconds }: RunInfo): number {
  const narrowest = Math.max(SPAN_MIN_SECONDS, WINDOWS_MIN * windowSeconds);
  return Math.max(0, Math.floor(Math.log2(durationSeconds / narrowest)));
}

/** End of the newest window; 0 before the first. */
export function newestSeconds({ snapshot }: Pick<UiState, 'snapshot'>): number {
  return snapshot?.window.endSeconds ?? 0;
}

type Looking = Pick<UiState, 'info' | 'zoom' | 'cursorSeconds' | 'snapshot'>;

export function frameSeconds(state: Looking): { fromSeconds: number; toSeconds: number } {
  const { info, zoom, cursorSeconds } = state;
  const span = info.durationSeconds / 2 ** zoom;
  // What is looked back at stands in the middle, the newest moment near the right edge.
  const wish = cursorSeconds === undefined ? newestSeconds(state) - 0.9 * span : cursorSeconds - 0.5 * span;
  const step = span / 8;
  const from = Math.max(0, Math.min(info.durationSeconds - span, Math.ceil(wish / step) * step));
  return { fromSeconds: from, toSeconds: from + span };
}

export function timeFrame(state: Looking & Pick<UiState, 'pinnedSeconds' | 'scale'>): TimeFrame {
  const marks = (state.snapshot?.events ?? []).map(({ atSeconds }): TimeMark => ({ atSeconds, sign: '↯' }));
  if (state.pinnedSeconds !== undefined) marks.push({ atSeconds: state.pinnedSeconds, sign: '◆' });
  if (state.cursorSeconds !== undefined) marks.push({ atSeconds: state.cursorSeconds, sign: '▲' });
  return { info: state.info, ...frameSeconds(state), marks, scale: state.scale };
}

/** Whether what lies behind the right edge (a run drains after its day) belongs into the last column. */
export function isAtEnd({ info, toSeconds }: TimeFrame): boolean {
  return toSeconds >= info.durationSeconds;
}
