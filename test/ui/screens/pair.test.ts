// Two runs on one clock: every size is filled exactly, charts of a kind have one scale, differences are called out.
import { describe, expect, test } from 'vitest';
import { VIEWS } from '../../../src/ui/keys.ts';
import { screenLines } from '../../../src/ui/layout.ts';
import { plainText } from '../../../src/ui/line.ts';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';

function pairOf(windows: number, screen: { columns: number; rows: number }): UiState {
  const size = { ...screen, keyboard: true };
  const rival = initialState({ ...flagshipInfo, name: 'other' }, size);
  let state: UiState = { ...initialState(flagshipInfo, size), rival };
  for (const snapshot of flagshipDay({ windows })) {
    if (snapshot.status !== 'running') break;
    const { window, cost } = snapshot;
    state = reduce(state, { type: 'snapshot', snapshot });
    const slower = { ...window.ttft, p99Seconds: window.ttft.p99Seconds * 20 };
    const other = { ...window, ttft: slower, rejectedQueueFull: 3 };
    const dearer = { ...cost, totalUsd: cost.totalUsd * 1.25 };
    const told = { ...snapshot, window: other, cost: dearer };
    state = reduce(state, { type: 'snapshot', snapshot: told, ofRival: true });
  }
  return state;
}

const text = (state: UiState): string[] => screenLines(state).map(plainText);
const wide = pairOf(240, { columns: 160, rows: 50 });

describe('two runs on one clock', () => {
  test('fill every screen exactly in every view', () => {
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [129, 33],
      [160, 50],
      [250, 70],
    ]) {
      for (const view of VIEWS) {
        const lines = text({ ...wide, columns, rows, view });
        expect(lines, `${view} at ${columns}×${rows}`).toHaveLength(rows);
        for (const line of lines) expect(line, `${view} at ${columns}×${rows}`).toHaveLength(columns);
      }
    }
  });

  test('stand side by side where there is room, one above the other where not', () => {
    expect(text(wide)[1]).toMatch(/ a {2}chatgpt-2023 ─+ +b {2}other ─+/);
    const narrow = text({ ...wide, columns: 80, rows: 24 });
    expect(narrow.filter((line) => /^ [ab] {2}\S+ ─+$/.test(line))).toHaveLength(2);
  });

  test('have charts of one scale', () => {
    const [top] = text({ ...wide, view: 'latency' }).filter((line) => line.includes('┌ TTFT, s'));
    expect(top).toBeDefined();
    const lines = text({ ...wide, columns: 80, rows: 24, view: 'overview' });
    const labels = lines.filter((line) => line.includes('┤')).map((line) => line.match(/([\d.k]+)┤/)![1]);
    expect(labels.slice(0, labels.length / 2)).toEqual(labels.slice(labels.length / 2));
    // The first alone would end at 2 s.
    expect(Number(labels[0])).toBeGreaterThanOrEqual(20);
  });

  test('say what differs and which is better', () => {
    const lines = text({ ...wide, columns: 80, rows: 40 });
    const line = (label: string): string => lines.find((each) => each.includes(`│ ${label}`))!;
    expect(line('cost')).toMatch(/\+25\.0 % +worse/);
    expect(line('TTFT p99')).toMatch(/20\.0 times +worse/);
    expect(line('arriving')).toContain('the same');
  });

  test('are looked at together: cursor, zoom and view are those of the first', () => {
    const state = ['2', 'left', 'left', 'z'].reduce((now, key) => reduce(now, { type: 'key', key }), wide);
    const marks = text(state).filter((line) => line.includes('┼') && line.includes('▲'));
    for (const line of marks) expect(line.match(/▲/g)!.length).toBeGreaterThan(1);
    expect(marks.length).toBeGreaterThan(0);
  });
});
