// The screen of a comparison under way.
import { describe, expect, test } from 'vitest';
import { boardLines, type BoardState } from '../../../src/ui/comparison/board.ts';
import { noted, resampled, waitingContender } from '../../../src/ui/comparison/contenders.ts';
import { plainText } from '../../../src/ui/line.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';

function board(names: readonly string[], windows: number): BoardState {
  const contenders = names.map(waitingContender);
  for (const snapshot of flagshipDay({ windows })) {
    if (snapshot.status !== 'running') break;
    contenders[0] = noted(contenders[0], snapshot, flagshipInfo);
  }
  return { course: flagshipInfo, contenders, first: 0, isStopping: false, columns: 140, rows: 40 };
}

const text = (state: BoardState): string[] => boardLines(state).map(plainText);
const many = Array.from({ length: 57 }, (_, i) => `policy-${i + 1}`);

describe('the screen of a comparison', () => {
  test('fills every size exactly, with one run and with many', () => {
    for (const names of [['hpa'], ['hpa', 'kpa', 'keda'], many]) {
      for (const [columns, rows] of [
        [40, 8],
        [80, 24],
        [140, 40],
        [250, 70],
      ]) {
        const lines = text({ ...board(names, 100), columns, rows });
        expect(lines, `${names.length} at ${columns}×${rows}`).toHaveLength(rows);
        for (const line of lines) expect(line).toHaveLength(columns);
      }
    }
  });

  test('tells of each run how far it is and what it cost so far', () => {
    const lines = text(board(['hpa', 'kpa'], 720));
    expect(lines[0]).toMatch(/0 of 2 finished .* 25 %/);
    // Half of the fixture's day: 1,700 nodes at 4.54 $ an hour for twelve hours are 92,600 $, and electricity.
    expect(lines.find((line) => line.includes('▶ hpa'))).toMatch(
      /50 % +\$9\d,\d{3} +99\.\d\d % ● .* s [●▲✖] +\d+ → 0|1700/,
    );
    expect(lines.find((line) => line.includes('◌ kpa'))).toMatch(/0 % +— +—/);
  });

  test('scrolls to the last where not all fit', () => {
    const state = board(many, 10);
    expect(text({ ...state, rows: 20 }).join('\n')).not.toContain('policy-57');
    expect(text({ ...state, rows: 20, first: 56 }).join('\n')).toContain('policy-57');
  });

  test('loses no spike of a course', () => {
    const one = waitingContender('one');
    one.replicas.widen(100, 400, 5, 5);
    one.replicas.widen(313, 314, 40, 40);
    expect(resampled(one.replicas, 60).max).toBe(40);
  });
});
