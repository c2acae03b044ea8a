// Routing to the replica with the fewest outstanding requests, as policies/routing/least-outstanding.ts does it with
// kernel/event-wheel.ts and kernel/least-counts.ts: over the replicas of the cell that was surveyed last.
import { ReplicaRecord } from '../../replicas/replica-record.ts';
import { At, Limit } from '../layout.ts';
import { AHEAD } from './ahead.ts';

/** A number of a bucket: before all that there are, and far enough from the least number to be subtracted. */
const LONG_AGO: i64 = -4611686018427387904;

/** Of all replicas of the cell. */
let wheelBucketsPerTick: f64 = 0;
let cursor: i64 = 0;
/** Of its open ones. */
let firstReplica: i32 = 0;
let summaryWords: i32 = 0;
let levelBytes: i32 = 0;
let levels: i32 = 0;
let least: i32 = 0;

/** Where At.FILED is -1, the replica is closed. Bits stand in words of 64. */
export function survey(first: i32, places: i32, bucketsPerTick: f64): void {
  const words = (places + 63) >> 6;
  firstReplica = first;
  summaryWords = (words + 63) >> 6;
  levelBytes = (1 + summaryWords + words) << 3;
  levels = 0;
  least = 0;
  wheelBucketsPerTick = bucketsPerTick;
  cursor = LONG_AGO;
  memory.fill(At.HEADS, 0xff, Limit.BUCKETS << 2);
  const end = first + (places << ReplicaRecord.SHIFT);
  for (let replica = first; replica < end; replica += ReplicaRecord.SIZE) {
    const d = replica << 3;
    store<i32>(d, -1, At.BUCKET);
    moved(replica);
    if (load<i32>(d, At.FILED) >= 0) file(replica, load<i32>(replica << 2, At.OUTSTANDING));
  }
}

/** Something has happened at the replica. */
export function changed(replica: i32): void {
  moved(replica);
  const before = load<i32>(replica << 3, At.FILED);
  const now = load<i32>(replica << 2, At.OUTSTANDING);
  if (now === before || before < 0) return;
  const level = levelOf(before);
  const i = (replica - firstReplica) >> ReplicaRecord.SHIFT;
  const word = wordOf(level, i);
  const bits = load<i64>(word) & ~bitOf(i);
  store<i64>(word, bits);
  if (bits === 0) {
    const summary = summaryOf(level, i);
    store<i64>(summary, load<i64>(summary) & ~bitOf(i >> 6));
  }
  store<i32>(level, load<i32>(level) - 1);
  file(replica, now);
}

/** A replica whose time has come, -1: none. It is due until it was brought to the present and `changed`. */
export function due(): i32 {
  const now = load<f64>(At.CLOCK);
  const present = bucketNumber(now);
  if (present - cursor >= Limit.BUCKETS) cursor = present - Limit.BUCKETS + 1;
  while (true) {
    let replica = load<i32>(((<i32>cursor) & (Limit.BUCKETS - 1)) << 2, At.HEADS);
    while (replica >= 0 && load<f64>(replica << 3, At.NEXT_EVENT) > now)
      replica = load<i32>(linksOf(replica), At.NEXT_IN_BUCKET);
    if (replica >= 0 || cursor >= present) return replica;
    cursor++;
  }
}

/** Writes down, to be read ahead, who is due until then and who will be chosen, as far as can be said now; how many. */
export function expect(untilTicks: f64): i32 {
  const last = bucketNumber(untilTicks);
  let count = 0;
  for (let bucket = max(cursor, last - Limit.EXPECTED); bucket <= last; bucket++) {
    let replica = load<i32>(((<i32>bucket) & (Limit.BUCKETS - 1)) << 2, At.HEADS);
    while (replica >= 0 && count < Limit.EXPECTED - AHEAD) {
      expectToo(replica, count++);
      replica = load<i32>(linksOf(replica), At.NEXT_IN_BUCKET);
    }
  }
  const place = (withFewest() - firstReplica) >> ReplicaRecord.SHIFT;
  let bits = load<i64>(wordOf(levelOf(least), place));
  for (let i = 0; i < AHEAD && bits !== 0; i++) {
    const other = (place & ~63) + <i32>ctz(bits);
    expectToo(firstReplica + (other << ReplicaRecord.SHIFT), count++);
    bits &= bits - 1;
  }
  return count;
}

function expectToo(replica: i32, i: i32): void {
  store<i32>(i << 2, replica, At.EXPECTED);
}

export function withFewest(): i32 {
  while (load<i32>(levelOf(least)) === 0) least++;
  const level = levelOf(least);
  let s = 0;
  while (load<i64>(level + (s << 3), 8) === 0) s++;
  const word = (s << 6) + <i32>ctz(load<i64>(level + (s << 3), 8));
  const place = (word << 6) + <i32>ctz(load<i64>(wordOf(level, word << 6)));
  return firstReplica + (place << ReplicaRecord.SHIFT);
}

// --- The wheel ---

function bucketNumber(ticks: f64): i64 {
  return <i64>floor(ticks * wheelBucketsPerTick);
}

function linksOf(replica: i32): i32 {
  return replica >> 1;
}

function moved(replica: i32): void {
  const d = replica << 3;
  const links = linksOf(replica);
  const time = load<f64>(d, At.NEXT_EVENT);
  const bucket = time === Infinity ? -1 : (<i32>bucketNumber(time)) & (Limit.BUCKETS - 1);
  const before = load<i32>(d, At.BUCKET);
  if (bucket === before) return;
  if (before >= 0) {
    const next = load<i32>(links, At.NEXT_IN_BUCKET);
    const previous = load<i32>(links, At.PREVIOUS_IN_BUCKET);
    if (previous < 0) store<i32>(before << 2, next, At.HEADS);
    else store<i32>(linksOf(previous), next, At.NEXT_IN_BUCKET);
    if (next >= 0) store<i32>(linksOf(next), previous, At.PREVIOUS_IN_BUCKET);
  }
  store<i32>(d, bucket, At.BUCKET);
  if (bucket < 0) return;
  const head = load<i32>(bucket << 2, At.HEADS);
  store<i32>(links, head, At.NEXT_IN_BUCKET);
  store<i32>(links, -1, At.PREVIOUS_IN_BUCKET);
  if (head >= 0) store<i32>(linksOf(head), replica, At.PREVIOUS_IN_BUCKET);
  store<i32>(bucket << 2, replica, At.HEADS);
}

// --- The sets of replicas by count: how many are in it, which words are not 0, the words ---

function levelOf(count: i32): i32 {
  return At.LEVELS + count * levelBytes;
}

function wordOf(level: i32, i: i32): i32 {
  return level + ((1 + summaryWords + (i >> 6)) << 3);
}

function summaryOf(level: i32, i: i32): i32 {
  return level + ((1 + (i >> 12)) << 3);
}

function bitOf(i: i32): i64 {
  return (<i64>1) << ((<i64>i) & 63);
}

function file(replica: i32, count: i32): void {
  for (; levels <= count; levels++) memory.fill(levelOf(levels), 0, levelBytes);
  const i = (replica - firstReplica) >> ReplicaRecord.SHIFT;
  const level = levelOf(count);
  const word = wordOf(level, i);
  const summary = summaryOf(level, i);
  store<i32>(replica << 3, count, At.FILED);
  store<i64>(word, load<i64>(word) | bitOf(i));
  store<i64>(summary, load<i64>(summary) | bitOf(i >> 6));
  store<i32>(level, load<i32>(level) + 1);
  if (count < least) least = count;
}
