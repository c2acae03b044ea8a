// The figures that describe the fleet at this moment, with the track that holds their course over the day. The first
// BASIC are shown at any size, the others where there are lines for them.
import { count, figure, NONE, percent, rate, watts } from '../format.ts';
import type { Tone } from '../line.ts';
import { rejectedOf, type Track } from '../model/history.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import { momentOf, pinnedMoment } from '../model/moment.ts';
import type { UiState } from '../state.ts';

export const BASIC = 12;

export interface Figure {
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

const whole = (value: number | undefined): string => (value === undefined ? NONE : count(value));
const share = (value: number | undefined): string => (value === undefined ? NONE : percent(value));

/** Of the moment shown. */
export function figuresOf(state: UiState): Figure[] {
  const { kind, window } = momentOf(state);
  // Live, what was rejected so far stands for the moment: a short burst is not to be missed.
  return figuresFor(state, window, kind === 'past' ? window : state.snapshot?.day);
}

/** Of the pinned one, in the same order; undefined where none is. */
export function pinnedFigures(state: UiState): Figure[] | undefined {
  const pinned = pinnedMoment(state);
  return pinned && figuresFor(state, pinned.window, pinned.window);
}

function figuresFor(
  state: UiState,
  window: WindowMetrics | undefined,
  rejecting: WindowMetrics | undefined,
): Figure[] {
  const { info } = state;
  const seconds = window === undefined ? 1 : window.endSeconds - window.startSeconds;
  const perSecond = (total: number | undefined): string =>
    total === undefined ? NONE : rate(total / seconds);
  const [power, powerUnit = ''] = watts((window?.itJoules ?? NaN) / seconds).split(' ');
  const rejected = rejecting === undefined ? undefined : rejectedOf(rejecting);
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
      unit: rejecting === window ? 'req' : 'so far',
      track: 'rejected',
      tone: 'broken',
      alarm: rejected !== undefined && rejected > 0,
    },
    {
      label: 'replicas',
      value: whole(window?.replicasReady),
      unit: replicasUnit(window, info.replicas),
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

/** How many there will be, where that differs; else how many there may be. */
function replicasUnit(window: WindowMetrics | undefined, most: number): string {
  const { replicasWanted: wanted = 0, replicasReady: ready = 0 } = window ?? {};
  return wanted > 0 && wanted !== ready ? `→ ${count(wanted)}` : `of ${count(most)}`;
}
