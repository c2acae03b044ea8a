import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heapPop, heapPush } from '../../src/fleet/finish-heap.ts';

describe('finish heap', () => {
  it('gives back what was put in, least first, and touches nothing around it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 256 }), fc.nat(50), (values, offset) => {
        const memory = new Float64Array(offset + values.length + 50).fill(-1);
        values.forEach((value, size) => heapPush(memory, offset, size, value));
        const popped: number[] = [];
        for (let size = values.length; size > 0; size--) {
          popped.push(memory[offset]);
          heapPop(memory, offset, size);
        }
        expect(popped).toEqual(values.toSorted((a, b) => a - b));
        expect(memory.subarray(0, offset).every((word) => word === -1)).toBe(true);
        expect(memory.subarray(offset + values.length).every((word) => word === -1)).toBe(true);
      }),
    );
  });
});
