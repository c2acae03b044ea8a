// The replicas of a cell that take new requests, in order of number: a router chooses among them. They change between
// arrivals only, when a replica opens or closes.
import assert from 'node:assert/strict';
import { ReplicaRecord } from './replicas/replica-record.ts';

export interface Members {
  /** The cell's places: so many replicas from `first` to before `end`, whether open or not. */
  readonly places: number;
  readonly first: number;
  readonly end: number;
  /** Open replicas: list[0 … count - 1]. */
  readonly list: Int32Array;
  count: number;
}

/** The first `open` of the places are open. */
export function createMembers(first: number, places: number, open: number): Members {
  const end = first + places * ReplicaRecord.SIZE;
  const list = Int32Array.from({ length: places }, (_, place) => replicaAt({ first }, place));
  return { places, first, end, list, count: open };
}

export function replicaAt({ first }: Pick<Members, 'first'>, place: number): number {
  return first + place * ReplicaRecord.SIZE;
}

export function placeOf({ first }: Pick<Members, 'first'>, replica: number): number {
  return (replica - first) / ReplicaRecord.SIZE;
}

export function join(members: Members, replica: number): void {
  const { list } = members;
  assert(indexOf(members, replica) < 0, `replica ${replica} is open already`);
  let i = members.count++;
  for (; i > 0 && list[i - 1] > replica; i--) list[i] = list[i - 1];
  list[i] = replica;
}

export function leave(members: Members, replica: number): void {
  const { list } = members;
  const i = indexOf(members, replica);
  assert(i >= 0, `replica ${replica} is not open`);
  list.copyWithin(i, i + 1, members.count--);
}

function indexOf({ list, count }: Members, replica: number): number {
  return list.subarray(0, count).indexOf(replica);
}
