import { describe, expect, it } from 'vitest';
import { WindowRows } from '../../src/run/window-table.ts';
import { result } from '../report/fixture.ts';

const windows = [
  ...result.windows,
  { ...[...result.windows][0], phase: 'drain' as const, mbu: NaN, lost: 2 ** 53 },
];

describe('rows of windows', () => {
  it('give back what was put in, also after they were saved', () => {
    const rows = WindowRows.of(windows);
    expect(rows.length).toBe(windows.length);
    expect(Object.keys(rows.at(0))).toEqual(Object.keys(windows[0]));
    expect([...WindowRows.from(rows.table())]).toEqual(windows);
    expect([...WindowRows.from(WindowRows.of([]).table())]).toEqual([]);
    expect([...rows]).toEqual(windows);
  });

  it('take more of attainment, in their row alone', () => {
    const rows = WindowRows.of(windows);
    rows.add(1, 'attained', 5);
    const [first, second, ...others] = windows;
    expect([...rows]).toEqual([first, { ...second, attained: second.attained + 5 }, ...others]);
  });

  it('give copies', () => {
    const rows = WindowRows.of(windows);
    rows.at(0).ttft.count = -1;
    rows.at(0).arrived = -1;
    expect(rows.at(0)).toEqual(windows[0]);
  });
});
