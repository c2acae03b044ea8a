// The runs of steps of some replicas during a short stretch of time, a row for each that overlaps it: from the start of a
// run to its end, however often it was looked at in between, so that neither windows nor threads are to be seen.
// A run that was cut off with its replica has a row too, which counts its whole steps. Left out: a run that is under way
// when the simulation is stopped or cut.
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';
import { Plan } from '../../perf/plan.ts';
import type { Engine, RunObserver } from '../engine-interface.ts';
import { ReplicaRecord } from '../replicas/replica-record.ts';
import type { TracedRun } from './traced-run.ts';

export interface TraceSpec {
  /** Since the start of the run. */
  fromSeconds: number;
  toSeconds: number;
  /** Numbers in each pool, both included. */
  firstReplica: number;
  lastReplica: number;
}

/** More are no short stretch. */
export const TRACED_RUNS_MAX = 2_000_000;

const FIELDS = [
  'pool',
  'replica',
  'startSeconds',
  'endSeconds',
  'steps',
  'decodes',
  'contextTokens',
  'prefillTokens',
  'prefillRequests',
  'waiting',
  'usedBlocks',
] as const satisfies readonly (keyof TracedRun)[];

/** Rows packed for messages and files: the fields of one after the other. */
export type PackedRuns = Float64Array<ArrayBuffer>;

export function runCount(packed: PackedRuns): number {
  return packed.length / FIELDS.length;
}

export function unpackRuns(packed: PackedRuns): TracedRun[] {
  return Array.from({ length: runCount(packed) }, (_, row) => {
    const at = row * FIELDS.length;
    return Object.fromEntries(FIELDS.map((name, i) => [name, packed[at + i]])) as unknown as TracedRun;
  });
}

/** Of the runs under way, by number of the replica in the engine; a start that is NaN: none that is traced. */
function openRuns(count: number) {
  return {
    startTicks: new Float64Array(count).fill(NaN),
    stepsBefore: new Float64Array(count),
    decodes: new Float64Array(count),
    contextTokens: new Float64Array(count),
    prefillTokens: new Float64Array(count),
    prefillRequests: new Float64Array(count),
    waiting: new Float64Array(count),
    usedBlocks: new Float64Array(count),
  };
}

export type OpenRuns = ReturnType<typeof openRuns>;

/** Of all replicas of an engine, in its order: their numbers in the pool. */
export interface TracedReplicas {
  pool: number;
  numbers: Int32Array;
}

export class RunTracer implements RunObserver {
  readonly #spec: TraceSpec;
  readonly #traced: TracedReplicas;
  readonly #isTraced: Uint8Array;
  readonly #open: OpenRuns;
  #engine: Engine | undefined;
  #originSeconds = 0;
  #rows: number[] = [];

  constructor(spec: TraceSpec, traced: TracedReplicas) {
    const { firstReplica, lastReplica } = spec;
    this.#spec = spec;
    this.#traced = traced;
    this.#isTraced = Uint8Array.from(traced.numbers, (n) => (n >= firstReplica && n <= lastReplica ? 1 : 0));
    this.#open = openRuns(traced.numbers.length);
  }

  /** Once, before anything happens: the engine that this observes. */
  attach(engine: Engine): void {
    this.#engine = engine;
  }

  /** At the start of every window: where its tick 0 is. */
  enterWindow(originSeconds: number): void {
    this.#originSeconds = originSeconds;
  }

  started(replica: number): void {
    const i = replica >> ReplicaRecord.SHIFT;
    if (this.#isTraced[i] === 0) return;
    const { replicas, plan } = this.#engine!;
    if (this.#seconds(replicas.start[replica]) >= this.#spec.toSeconds) return;
    const open = this.#open;
    open.startTicks[i] = replicas.start[replica];
    open.stepsBefore[i] = replicas.steps[replica];
    open.decodes[i] = replicas.decodes[replica];
    open.contextTokens[i] = replicas.context[replica];
    open.prefillTokens[i] = plan[Plan.PREFILL_TOKENS];
    open.prefillRequests[i] = plan[Plan.PREFILL_SEQUENCES];
    open.waiting[i] = replicas.waiting[replica];
    open.usedBlocks[i] = this.#engine!.usedBlocks(replica);
  }

  ended(replica: number): void {
    if (this.#isTraced[replica >> ReplicaRecord.SHIFT] === 1)
      this.#end(replica, this.#engine!.replicas.start[replica]);
  }

  cutOff(replica: number): void {
    if (this.#isTraced[replica >> ReplicaRecord.SHIFT] === 1) this.#end(replica, this.#engine!.clock[0]);
  }

  /** The rows since they were last taken. */
  take(): PackedRuns {
    const packed = Float64Array.from(this.#rows);
    this.#rows = [];
    return packed;
  }

  /** The runs under way of so many replicas from `first` on. */
  save(first: number, places: number): OpenRuns {
    const entries = Object.entries(this.#open).map(([name, values]) => [
      name,
      values.slice(first >> ReplicaRecord.SHIFT, (first >> ReplicaRecord.SHIFT) + places),
    ]);
    return Object.fromEntries(entries) as OpenRuns;
  }

  restore(first: number, saved: OpenRuns): void {
    for (const name of Object.keys(saved) as (keyof OpenRuns)[])
      this.#open[name].set(saved[name], first >> ReplicaRecord.SHIFT);
  }

  /** The origin of time moves on for all of them. */
  rebase(ticks: number): void {
    const { startTicks } = this.#open;
    for (let i = 0; i < startTicks.length; i++) startTicks[i] -= ticks;
  }

  #end(replica: number, endTicks: number): void {
    const open = this.#open;
    const i = replica >> ReplicaRecord.SHIFT;
    const startTicks = open.startTicks[i];
    if (Number.isNaN(startTicks)) return;
    open.startTicks[i] = NaN;
    const endSeconds = this.#seconds(endTicks);
    const isFull = this.#rows.length > TRACED_RUNS_MAX * FIELDS.length;
    if (endSeconds <= this.#spec.fromSeconds || isFull) return;
    this.#rows.push(
      this.#traced.pool,
      this.#traced.numbers[i],
      this.#seconds(startTicks),
      endSeconds,
      this.#engine!.replicas.steps[replica] - open.stepsBefore[i],
      open.decodes[i],
      open.contextTokens[i],
      open.prefillTokens[i],
      open.prefillRequests[i],
      open.waiting[i],
      open.usedBlocks[i],
    );
  }

  #seconds(ticks: number): number {
    return this.#originSeconds + ticks / TICKS_PER_SECOND;
  }
}
