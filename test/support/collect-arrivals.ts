// All requests of an arrival source as plain arrays, fetched the way a cell does.
import type { ArrivalBatch, ArrivalSource } from '../../src/workload/spec.ts';

export interface Arrivals {
  atTicks: number[];
  promptTokens: number[];
  outputTokens: number[];
}

export function emptyBatch(capacity: number): ArrivalBatch {
  return {
    count: 0,
    atTicks: new Float64Array(capacity),
    promptTokens: new Int32Array(capacity),
    outputTokens: new Int32Array(capacity),
  };
}

/** Fetches up to each of the times in turn (default: everything), in batches of that capacity. */
export function collectArrivals(source: ArrivalSource, capacity = 1024, untilTicks = [Infinity]): Arrivals {
  const batch = emptyBatch(capacity);
  const all: Arrivals = { atTicks: [], promptTokens: [], outputTokens: [] };
  for (const until of untilTicks) {
    for (source.fill(batch, until); batch.count > 0; source.fill(batch, until)) {
      for (let i = 0; i < batch.count; i++) {
        all.atTicks.push(batch.atTicks[i]);
        all.promptTokens.push(batch.promptTokens[i]);
        all.outputTokens.push(batch.outputTokens[i]);
      }
    }
  }
  return all;
}
