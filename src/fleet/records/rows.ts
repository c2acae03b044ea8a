// Rows of recorded requests, a typed array per column: collected in ticks, handed over in the units of the file, in order
// of the requests' numbers. A time that a request never had is NONE in ticks and NaN in milliseconds.
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';

export const NONE = -1;

/** As long as each other. Plain data whose buffers can be handed to another thread. */
export interface RequestChunk {
  /** Number of the cell in the run. */
  cell: number;
  request: Uint32Array;
  /** Number in its pool; -1: it never was at one. */
  replica: Int32Array;
  arrivalSeconds: Float64Array;
  promptTokens: Int32Array;
  outputTokens: Int32Array;
  queueingMs: Float32Array;
  ttftMs: Float32Array;
  tpotMs: Float32Array;
  e2eMs: Float32Array;
  /** See Outcome. */
  outcome: Uint8Array;
  attained: Uint8Array;
  preemptions: Int32Array;
  retries: Int32Array;
}

const ROWS_AT_FIRST = 256;

function columns(rows: number) {
  return {
    request: new Int32Array(rows),
    replica: new Int32Array(rows),
    promptTokens: new Int32Array(rows),
    outputTokens: new Int32Array(rows),
    arrivalTicks: new Float64Array(rows),
    queueingTicks: new Float64Array(rows),
    ttftTicks: new Float64Array(rows),
    e2eTicks: new Float64Array(rows),
    outcome: new Uint8Array(rows),
    attained: new Uint8Array(rows),
    preemptions: new Int32Array(rows),
    retries: new Int32Array(rows),
  };
}

export type RequestColumns = ReturnType<typeof columns>;

export class RequestRows {
  count = 0;
  #columns = columns(ROWS_AT_FIRST);

  /** The place of a new row, whose columns are to be filled. */
  next(): number {
    if (this.count === this.#columns.request.length) this.#grow();
    return this.count++;
  }

  get columns(): RequestColumns {
    return this.#columns;
  }

  /** Empties it. Times count from `originSeconds` after the start of the run. */
  take(cell: number, originSeconds: number): RequestChunk {
    const all = this.#columns;
    const order = orderOf(all.request, this.count);
    const chunk = emptyChunk(cell, this.count);
    for (let to = 0; to < this.count; to++) {
      const i = order[to];
      for (const name of COPIED) chunk[name][to] = all[name][i];
      chunk.arrivalSeconds[to] = originSeconds + all.arrivalTicks[i] / TICKS_PER_SECOND;
      chunk.queueingMs[to] = milliseconds(all.queueingTicks[i]);
      chunk.ttftMs[to] = milliseconds(all.ttftTicks[i]);
      chunk.tpotMs[to] = milliseconds(tpotTicks(all, i));
      chunk.e2eMs[to] = milliseconds(all.e2eTicks[i]);
    }
    this.count = 0;
    return chunk;
  }

  #grow(): void {
    const before = this.#columns;
    const after = columns(this.count * 2);
    for (const name of Object.keys(before) as (keyof RequestColumns)[]) after[name].set(before[name]);
    this.#columns = after;
  }
}

const COPIED = [
  'request',
  'replica',
  'promptTokens',
  'outputTokens',
  'outcome',
  'attained',
  'preemptions',
  'retries',
] as const;

function emptyChunk(cell: number, rows: number): RequestChunk {
  return {
    cell,
    request: new Uint32Array(rows),
    replica: new Int32Array(rows),
    arrivalSeconds: new Float64Array(rows),
    promptTokens: new Int32Array(rows),
    outputTokens: new Int32Array(rows),
    queueingMs: new Float32Array(rows),
    ttftMs: new Float32Array(rows),
    tpotMs: new Float32Array(rows),
    e2eMs: new Float32Array(rows),
    outcome: new Uint8Array(rows),
    attained: new Uint8Array(rows),
    preemptions: new Int32Array(rows),
    retries: new Int32Array(rows),
  };
}

/** Its buffers, to be handed to another thread. */
export function buffersOf(chunk: RequestChunk): ArrayBuffer[] {
  return Object.values(chunk).flatMap((values) =>
    typeof values === 'number' ? [] : [values.buffer as ArrayBuffer],
  );
}

/** Places of the rows in order of request; numbers wrap around, and those of a window are less than 2^31 apart. */
function orderOf(requests: Int32Array, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  return order.toSorted((a, b) => (requests[a] - requests[b]) | 0);
}

/** In whole ticks, as the histograms have it. */
function tpotTicks({ ttftTicks, e2eTicks, outputTokens }: RequestColumns, i: number): number {
  if (e2eTicks[i] === NONE || outputTokens[i] < 2) return NONE;
  return Math.floor((e2eTicks[i] - ttftTicks[i]) / (outputTokens[i] - 1));
}

function milliseconds(ticks: number): number {
  return ticks === NONE ? NaN : (ticks / TICKS_PER_SECOND) * 1000;
}
