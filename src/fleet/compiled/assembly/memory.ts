// Where things stand in the memory. `replica` is where a replica's record begins, counted as in replica-record.ts; d and w
// are the same in bytes, of its doubles and of its words; e is where the entry of a request begins.
import { ReplicaRecord } from '../../replicas/replica-record.ts';
import { At, Request } from '../layout.ts';

export function at(entry: i32): i32 {
  return entry << 6;
}

export function setNext(e: i32, entry: i32): void {
  store<i32>(e, entry, Request.NEXT);
}

export function placeAt(replica: i32, place: i32): i32 {
  const size = load<i32>(At.RING_SIZE);
  return ((replica >> ReplicaRecord.SHIFT) * size + (place & (size - 1))) << 3;
}

export function residueAt(replica: i32, tokens: i32): i32 {
  return (replica << 3) + ((tokens & 15) << 2);
}

/** Modulo 2^32. */
export function stepOf(d: i32): i32 {
  return <i32>(<i64>load<f64>(d, At.STEPS));
}

export function count(field: i32, more: f64): void {
  store<f64>(field << 3, load<f64>(field << 3, At.WINDOW) + more, At.WINDOW);
}

export function plan(field: i32, value: f64): void {
  store<f64>(field << 3, value, At.PLAN);
}
