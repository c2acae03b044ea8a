// Saving and restoring at random moments is part of the differential test; here is what it has no time for.
import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { createToyPerf, PLAIN_TOY } from '../reference/toy-perf.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell } from '../support/simulate-fast.ts';

describe('the saved state of a cell', () => {
  it('holds a queue of hundreds of thousands', () => {
    const waiting = 300_000;
    const c: CellCase = {
      replicas: 1,
      batching: { policy: 'none' },
      limits: { maxModelLength: 1000, overlong: 'reject', queueLimit: waiting },
      routing: 'round-robin',
      perf: createToyPerf({ ...PLAIN_TOY, base: 1000 }),
      seed: 1,
      requests: Array.from({ length: waiting + 1 }, (_, i) => ({
        atTicks: 0,
        promptTokens: 1 + (i % 7),
        outputTokens: 2,
      })),
    };
    const { cell } = createCell(c);
    cell.advanceTo(1);
    const saved = cell.save();
    const restored = createCell(c).cell;
    restored.restore(saved);
    expect(restored.inSystem).toBe(waiting + 1);
    // A hundred requests later both are still the same.
    expect(restored.advanceTo(200_000)).toEqual(cell.advanceTo(200_000));
    expect(serialize(restored.save()).equals(serialize(cell.save()))).toBe(true);
  });
});
