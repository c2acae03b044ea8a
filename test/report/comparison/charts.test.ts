import { describe, expect, it } from 'vitest';
import { replicaChart, resampled } from '../../../src/report/comparison/chart-text.ts';
import { ticks, xOf, yOf } from '../../../src/report/comparison/svg.ts';

describe('the chart of replicas', () => {
  it('shows what is used, what is spare and what is missing', () => {
    const lines = replicaChart(
      { endsSeconds: [60, 120, 180, 240], ready: [1, 4, 3, 0], need: [1, 2, 4, 1] },
      { rows: 4, columns: 4, top: 4 },
    );
    expect(lines).toEqual(['     4 ┤ ░×', '       ┤ ░█', '       ┤ ██', '       ┤███×']);
  });

  it('without a need shows what is ready', () => {
    const options = { rows: 2, columns: 2, top: 2 };
    expect(replicaChart({ endsSeconds: [1, 2], ready: [1, 2], need: undefined }, options)).toEqual([
      '     2 ┤ █',
      '       ┤██',
    ]);
  });

  it('takes means by time where there are more windows than columns, and repeats where there are fewer', () => {
    expect(resampled([1, 3, 5, 7], [10, 40, 50, 60], 2)).toEqual([1, (3 * 30 + 50 + 70) / 50]);
    expect(resampled([1, 2], [10, 20], 4)).toEqual([1, 1, 1, 2]);
  });
});

describe('the axes of the drawings', () => {
  it('have round steps, no more than asked for', () => {
    expect(ticks(0, 24, 8)).toEqual([0, 5, 10, 15, 20]);
    expect(ticks(0, 21, 4)).toEqual([0, 10, 20]);
    expect(ticks(549.2, 571.9, 6)).toEqual([550, 555, 560, 565, 570]);
    expect(ticks(0, 0.003, 6)).toEqual([0, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.003]);
    expect(ticks(0, 1, 1)).toEqual([0, 1]);
  });

  it('run from left to right and from bottom to top', () => {
    const frame = { x: 10, y: 20, width: 100, height: 50, fromX: 0, toX: 10, fromY: 0, toY: 5 };
    expect([xOf(frame, 0), xOf(frame, 10)]).toEqual([10, 110]);
    expect([yOf(frame, 0), yOf(frame, 5)]).toEqual([70, 20]);
  });
});
