// Lengths drawn with replacement from the rows of a trace, prompt and output together: keeps their correlation and
// every spike of the measured distribution. The trace is read once and kept, 8 bytes a row, hence the limit.
import type { RandomState, RandomStream } from '../../kernel/random.ts';
import { stateOf } from '../../kernel/saved-state.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { ArrivalBatch } from '../spec.ts';
import type { TokenSource } from './tokens.ts';
import { TraceReader } from '../trace-reader.ts';

/** 32 MB. More rows would hardly change the distribution. */
export const RESAMPLE_ROWS_MAX = 4_000_000;

/** (prompt, output) of every row, one after the other; UserError where the trace is unreadable or too long. */
export function readTokenPairs(path: string): Int32Array {
  const reader = new TraceReader(path);
  let pairs = new Int32Array(8192);
  let length = 0;
  while (reader.next()) {
    if (length === 2 * RESAMPLE_ROWS_MAX) {
      throw new UserError(
        `${path}: more than ${RESAMPLE_ROWS_MAX} rows to draw from; keep a random part of them (\`shuf -n\`)`,
      );
    }
    if (length === pairs.length) {
      const longer = new Int32Array(2 * length);
      longer.set(pairs);
      pairs = longer;
    }
    pairs[length++] = reader.promptTokens;
    pairs[length++] = reader.outputTokens;
  }
  return pairs.slice(0, length);
}

interface ResampledState {
  kind: 'resampled lengths';
  rows: RandomState;
}

export class ResampledTokens implements TokenSource {
  readonly #pairs: Int32Array;
  readonly #rows: RandomStream;

  constructor(pairs: Int32Array, rows: RandomStream) {
    this.#pairs = pairs;
    this.#rows = rows;
  }

  fill(batch: ArrivalBatch, count: number): void {
    const pairs = this.#pairs;
    const rowCount = pairs.length / 2;
    for (let i = 0; i < count; i++) {
      const row = this.#rows.below(rowCount);
      batch.promptTokens[i] = pairs[2 * row];
      batch.outputTokens[i] = pairs[2 * row + 1];
    }
  }

  save(): ResampledState {
    return { kind: 'resampled lengths', rows: this.#rows.save() };
  }

  restore(state: unknown): void {
    this.#rows.restore(stateOf<ResampledState>('resampled lengths', state).rows);
  }
}
