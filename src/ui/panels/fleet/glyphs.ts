// How a replica looks in the heat map: what serves is a bar as high as its measure, what does not has a sign of its own.
// Height tells the same as hue, so that colour is never needed.
import { text, type Span, type Tone } from '../../line.ts';
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

/** How replicas that stand side by side are drawn: cells of a bar with its gap, and rows it may be high. */
export interface BarSize {
  width: number;
  rows: number;
}

const WIDTH_MAX = 4;
const ROWS_MAX = 4;

/** The largest bars with which so many replicas have room; `lines` are those that one row of bars may take. */
export function barSize(replicas: number, columns: number, lines: number): BarSize {
  const width = Math.max(1, Math.min(WIDTH_MAX, Math.floor(columns / replicas)));
  const rows = Math.max(1, Math.min(ROWS_MAX, lines));
  return { width, rows };
}

export function replicaBar(gauges: ReplicaGauges, measure: Measure, tops: Tops, size: BarSize): Span[] {
  if (gauges.state === 'ready') return heatBar(heat(gauges, measure, tops), measure, size);
  return signBar(gauges.state, size);
}

/** Of a replica that does not serve. */
export function signBar(state: ReplicaGauges['state'], size: BarSize): Span[] {
  const sign = STATE_SIGN[state];
  return stacked([sign], state === 'off' ? 'dim' : undefined, size);
}

export function heatBar(share: number, measure: Measure, size: BarSize): Span[] {
  if (measure === 'waiting' && share === 0) return stacked([BARS[0]], 'dim', size);
  const eighths = Math.max(1, Math.min(size.rows * 8, Math.floor(share * size.rows * 8) + 1));
  const signs = Array.from(
    { length: Math.ceil(eighths / 8) },
    (_, row) => BARS[Math.min(8, eighths - row * 8) - 1],
  );
  return stacked(signs, measure === 'kv' && share >= FULL ? 'broken' : 'traffic', size);
}

/** Signs from the bottom up as cells from the top down. A bar of two cells and more has its last one blank. */
function stacked(signs: readonly string[], tone: Tone | undefined, { width, rows }: BarSize): Span[] {
  return Array.from({ length: rows }, (_, fromTop) => {
    const sign = signs[rows - 1 - fromTop];
    if (sign === undefined) return text(' '.repeat(width));
    return text(sign.repeat(Math.max(1, width - 1)).padEnd(width), tone);
  });
}

export const MEASURE_NAME: Record<Measure, string> = { kv: 'KV in use', batch: 'batch', waiting: 'queue' };

/** How high the highest bar is. */
export function measureTop(measure: Measure, tops: Tops): string {
  if (measure === 'kv') return '100 %';
  return `${measure === 'batch' ? tops.batch : tops.waiting} requests`;
}
