// Windows, rates and bounds, by tables worked out by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StabilisationSpec } from '../../src/control/spec.ts';
import { initialStabiliserState, stabilise } from '../../src/control/stabilise.ts';

const NONE: StabilisationSpec = {
  upWindowSeconds: 0,
  downWindowSeconds: 0,
  upPerMinute: Infinity,
  downPerMinute: Infinity,
};

type Row = [atSeconds: number, desired: number, expected: number, limitedBy: string];

/** Plays a table from that number of replicas on. */
function play(
  start: number,
  options: Partial<StabilisationSpec & { min: number; max: number }>,
  rows: Row[],
) {
  const { min = 1, max = 100, ...spec } = options;
  let state = initialStabiliserState();
  let currentReplicas = start;
  for (const [atSeconds, desiredReplicas, expected, limitedBy] of rows) {
    const result = stabilise({
      spec: { ...NONE, ...spec },
      minReplicas: min,
      maxReplicas: max,
      atSeconds,
      currentReplicas,
      desiredReplicas,
      state,
    });
    expect([atSeconds, result.replicas, result.limitedBy.join()]).toEqual([atSeconds, expected, limitedBy]);
    state = result.state;
    currentReplicas = result.replicas;
  }
  return state;
}

describe('the stabiliser', () => {
  it('goes up to the least, and down to the greatest recommendation of its windows', () => {
    play(4, { upWindowSeconds: 60, downWindowSeconds: 120 }, [
      [0, 6, 6, ''],
      [30, 9, 6, 'up window'],
      // The 6 of 60 s ago counts no more.
      [60, 9, 9, ''],
      [90, 3, 9, 'down window'],
      [179, 4, 9, 'down window'],
      [180, 3, 4, 'down window'],
      [299, 3, 3, ''],
    ]);
  });

  it('never goes against the recommendation for the sake of an older one', () => {
    play(5, { upWindowSeconds: 60, downWindowSeconds: 60 }, [
      [0, 2, 2, ''],
      // The least of the last minute is 2, and is what there is.
      [10, 4, 2, 'up window'],
      [20, 2, 2, ''],
    ]);
  });

  it('adds and removes no more in any minute than it may', () => {
    play(1, { upPerMinute: 2, downPerMinute: 3 }, [
      [0, 10, 3, 'up rate'],
      [59, 10, 3, 'up rate'],
      [60, 10, 5, 'up rate'],
      // What was added counts nothing against what is removed.
      [61, 1, 2, 'down rate'],
      [90, 1, 2, 'down rate'],
      [121, 1, 1, ''],
    ]);
  });

  it('lets the rate see parts of a minute: one at a time, three a minute', () => {
    play(10, { upPerMinute: 3 }, [
      [0, 11, 11, ''],
      [20, 12, 12, ''],
      [40, 15, 13, 'up rate'],
      [50, 15, 13, 'up rate'],
      [60, 15, 14, 'up rate'],
    ]);
  });

  it('keeps the bounds last, whatever the rates', () => {
    play(0, { upPerMinute: 1, min: 3, max: 5 }, [
      [0, 1, 3, 'min'],
      [60, 9, 4, 'up rate'],
    ]);
    play(8, { downWindowSeconds: 300, downPerMinute: 1, max: 5 }, [
      [0, 9, 5, 'max'],
      [60, 2, 5, 'down window'],
    ]);
    play(2, { min: 0 }, [[0, 0, 0, '']]);
  });

  it('tells every limit that held something back, and no other', () => {
    play(4, { upWindowSeconds: 60, upPerMinute: 1, max: 4 }, [
      [0, 7, 4, 'up rate,max'],
      [10, 9, 4, 'up window,up rate,max'],
    ]);
  });

  it('remembers no more than its windows need', () => {
    const rows = Array.from({ length: 50 }, (_, i): Row => [10 * i, 5, 5, '']);
    const state = play(5, { downWindowSeconds: 60 }, rows);
    expect(state.recommended).toHaveLength(6);
    expect(state.changes).toEqual([]);
    expect(play(5, {}, rows).recommended).toEqual([]);
  });

  it('without windows and rates is nothing but bounds; with them it lies between what is and what is asked', () => {
    const replicas = fc.nat(50);
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), replicas), { minLength: 1 });
    fc.assert(
      fc.property(replicas, steps, fc.boolean(), (start, asked, limits) => {
        const spec = limits
          ? { upWindowSeconds: 100, downWindowSeconds: 150, upPerMinute: 4, downPerMinute: 2 }
          : NONE;
        let state = initialStabiliserState();
        let currentReplicas = start;
        let atSeconds = 0;
        for (const [gap, desiredReplicas] of asked) {
          atSeconds += gap;
          const bounds = { minReplicas: 0, maxReplicas: 50 };
          const input = { spec, ...bounds, atSeconds, currentReplicas, desiredReplicas, state };
          const result = stabilise(input);
          const [least, greatest] = [currentReplicas, desiredReplicas].toSorted((a, b) => a - b);
          expect(result.replicas).toBeGreaterThanOrEqual(least);
          expect(result.replicas).toBeLessThanOrEqual(greatest);
          if (!limits) expect(result.replicas).toBe(desiredReplicas);
          expect(result.limitedBy.length === 0).toBe(result.replicas === desiredReplicas);
          ({ state, replicas: currentReplicas } = result);
        }
      }),
    );
  });
});
