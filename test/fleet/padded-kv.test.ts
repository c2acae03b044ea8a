// KV blocks reserved by padded batches, by hand: two prompts of 20 and 30 tokens are padded to 30; outputs of 2 and 40.
import { describe, expect, it } from 'vitest';
import { Window } from '../../src/fleet/window-fields.ts';
import { PLAIN_TOY, createToyPerf } from '../reference/toy-perf.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell } from '../support/simulate-fast.ts';

/** Blocks in use at the first moment at which so many requests have finished. */
function blocksWhenFinished(policy: 'static' | 'dynamic', finished: number): number {
  const c: CellCase = {
    replicas: 1,
    batching: { policy, batchSize: 2, maxDelaySeconds: 1 },
    limits: { maxModelLength: 1000, overlong: 'reject', queueLimit: 10 },
    routing: 'round-robin',
    perf: createToyPerf({ ...PLAIN_TOY, kvBlocks: 100 }),
    seed: 1,
    requests: [
      { atTicks: 0, promptTokens: 20, outputTokens: 2 },
      { atTicks: 0, promptTokens: 30, outputTokens: 40 },
    ],
  };
  const { cell, engine } = createCell(c);
  let done = 0;
  for (let end = 1; ; end = engine.replicas.nextEvent[0]) {
    const counts = cell.advanceTo(end);
    done += counts[Window.finished];
    if (done >= finished) return counts[Window.usedBlocks];
  }
}

describe('KV of padded batches', () => {
  it('is kept by a static batch until all have finished: 2 · ⌈70/16⌉ blocks', () => {
    expect(blocksWhenFinished('static', 0)).toBe(10);
    expect(blocksWhenFinished('static', 1)).toBe(10);
    expect(blocksWhenFinished('static', 2)).toBe(0);
  });

  it('is given back by whoever leaves a dynamic batch: ⌈32/16⌉ of ⌈32/16⌉ + ⌈70/16⌉ blocks', () => {
    expect(blocksWhenFinished('dynamic', 0)).toBe(7);
    expect(blocksWhenFinished('dynamic', 1)).toBe(5);
    expect(blocksWhenFinished('dynamic', 2)).toBe(0);
  });
});
