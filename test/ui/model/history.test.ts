import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/run/snapshot.ts';
import { Band } from '../../../src/ui/model/band.ts';
import { BINS, emptyHistory, remember, trackBand, type History } from '../../../src/ui/model/history.ts';
import { initialState, reduce } from '../../../src/ui/state.ts';
import { flagshipDay, flagshipInfo, wholeOf } from '../support/fixture.ts';

const [first] = [...flagshipDay({ windows: 1 })];

function windowAt(index: number, waiting: number): Snapshot {
  const window = { ...first.window, startSeconds: index * 60, endSeconds: (index + 1) * 60, waiting };
  return { ...first, windowIndex: index, window };
}

const over = (durationSeconds: number) => wholeOf({ ...flagshipInfo, durationSeconds });

function recorded(values: readonly number[]): History {
  return values.reduce((history, value, i) => remember(history, windowAt(i, value)), emptyHistory(60));
}

describe('history', () => {
  test('keeps the extremes of every column, whatever the numbers of windows and columns', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 300 }), (waiting, columns) => {
        const band = trackBand(recorded(waiting), 'waiting', columns, over(waiting.length * 60));
        expect(band.max).toBe(Math.max(...waiting));
        expect(Math.min(...band.low)).toBe(Math.min(...waiting));
        // Every window lies within the column that holds its middle.
        waiting.forEach((value, i) => {
          const column = Math.floor(((i + 0.5) / waiting.length) * columns);
          expect(band.low[column]).toBeLessThanOrEqual(value);
          expect(band.high[column]).toBeGreaterThanOrEqual(value);
        });
      }),
    );
  });

  test('a run of 100,000 windows keeps a spike of one window and no more than its bins', () => {
    let history = emptyHistory(60);
    for (let i = 0; i < 100_000; i++) history = remember(history, windowAt(i, i === 31_337 ? 999 : 5));
    expect(history.bins.length).toBeLessThanOrEqual(BINS);
    expect(history.windowsPerBin).toBe(64);
    const band = trackBand(history, 'waiting', 100, over(100_000 * 60));
    expect([...band.high].filter((value) => value === 999)).toHaveLength(1);
    expect(band.high[31]).toBe(999);
    expect(band.low[31]).toBe(5);
  });

  test('a million windows need no more memory than the bins', () => {
    let history = emptyHistory(60);
    // Each thousandth window: gaps are allowed and stay empty.
    for (let i = 0; i < 1_000_000; i += 1000) history = remember(history, windowAt(i, i));
    expect(history.bins.length).toBeLessThanOrEqual(BINS);
    expect(history.windowsPerBin).toBe(512);
  });

  test('an older history is not changed by what follows', () => {
    const before = recorded([1, 2, 3]);
    const copy = structuredClone(before);
    remember(before, windowAt(3, 4));
    remember(before, windowAt(2, 400));
    expect(before).toEqual(copy);
  });

  test('a window without a value leaves a gap', () => {
    const band = trackBand(recorded([1, NaN, 3]), 'waiting', 3, over(180));
    expect([...band.high]).toEqual([1, NaN, 3]);
  });

  test('windows after the day (the drain) are shown in the last column', () => {
    const band = trackBand(recorded([1, 2, 3, 50]), 'waiting', 3, over(180));
    expect([...band.high]).toEqual([1, 2, 50]);
  });

  test('a value that ends at an edge stays out of the next column', () => {
    const band = new Band(3);
    band.widen(0.1 + 0.2, 1 + 1e-12, 7, 7);
    expect([...band.high]).toEqual([7, NaN, NaN]);
  });
});

test('20,000 snapshots leave a state of bounded size', () => {
  let state = initialState(flagshipInfo, { columns: 120, rows: 40, keyboard: true });
  let spikes = 0;
  for (const snapshot of flagshipDay({ windows: 20_000 })) {
    // Ever new events: every twentieth window breaks the limit.
    const isSpike = snapshot.windowIndex % 20 === 0;
    if (isSpike) spikes++;
    const ttft = { ...snapshot.window.ttft, p99Seconds: isSpike ? 9 : 0.5 };
    const window = { ...snapshot.window, ttft };
    state = reduce(state, {
      type: 'snapshot',
      snapshot: { ...snapshot, window, hours: snapshot.hours.slice(-24) },
    });
  }
  expect(spikes).toBeGreaterThan(900);
  expect(state.log.entries.length).toBe(500);
  expect(state.history.bins.length).toBeLessThanOrEqual(BINS);
  expect(JSON.stringify(state).length).toBeLessThan(6_000_000);
});
