// Requests replayed from a trace at their own times, counted from its first request, faster or slower, once or over
// and over. A cell receives the requests whose number falls into its share: a hash of the number (counted through
// all rounds) decides, so that the cells' parts are disjoint, complete and the same in every run, whatever the seed;
// each cell reads the whole file. Rows are checked when they are reached.
import { stateOf } from '../kernel/saved-state.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { LinePlace } from './line-reader.ts';
import type { ArrivalBatch, ArrivalSource, ShareSpec, TraceSpec } from './spec.ts';
import { TraceReader } from './trace-reader.ts';

const NANOSECONDS = 1e9;
/** As for other arrivals: more would never come to an end. */
const LOOPED_PER_SECOND_MAX = 1e7;
const HASH_RANGE = 0x100000000;

interface TraceState {
  kind: 'trace source';
  originTicks: number;
  row: LinePlace;
  sinceFirst: number;
  rowsInRound: number;
  rows: number;
  roundStart: number;
  atTicks: number;
}

export class TraceSource implements ArrivalSource {
  readonly #reader: TraceReader;
  readonly #loop: boolean;
  /** Of the trace's clock, per second of the run. */
  readonly #nanosecondsPerSecond: number;
  #endTicks: number;
  readonly #hashFrom: number;
  readonly #hashTo: number;

  readonly #firstSeconds: number;
  readonly #firstNanoseconds: number;
  /** Of the current row: time since the first request of this round; rows of this round and of all. */
  #sinceFirst = 0;
  #rowsInRound = 1;
  #rows = 1;
  /** When this round began, nanoseconds of the trace's clock; and the current row's arrival in the run. */
  #roundStart = 0;
  #atTicks = 0;
  /** Where the origin of time lies, from the start of the run. */
  #originTicks = 0;

  /** UserError where the trace's header or first row is wrong; later rows raise theirs in `fill`. */
  constructor(trace: TraceSpec, share: ShareSpec, endTicks: number) {
    this.#reader = new TraceReader(trace.path);
    this.#loop = trace.loop;
    this.#nanosecondsPerSecond = NANOSECONDS * trace.rate;
    this.#endTicks = endTicks;
    // Rounded, the end of one cell is the beginning of the next, whatever became of the last bits of their sums.
    this.#hashFrom = Math.round(share.shareStart * HASH_RANGE);
    this.#hashTo = Math.round((share.shareStart + share.share) * HASH_RANGE);
    this.#reader.next();
    this.#firstSeconds = this.#reader.epochSeconds;
    this.#firstNanoseconds = this.#reader.nanoseconds;
  }

  fill(batch: ArrivalBatch, untilTicks: number): void {
    const reader = this.#reader;
    const limit = Math.min(untilTicks, this.#endTicks);
    const capacity = batch.atTicks.length;
    let count = 0;
    while (count < capacity && this.#atTicks < limit) {
      const hash = mixBits(this.#rows);
      if (hash >= this.#hashFrom && hash < this.#hashTo) {
        batch.atTicks[count] = this.#atTicks;
        batch.promptTokens[count] = reader.promptTokens;
        batch.outputTokens[count] = reader.outputTokens;
        count++;
      }
      this.#advance();
    }
    batch.count = count;
  }

  save(): TraceState {
    return {
      kind: 'trace source',
      originTicks: this.#originTicks,
      row: this.#reader.place(),
      sinceFirst: this.#sinceFirst,
      rowsInRound: this.#rowsInRound,
      rows: this.#rows,
      roundStart: this.#roundStart,
      atTicks: this.#atTicks,
    };
  }

  restore(saved: unknown): void {
    const state = stateOf<TraceState>('trace source', saved);
    this.rebase(state.originTicks - this.#originTicks);
    this.#reader.moveTo(state.row);
    this.#sinceFirst = state.sinceFirst;
    this.#rowsInRound = state.rowsInRound;
    this.#rows = state.rows;
    this.#roundStart = state.roundStart;
    this.#atTicks = state.atTicks;
  }

  rebase(ticks: number): void {
    this.#originTicks += ticks;
    this.#endTicks -= ticks;
    this.#atTicks -= ticks;
  }

  /** To the next row, or to the end of time. */
  #advance(): void {
    const reader = this.#reader;
    if (!reader.next()) {
      if (!this.#loop) {
        this.#atTicks = Infinity;
        return;
      }
      this.#startRound();
    }
    const sinceFirst =
      (reader.epochSeconds - this.#firstSeconds) * NANOSECONDS + reader.nanoseconds - this.#firstNanoseconds;
    if (sinceFirst < this.#sinceFirst)
      reader.fail('is earlier than the line before; sort the trace by TIMESTAMP');
    this.#sinceFirst = sinceFirst;
    this.#rowsInRound++;
    this.#rows++;
    const atSeconds = (this.#roundStart + sinceFirst) / this.#nanosecondsPerSecond;
    this.#atTicks = secondsToTicks(atSeconds) - this.#originTicks;
  }

  /** One mean gap after the last request. */
  #startRound(): void {
    if (this.#sinceFirst === 0)
      this.#reader.fail('all requests come at once, which cannot be repeated; set loop: false');
    const gap = this.#sinceFirst / (this.#rowsInRound - 1);
    if (this.#nanosecondsPerSecond > gap * LOOPED_PER_SECOND_MAX)
      this.#reader.fail(`repeats more than ${LOOPED_PER_SECOND_MAX} requests a second; lower its rate`);
    this.#roundStart += this.#sinceFirst + gap;
    this.#sinceFirst = 0;
    this.#rowsInRound = 0;
    this.#reader.rewind();
    this.#reader.next();
  }
}

/** A bijection of 32-bit numbers that looks random: the finaliser of MurmurHash3 (A. Appleby, public domain). */
function mixBits(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
