// The figures that describe the fleet at this moment, with the track that holds their course over the day. The first
// BASIC are shown at any size, the others where there are lines for them.
import { count, figure, NONE, percent, rate, watts } from '../format.ts';
import type { Tone } from '../line.ts';
import { rejectedOf, type Track } from '../model/history.ts';
import { shownWindow, type UiState } from '../state.ts';

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

/** Of the newest window, after the end of the whole run. */
export function figuresOf(state: UiState): Figure[] {
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
