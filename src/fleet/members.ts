// The replicas of a cell that take new requests, in order of number: a router chooses among them. They change between
// arrivals only, when a replica opens or closes.
import assert from 'node:assert/strict';

export interface Members {
  /** The cell's places: first … first + places - 1, whether open or not. */
  readonly first: number;
  readonly places: number;
  /** Open replicas: list[0 … count - 1]. */
  readonly list: Int32Array;
  count: number;
}

/** The first `open` of the places are open. */
export function createMembers(first: number, places: number, open: number): Members {
  return { first, places, list: Int32Array.from({ length: places }, (_, i) => first + i), count: open };
}

export function join(members: Members, replica: number): void {
  const { list } = members;
  assert(placeOf(members, replica) < 0, `replica ${replica} is open already`);
  let i = members.count++;
  for (; i > 0 && list[i - 1] > replica; i--) list[i] = list[i - 1];
  list[i] = replica;
}

export function leave(members: Members, replica: number): void {
  const { list } = members;
  const i = placeOf(members, replica);
  assert(i >= 0, `replica ${replica} is not open`);
  list.copyWithin(i, i + 1, members.count--);
}

function placeOf({ list, count }: Members, replica: number): number {
  return list.subarray(0, count).indexOf(replica);
}
