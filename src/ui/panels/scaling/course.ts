// Replicas over the day: wanted against what is ready, on the way and going; and below it what calls for them.
import { chart, stretchBand, trackLayer, type Layer } from '../../canvas/chart.ts';
import { compact, trimmed } from '../../format.ts';
import { dim, text, type Line, type Tone } from '../../line.ts';
import type { Track } from '../../model/history.ts';
import { timeFrame, type TimeFrame } from '../../model/time-frame.ts';
import { eventsOf, type UiState } from '../../state.ts';
import { framed, inner, type Panel } from '../panel.ts';

interface Curve {
  track: Track;
  name: string;
  tone: Tone | undefined;
  look: 'line' | 'area' | 'dots';
}

const REPLICAS: readonly Curve[] = [
  { track: 'replicas', name: 'ready', tone: 'traffic', look: 'area' },
  { track: 'draining', name: 'draining', tone: 'dim', look: 'line' },
  { track: 'starting', name: 'starting', tone: undefined, look: 'line' },
  { track: 'wanted', name: 'wanted', tone: 'bold', look: 'dots' },
];

const QUEUE: readonly Curve[] = [
  { track: 'waiting', name: 'waiting', tone: 'traffic', look: 'area' },
  { track: 'held', name: 'held, none ready', tone: 'broken', look: 'line' },
];

const KV: readonly Curve[] = [{ track: 'kv', name: 'KV in use', tone: 'traffic', look: 'area' }];

export const replicasPanel = curves('Replicas', REPLICAS, compact);
export const queuePanel = curves('Queue, requests', QUEUE, compact);
export const fullnessPanel = curves('How full', KV, (share) => `${trimmed(share * 100)}%`);

function curves(title: string, drawn: readonly Curve[], label: (value: number) => string): Panel {
  return (state, width, height) => {
    const frame = timeFrame(state);
    const here = drawn.filter(
      ({ track }) => scales(state) || !['wanted', 'starting', 'draining'].includes(track),
    );
    const layers = here.map((curve): Layer => trackLayer(frame, state.history, curve.track, curve));
    const need = drawn === REPLICAS ? state.info.neededReplicas : undefined;
    if (need !== undefined) layers.push(needLayer(frame, need));
    const body = chart({ frame, layers, width: inner(width), height: height - 2, label });
    return framed({ title, head: legend(here, need !== undefined, inner(width)), width, height }, body);
  };
}

/** Whether the number of replicas changes: by a policy, by an event, or because nodes are taken back. */
export function scales(state: UiState): boolean {
  const isTold = state.info.scaling.length > 0 || state.decisions.made > 0;
  return isTold || eventsOf(state).some(({ kind }) => kind === 'replicas');
}

const SAMPLE = { line: '⠒⠒', area: '⠕⠕', dots: '⠂⠐' };

/** What the load needs, as if replicas came at once. */
function needLayer(frame: TimeFrame, need: readonly number[]): Layer {
  const { windowSeconds } = frame.info;
  const stretches = need.map(
    (replicas, i) => [i * windowSeconds, (i + 1) * windowSeconds, replicas, replicas] as const,
  );
  return { name: 'need', tone: 'money', band: (columns) => stretchBand(frame, columns, stretches) };
}

function legend(drawn: readonly Curve[], hasNeed: boolean, room: number): Line {
  const entries = drawn.flatMap(({ name, tone, look }) => [text(SAMPLE[look], tone), dim(` ${name}  `)]);
  if (hasNeed) entries.push(text(SAMPLE.line, 'money'), dim(' need  '));
  const used = entries.reduce((sum, { text }) => sum + text.length, 0);
  return [text(' '.repeat(Math.max(0, room - used))), ...entries];
}
