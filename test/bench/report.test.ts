// The bench's pure parts: statistics, tables, comparison, the README's marked place.
import { describe, expect, it } from 'vitest';
import { changes, changesText } from '../../bench/report/compare.ts';
import type { BenchReport, Row } from '../../bench/report/figures.ts';
import { withTable } from '../../bench/report/readme.ts';
import { median, pairedRatio } from '../../bench/report/statistics.ts';
import { sectionText } from '../../bench/report/table.ts';

function reportOf(rows: Row[]): BenchReport {
  const machine = { cpu: 'a', cores: 2, memoryGb: 8, system: 'Linux', node: 'v20', loadAverage: 0 };
  const sections = [{ name: 'kernel', title: 'Kernel', rows }];
  return { version: '1.0.0', date: '2024-01-01', quick: false, machine, sections };
}

describe('the bench', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('compares pairs, so that a machine that slows down for both changes no ratio', () => {
    expect(pairedRatio([10, 100, 1000], [1, 10, 100])).toBe(10);
  });

  it('prints the columns that some row fills, with a mark for each goal', () => {
    const text = sectionText({
      name: 'kernel',
      title: 'Kernel',
      rows: [
        { label: 'small', values: { ns: 99.6, ratio: 4.3 }, goals: [{ column: 'ratio', atMost: 10 }] },
        { label: 'large fleet', values: { ratio: 15.01 }, goals: [{ column: 'ratio', atMost: 15 }] },
        { label: 'pair', values: { ratio: 1.79 }, goals: [{ column: 'ratio', atLeast: 1.8 }], note: 'slow' },
        { label: 'none', values: {}, note: 'skipped' },
      ],
    });
    expect(text).toBe(
      [
        'Kernel',
        '               ns/request  ratio  goal',
        '  small               100   4.30  ratio ≤ 10 ok',
        '  large fleet           –  15.01  ratio ≤ 15 OVER',
        '  pair                  –   1.79  ratio ≥ 1.8 UNDER  slow',
        '  none                  –      –                     skipped',
      ].join('\n'),
    );
  });

  it('compares what two reports have in common', () => {
    const before = reportOf([
      { label: 'one', values: { ratio: 10, ns: 200, steps: 3 } },
      { label: 'gone', values: { ratio: 1 } },
    ]);
    const after = reportOf([
      { label: 'one', values: { ratio: 9, ns: 220, steps: 4 } },
      { label: 'new', values: { ratio: 2 } },
    ]);
    const list = changes(before, after);
    expect(list).toEqual([
      { section: 'kernel', label: 'one', column: 'ratio', before: 10, after: 9 },
      { section: 'kernel', label: 'one', column: 'ns', before: 200, after: 220 },
    ]);
    expect(changesText(list)).toMatch(/kernel: one +ratio +10\.00 +9\.00 +-10\.0 %\n.*\+10\.0 %$/);
    expect(changes(JSON.parse(JSON.stringify(before)), before)).toHaveLength(3);
  });

  it('replaces nothing of the README but what is between the markers', () => {
    const readme = 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n';
    const written = withTable(readme, 'new $& table');
    expect(written).toBe(
      'before\n<!-- bench:begin -->\n\n```text\nnew $& table\n```\n\n<!-- bench:end -->\nafter\n',
    );
    expect(withTable(written, 'new $& table')).toBe(written);
    expect(() => withTable('no markers', 'table')).toThrow('<!-- bench:begin -->');
  });
});
