// The replicas as the run last told of them, which of them is selected, and the recent course of that one. Nothing is
// kept of the others: a fleet of thousands over a day would be too much.
import { GAUGE, GAUGE_FIELDS, REPLICA_STATES, type FleetCell, type Snapshot } from '../../run/snapshot.ts';

export type Measure = 'kv' | 'batch' | 'waiting';

export interface Fleet {
  gauges: readonly FleetCell[] | undefined;
  atSeconds: number;
  level: 'cells' | 'replicas' | 'replica';
  measure: Measure;
  /** Selected: place among the cells, and of the replica in its cell. */
  cell: number;
  replica: number;
  /** Of the selected replica, oldest first. */
  course: readonly CoursePoint[];
}

export interface ReplicaGauges {
  state: (typeof REPLICA_STATES)[number];
  batch: number;
  waiting: number;
  /** Share of its KV cache; NaN where that has no limit. */
  kv: number;
  /** Of the step under way; 0 while idle. */
  stepSeconds: number;
  steps: number;
}

export interface CoursePoint extends ReplicaGauges {
  atSeconds: number;
}

const COURSE = 200;

export const emptyFleet: Fleet = {
  gauges: undefined,
  atSeconds: 0,
  level: 'cells',
  measure: 'kv',
  cell: 0,
  replica: 0,
  course: [],
};

export function noteGauges(fleet: Fleet, { fleet: gauges, window }: Snapshot): Fleet {
  if (gauges === undefined) return fleet;
  const next = { ...fleet, gauges, atSeconds: window.endSeconds };
  const selected = cellOf(next);
  if (selected === undefined) return next;
  const point = { ...readGauges(selected, fleet.replica), atSeconds: window.endSeconds };
  return { ...next, course: [...fleet.course, point].slice(-COURSE) };
}

/** The selected one. */
export function cellOf({ gauges, cell }: Fleet): (FleetCell & { replicas: number }) | undefined {
  const found = gauges?.[cell];
  return found && { ...found, replicas: replicasOf(found) };
}

export function replicasOf({ packed }: FleetCell): number {
  return packed.length / GAUGE_FIELDS;
}

export function readGauges({ packed }: FleetCell, place: number): ReplicaGauges {
  const at = place * GAUGE_FIELDS;
  const kv = packed[at + GAUGE.kvPermille];
  return {
    state: REPLICA_STATES[packed[at + GAUGE.state]],
    batch: packed[at + GAUGE.running],
    waiting: packed[at + GAUGE.waiting],
    kv: kv < 0 ? NaN : kv / 1000,
    stepSeconds: packed[at + GAUGE.stepMicroseconds] / 1e6,
    steps: packed[at + GAUGE.steps],
  };
}

/** Cells of the heat map side by side: also how far one key up or down leads. */
export function gridColumns(columns: number): number {
  return Math.max(8, Math.floor((columns - 14) / 10) * 10);
}

export interface CellFigures {
  states: Record<ReplicaGauges['state'], number>;
  /** Means over what is ready or drains, and the sum of what waits. */
  batch: number;
  kv: number;
  waiting: number;
}

export function cellFigures(cell: FleetCell): CellFigures {
  const states = { off: 0, provisioning: 0, loading: 0, ready: 0, draining: 0 };
  let batch = 0;
  let kv = 0;
  let waiting = 0;
  for (let place = 0; place < replicasOf(cell); place++) {
    const gauges = readGauges(cell, place);
    states[gauges.state]++;
    batch += gauges.batch;
    kv += gauges.kv;
    waiting += gauges.waiting;
  }
  const serving = states.ready + states.draining;
  return { states, batch: batch / serving, kv: kv / serving, waiting };
}

/** 0 to 1: how high the replica stands by that measure; the scale of batch and queue is that of the fleet's fullest. */
export function heat({ kv, batch, waiting }: ReplicaGauges, measure: Measure, tops: Tops): number {
  if (measure === 'kv') return Number.isNaN(kv) ? 0 : kv;
  if (measure === 'batch') return batch / tops.batch;
  return waiting / tops.waiting;
}

export interface Tops {
  batch: number;
  waiting: number;
}

const topsOf = new WeakMap<readonly FleetCell[], Tops>();

export function topsIn(gauges: readonly FleetCell[]): Tops {
  const known = topsOf.get(gauges);
  if (known !== undefined) return known;
  const tops = { batch: 1, waiting: 1 };
  for (const { packed } of gauges) {
    for (let at = 0; at < packed.length; at += GAUGE_FIELDS) {
      tops.batch = Math.max(tops.batch, packed[at + GAUGE.running]);
      tops.waiting = Math.max(tops.waiting, packed[at + GAUGE.waiting]);
    }
  }
  topsOf.set(gauges, tops);
  return tops;
}
