// How a replica looks in the heat map: what serves is a bar as high as its measure, what does not has a sign of its own.
// Height tells the same as hue, so that colour is never needed.
import { dim, text, type Span } from '../../line.ts';
import { heat, type Measure, type ReplicaGauges, type Tops } from '../../model/fleet.ts';

const BARS = '▁▂▃▄▅▆▇█';

export const STATE_SIGN: Record<ReplicaGauges['state'], string> = {
  off: '·',
  provisioning: '○',
  loading: '◌',
  ready: '▄',
  draining: '▽',
};

/** Above this part of its KV cache a replica is about to preempt. */
const FULL = 0.95;

export function replicaGlyph(gauges: ReplicaGauges, measure: Measure, tops: Tops): Span {
  if (gauges.state === 'off') return dim(STATE_SIGN.off);
  if (gauges.state !== 'ready') return text(STATE_SIGN[gauges.state]);
  return heatGlyph(heat(gauges, measure, tops), measure);
}

export function heatGlyph(share: number, measure: Measure): Span {
  const bar = BARS[Math.max(0, Math.min(BARS.length - 1, Math.floor(share * BARS.length)))];
  if (measure === 'waiting' && share === 0) return dim('▁');
  return text(bar, measure === 'kv' && share >= FULL ? 'broken' : 'traffic');
}

export const MEASURE_NAME: Record<Measure, string> = { kv: 'KV in use', batch: 'batch', waiting: 'queue' };

/** How high the highest bar is. */
export function measureTop(measure: Measure, tops: Tops): string {
  if (measure === 'kv') return '100 %';
  return `${measure === 'batch' ? tops.batch : tops.waiting} requests`;
}
