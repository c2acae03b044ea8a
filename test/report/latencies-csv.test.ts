// latencies.csv against counts that one can make by hand, and against the quantiles of the same run.
import { expect, it } from 'vitest';
import { Histogram } from '../../src/kernel/histogram.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { latenciesCsv } from '../../src/report/latencies-csv.ts';
import { emptyResult, result } from './fixture.ts';

const rowsOf = (text: string) =>
  text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));

it('has eight rows for a power of two, from the least to the largest value', () => {
  const rows = rowsOf(latenciesCsv(result));
  // 62.5 ms to 125 ms, and the row that begins there.
  expect(rows).toHaveLength(9);
  expect(rows[0]).toEqual([62.5, 70.3125, 7000, 7000, 7000, 7000]);
  expect(rows[8]).toEqual([125, 140.625, 180, 180, 180, 180]);
  expect(rows[3].slice(2)).toEqual([0, 0, 0, 0]);
});

it('counts every value in the one row whose bounds hold it, and rows follow each other without a gap', () => {
  const values = Array.from({ length: 2000 }, (_, i) => 1e-7 * 1.01 ** i);
  const histogram = new Histogram();
  for (const value of values) histogram.add(secondsToTicks(value));
  const taken = histogram.take();
  const rows = rowsOf(
    latenciesCsv({ ...result, latencies: { ttft: taken, tpot: taken, itl: taken, e2e: taken } }),
  );
  for (const [i, [from, to, count]] of rows.entries()) {
    const inside = values.filter((value) => value * 1000 >= from && value * 1000 < to).length;
    // A value within a tick of a bound may fall on either side.
    expect(Math.abs(count - inside)).toBeLessThanOrEqual(1);
    if (i > 0) expect(from).toBe(rows[i - 1][1]);
  }
  expect(rows.reduce((sum, [, , count]) => sum + count, 0)).toBe(values.length);
});

it('has a header alone where nothing was served', () => {
  const nothing = new Histogram().take();
  const latencies = { ttft: nothing, tpot: nothing, itl: nothing, e2e: nothing };
  expect(latenciesCsv({ ...emptyResult, latencies })).toBe('from_ms,to_ms,ttft,tpot,itl,e2el\r\n');
});
