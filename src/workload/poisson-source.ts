// Requests at random: a Poisson process whose rate follows straight pieces, exactly, by time rescaling. In units of
// expected requests the process has rate 1, so its gaps are exponential; each point is carried back to time by
// inverting the integral of the rate over its piece. Part of a Poisson process is one too, so that cells draw their
// share from streams of their own. Left out: bursts (gaps more variable than exponential).
import type { RandomState, RandomStream } from '../kernel/random.ts';
import { stateOf } from '../kernel/saved-state.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { RateSegment } from './rate-curve.ts';
import type { ArrivalBatch, ArrivalSource } from './spec.ts';
import type { TokenSource } from './lengths/tokens.ts';

/** The pieces with the rate per tick; a last one beyond the end of time catches what comes later. */
interface Pieces {
  /** From the origin of time on. */
  fromTicks: Float64Array;
  rate: Float64Array;
  /** Twice the rate's change per tick. */
  slopeTwice: Float64Array;
  /** Requests expected in the piece. */
  expected: Float64Array;
}

interface PoissonState {
  kind: 'Poisson source';
  originTicks: number;
  piece: number;
  before: number;
  latestTicks: number;
  arrivals: RandomState;
  tokens: unknown;
}

export class PoissonSource implements ArrivalSource {
  readonly #pieces: Pieces;
  #endTicks: number;
  readonly #stream: RandomStream;
  readonly #tokens: TokenSource;
  /** The next request: its piece, and how many requests are expected in it before that one. */
  #piece = 0;
  #before = 0;
  #latestTicks = 0;
  /** Where the origin of time lies, from the start of the run: a whole number of seconds, so exact for years. */
  #originTicks = 0;

  /** @param stream Draws the arrivals and nothing else. */
  constructor(segments: readonly RateSegment[], share: number, stream: RandomStream, tokens: TokenSource) {
    this.#pieces = toPieces(segments, share);
    this.#endTicks = secondsToTicks(segments.at(-1)!.toSeconds);
    this.#stream = stream;
    this.#tokens = tokens;
    this.#before = stream.exponential();
  }

  fill(batch: ArrivalBatch, untilTicks: number): void {
    const { fromTicks, rate, slopeTwice, expected } = this.#pieces;
    const { atTicks } = batch;
    const stream = this.#stream;
    const limit = Math.min(untilTicks, this.#endTicks);
    let piece = this.#piece;
    let before = this.#before;
    let latest = this.#latestTicks;
    let count = 0;
    while (count < atTicks.length) {
      while (before >= expected[piece]) before -= expected[piece++];
      // The root of rate·t + slope/2·t² = before that does not cancel; rounding can leave a hair below 0 in it.
      const start = rate[piece];
      const root = Math.sqrt(Math.max(0, start * start + slopeTwice[piece] * before));
      // Not Math.round, which takes longer than all the rest.
      const ticks = fromTicks[piece] + Math.floor((2 * before) / (start + root) + 0.5);
      // Rounding must not exchange two requests.
      if (ticks > latest) latest = ticks;
      if (latest >= limit) break;
      atTicks[count++] = latest;
      before += stream.exponential();
    }
    this.#piece = piece;
    this.#before = before;
    this.#latestTicks = latest;
    this.#tokens.fill(batch, count, this.#originTicks);
    batch.count = count;
  }

  save(): PoissonState {
    return {
      kind: 'Poisson source',
      originTicks: this.#originTicks,
      piece: this.#piece,
      before: this.#before,
      latestTicks: this.#latestTicks,
      arrivals: this.#stream.save(),
      tokens: this.#tokens.save(),
    };
  }

  restore(saved: unknown): void {
    const state = stateOf<PoissonState>('Poisson source', saved);
    this.rebase(state.originTicks - this.#originTicks);
    this.#piece = state.piece;
    this.#before = state.before;
    this.#latestTicks = state.latestTicks;
    this.#stream.restore(state.arrivals);
    this.#tokens.restore(state.tokens);
  }

  /** Exact: a piece begins at what a float64 holds of its time, and less than 2^53 ticks from the origin that is whole. */
  rebase(ticks: number): void {
    this.#originTicks += ticks;
    this.#endTicks -= ticks;
    this.#latestTicks -= ticks;
    const { fromTicks } = this.#pieces;
    for (let i = 0; i < fromTicks.length; i++) fromTicks[i] -= ticks;
  }
}

function toPieces(segments: readonly RateSegment[], share: number): Pieces {
  const size = segments.length + 1;
  const pieces: Pieces = {
    fromTicks: new Float64Array(size).fill(Infinity),
    rate: new Float64Array(size).fill(1),
    slopeTwice: new Float64Array(size),
    expected: new Float64Array(size).fill(Infinity),
  };
  for (const [i, { fromSeconds, toSeconds, rateAtStart, rateAtEnd }] of segments.entries()) {
    const from = secondsToTicks(fromSeconds);
    const length = secondsToTicks(toSeconds) - from;
    const perTick = share / secondsToTicks(1);
    pieces.fromTicks[i] = from;
    pieces.rate[i] = rateAtStart * perTick;
    pieces.slopeTwice[i] = (2 * (rateAtEnd - rateAtStart) * perTick) / length;
    pieces.expected[i] = ((rateAtStart + rateAtEnd) / 2) * perTick * length;
  }
  return pieces;
}
