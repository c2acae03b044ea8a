// Replicas over the day: wanted against what is ready, on the way and going; and below it what calls for them.
import { bumpLayer, chart, stretchBand, trackLayer, type Layer } from '../../canvas/chart.ts';
import { compact, trimmed } from '../../format.ts';
import { dim, text, type Line, type Tone } from '../../line.ts';
import { trackBand, type Track } from '../../model/history.ts';
import { timeFrame, type TimeFrame } from '../../model/time-frame.ts';
import { eventsOf, type UiState } from '../../state.ts';
import { framed, inner, legendHead, type Panel } from '../panel.ts';

interface Curve {
  track: Track;
  name: string;
  tone: Tone | undefined;
  look: 'line' | 'area' | 'dots';
  /** Zero most of the time: then it is neither drawn nor named. */
  isBump?: boolean;
}

// What there is to serve with is white here and in the traffic; what the load asks for has the hue of arrivals.
const REPLICAS: readonly Curve[] = [
  { track: 'replicas', name: 'ready', tone: undefined, look: 'area' },
  { track: 'draining', name: 'draining', tone: 'dim', look: 'line', isBump: true },
  { track: 'starting', name: 'starting', tone: 'bold', look: 'line', isBump: true },
  { track: 'wanted', name: 'wanted', tone: 'bold', look: 'dots' },
];

const QUEUE: readonly Curve[] = [
  { track: 'waiting', name: 'waiting', tone: 'traffic', look: 'area' },
  { track: 'held', name: 'held, none ready', tone: 'broken', look: 'line', isBump: true },
];

const KV: readonly Curve[] = [{ track: 'kv', name: 'KV in use', tone: 'traffic', look: 'area' }];

export const replicasPanel = curves('Replicas', REPLICAS, compact);
export const queuePanel = curves('Queue, requests', QUEUE, compact);
export const fullnessPanel = curves('How full', KV, (share) => `${trimmed(share * 100)}%`);

function curves(title: string, drawn: readonly Curve[], label: (value: number) => string): Panel {
  return (state, width, height) => {
    const frame = timeFrame(state);
    const here = drawn.filter((curve) => isOfInterest(curve, state));
    const layers = here.map((curve): Layer => {
      const layerOf = curve.isBump ? bumpLayer : trackLayer;
      return layerOf(frame, state.history, curve.track, curve);
    });
    const need = drawn === REPLICAS ? state.info.neededReplicas : undefined;
    if (need !== undefined) layers.push(needLayer(frame, need));
    const size = { width: inner(width), height: height - 2 };
    const body = chart({ frame, layers, ...size, label, isWhole: drawn !== KV });
    const entries = here.map(({ name, tone, look }): Line => [text(SAMPLE[look], tone), dim(` ${name}`)]);
    if (need !== undefined) entries.splice(1, 0, [text(SAMPLE.line, 'traffic'), dim(' need')]);
    return framed({ title, head: legendHead(title, entries, width), width, height }, body);
  };
}

function isOfInterest({ track, isBump }: Curve, state: UiState): boolean {
  if (track === 'wanted') return scales(state);
  return !isBump || trackBand(state.history, track, 1, wholeRun(state)).max > 0;
}

const wholeRun = ({ info }: UiState): TimeFrame => ({
  info,
  fromSeconds: 0,
  toSeconds: info.durationSeconds,
  marks: [],
});

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
  return { name: 'need', tone: 'traffic', band: (columns) => stretchBand(frame, columns, stretches) };
}
