// Rows in the order of their numbers, in the units of the file.
import { describe, expect, it } from 'vitest';
import { NONE, RequestRows, buffersOf } from '../../../src/fleet/records/rows.ts';

function rowsOf(requests: readonly number[]): RequestRows {
  const rows = new RequestRows();
  for (const request of requests) {
    const i = rows.next();
    rows.columns.request[i] = request;
    rows.columns.arrivalTicks[i] = request;
  }
  return rows;
}

describe('rows of requests', () => {
  it('are handed over by number, also where numbers wrap around, and none is lost as they grow', () => {
    const first = 2 ** 32 - 700;
    const numbers = Array.from({ length: 2000 }, (_, i) => (first + ((i * 1327) % 2000)) | 0);
    const { request } = rowsOf(numbers).take(0, 0);
    expect(Array.from(request)).toEqual(Array.from({ length: 2000 }, (_, i) => (first + i) >>> 0));
  });

  it('have milliseconds and seconds, and NaN for what never was', () => {
    const rows = new RequestRows();
    const second = 2 ** 32;
    const { columns } = rows;
    for (const [i, e2e] of [NONE, 3 * second].entries()) {
      rows.next();
      columns.request[i] = i;
      columns.outputTokens[i] = 5;
      columns.arrivalTicks[i] = -second / 4;
      columns.queueingTicks[i] = second / 8;
      columns.ttftTicks[i] = second;
      columns.e2eTicks[i] = e2e;
    }
    const chunk = rows.take(4, 604_800);
    expect(chunk.cell).toBe(4);
    expect(Array.from(chunk.arrivalSeconds)).toEqual([604_799.75, 604_799.75]);
    expect(Array.from(chunk.queueingMs)).toEqual([125, 125]);
    expect(Array.from(chunk.ttftMs)).toEqual([1000, 1000]);
    expect(Array.from(chunk.e2eMs)).toEqual([NaN, 3000]);
    // Two seconds for the four tokens after the first.
    expect(Array.from(chunk.tpotMs)).toEqual([NaN, 500]);
  });

  it('are empty once they are taken', () => {
    const rows = rowsOf([1, 2]);
    const chunk = rows.take(0, 0);
    expect(buffersOf(chunk)).toHaveLength(13);
    expect(rows.take(0, 0).request).toHaveLength(0);
  });
});
