import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventWheel } from '../../src/kernel/event-wheel.ts';

const COUNT = 9;
const FIRST = 2;

describe('a timing wheel', () => {
  it('names whose time has come, each until it has moved, as a look at all of them would', () => {
    // Steps of time from less than a bucket to several turns of the wheel.
    const step = fc.record({
      after: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10 * 4096 * 16 })),
      moves: fc.array(
        fc.tuple(fc.nat(COUNT - 1), fc.oneof(fc.constant(Infinity), fc.nat(300), fc.nat(5 * 4096 * 16))),
        { maxLength: 5 },
      ),
    });
    const widths = fc.integer({ min: 1, max: 16 });
    const strides = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(widths, strides, fc.array(step, { maxLength: 40 }), (width, stride, steps) => {
        const indexes = Array.from({ length: COUNT }, (_, i) => FIRST + i * stride);
        const times = new Float64Array(FIRST + COUNT * stride).fill(Infinity);
        const clock = new Float64Array(1);
        const wheel = new EventWheel(times, clock, {
          first: FIRST,
          places: COUNT,
          stride,
          bucketTicks: width,
        });
        for (const { after, moves } of steps) {
          for (const [place, ahead] of moves) {
            const index = indexes[place];
            times[index] = clock[0] + ahead;
            wheel.moved(index);
          }
          clock[0] += after;
          const expected = indexes.filter((index) => times[index] <= clock[0]);
          const due: number[] = [];
          for (let index = wheel.due(); index >= 0; index = wheel.due()) {
            expect(wheel.due()).toBe(index);
            due.push(index);
            times[index] = clock[0] + 1 + index;
            wheel.moved(index);
          }
          expect(due.toSorted((a, b) => a - b)).toEqual(expected);
        }
      }),
    );
  });
});
