// Reading ahead. What thousands of replicas need does not stay in a processor's second-level cache, and who visits them
// one by one waits for memory several times each. Of some arrivals together it is known who will be visited: what they
// all need is read at once, and waited for once. It changes nothing but time: a quarter to a third less with
// 3,800 replicas.
import { At, Request } from '../layout.ts';
import { at, placeAt } from './memory.ts';

/** Arrivals at a time; at most a quarter of Limit.EXPECTED. */
export const AHEAD = 16;

/** Whether arrival i of those that begin at `from` is the first of some to read ahead for. */
export function isToReadAhead(i: i32, from: i32): bool {
  return load<i32>(At.READS_AHEAD) !== 0 && (i - from) % AHEAD === 0;
}

/** Reads what `count` replicas, int32 from the address `list` on, need to be brought to the present until then. */
export function readAhead(list: i32, count: i32, untilTicks: f64): void {
  const end = list + (count << 2);
  // Each loop needs what the one before has read: within one nothing waits for anything.
  let sum = 0;
  for (let i = list; i < end; i += 4) {
    const replica = load<i32>(i);
    const d = replica << 3;
    sum += load<i32>(d, At.NEXT_EVENT) + load<i32>(d, At.RESIDUES) + load<i32>(replica << 2, At.WORDS);
  }
  for (let i = list; i < end; i += 4) {
    const replica = load<i32>(i);
    if (load<f64>(replica << 3, At.NEXT_EVENT) > untilTicks) continue;
    const w = replica << 2;
    const first = load<i32>(w, At.FIRST);
    const behind = first + load<i32>(w, At.ACTIVE);
    sum += load<i32>(placeAt(replica, first), At.RINGS) + load<i32>(placeAt(replica, behind), At.RINGS);
    sum += readEntry(load<i32>(w, At.PREFILL_HEAD)) + readEntry(load<i32>(w, At.WAIT_HEAD));
  }
  for (let i = list; i < end; i += 4) {
    const replica = load<i32>(i);
    if (load<f64>(replica << 3, At.NEXT_EVENT) > untilTicks) continue;
    const w = replica << 2;
    if (load<i32>(w, At.ACTIVE) === 0) continue;
    sum += readEntry(load<i32>(placeAt(replica, load<i32>(w, At.FIRST)), At.RINGS + 4));
  }
  // So that no compiler leaves it out.
  store<i32>(At.READ, sum);
}

/** -1: none. */
function readEntry(entry: i32): i32 {
  return entry < 0 ? 0 : load<i32>(at(entry), Request.NEXT);
}
