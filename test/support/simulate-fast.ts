// Runs a CellCase through the program's own cell, one observer noting every request's fate.
import { AttainmentLog } from '../../src/fleet/attainment.ts';
import { Cell } from '../../src/fleet/cell.ts';
import type { Drained } from '../../src/fleet/cell.ts';
import { createEngine } from '../../src/fleet/engine.ts';
import type {
  Engine,
  LatencyHistograms,
  RequestObserver,
  RunObserver,
} from '../../src/fleet/engine-interface.ts';
import { createMembers } from '../../src/fleet/members.ts';
import { RequestRecorder } from '../../src/fleet/records/recorder.ts';
import type { RequestChunk } from '../../src/fleet/records/rows.ts';
import { RunTracer, unpackRuns } from '../../src/fleet/records/tracer.ts';
import type { TraceSpec } from '../../src/fleet/records/tracer.ts';
import type { TracedRun } from '../../src/fleet/records/traced-run.ts';
import { ReplicaRecord } from '../../src/fleet/replicas/replica-record.ts';
import { Entry, Size } from '../../src/fleet/requests/request-entry.ts';
import type { Router } from '../../src/fleet/router.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { Histogram, type SparseHistogram } from '../../src/kernel/histogram.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { batchingShape } from '../../src/policies/batching/registry.ts';
import { ROUTERS } from '../../src/policies/routing/registry.ts';
import type { ArrivalSource } from '../../src/workload/spec.ts';
import type { CellCase, RequestOutcome } from './cell-case.ts';

export interface FastOptions {
  /** The end of the window after the one that ended then, ticks; windows of 10 s without it. */
  nextEnd?: (endTicks: number) => number;
  /** Every replica is brought up to date at every arrival, whether the router asks for it or not. */
  eager?: boolean;
  /** Draws after which windows the cell goes on as a new one, from its saved state, and the origin of time moves. */
  interruptions?: RandomStream;
  /** Looks at the cell at the end of every window. */
  look?(endTicks: number, cell: Cell, counts: Float64Array): void;
  trace?: TraceSpec;
}

export interface FastRun {
  outcomes: RequestOutcome[];
  /** Sums of all windows, by Window. */
  counts: Float64Array;
  latencies: LatencyHistograms<SparseHistogram>;
  /** Replicas that closed and became empty, by time and number. */
  drained: Drained[];
  /** Per-request records, in one piece or in several. */
  records: RequestChunk[];
  /** If traced: in the order in which they ended, as far as that was known. */
  runs: TracedRun[];
}

export function simulateFast(c: CellCase): RequestOutcome[] {
  return runFast(c).outcomes;
}

/** Window after window until every request has left. */
export function runFast(c: CellCase, options: FastOptions = {}): FastRun {
  const {
    nextEnd = (endTicks) => endTicks + secondsToTicks(10),
    eager,
    interruptions,
    look,
    trace,
  } = options;
  const outcomes = c.requests.map((request): RequestOutcome => ({
    outcome: 'finished',
    replica: -1,
    promptTokens: request.promptTokens,
    outputTokens: request.outputTokens,
    firstTokenTicks: -1,
    admittedTicks: -1,
    finishTicks: -1,
    preemptions: 0,
    retries: 0,
  }));
  let originTicks = 0;
  let recorder = newRecorder();
  const observer: RequestObserver = {
    enter: (first) => recorder.enter(first),
    routed: (request, replica) => (outcomes[request].replica = engine.replicas.number[replica]),
    rejected: (loose, reason, replica) => {
      recorder.rejected(loose, reason, replica);
      outcomes[loose.request].outcome = reason;
    },
    firstToken: (request, at) => (outcomes[request].firstTokenTicks = at + originTicks),
    admitted: (replica, entry) => {
      recorder.admitted(replica, entry);
      const outcome = outcomes[engine.pool.words[entry * Size.ENTRY_WORDS + Entry.REQUEST]];
      if (outcome.admittedTicks < 0) outcome.admittedTicks = engine.replicas.start[replica] + originTicks;
    },
    preempted: (request) => {
      recorder.preempted(request);
      outcomes[request].preemptions++;
    },
    killed: (loose, replica, retried) => {
      recorder.killed(loose, replica, retried);
      if (retried) outcomes[loose.request].retries++;
      else outcomes[loose.request].outcome = 'lost';
    },
    finished: (replica, entry, good) => {
      recorder.finished(replica, entry, good);
      const e = entry * Size.ENTRY_WORDS;
      const { words } = engine.pool;
      Object.assign(outcomes[words[e + Entry.REQUEST]], {
        finishTicks: engine.replicas.start[replica] + originTicks,
        promptTokens: words[e + Entry.PROMPT],
        outputTokens: words[e + Entry.OUTPUT],
      });
    },
  };
  const latencies = newHistograms();
  let tracer = trace && newTracer(c, trace);
  let { cell, engine } = createCell(c, { observer, tracer, eager, latencies });
  recorder.attach(engine);
  tracer?.attach(engine);
  const records: RequestChunk[] = [];
  const runs: TracedRun[] = [];
  const takeRecords = () => {
    records.push(recorder.take(0, ticksToSeconds(originTicks)));
    if (tracer !== undefined) runs.push(...unpackRuns(tracer.take()));
  };
  const sums = new Float64Array(Window.FIELDS);
  const lastArrival = c.requests.at(-1)?.atTicks ?? 0;
  const changes = [...(c.changes ?? [])];
  const drained: Drained[] = [];
  for (let end = nextEnd(0); ; end = nextEnd(end)) {
    const later = changes.findIndex(({ atTicks }) => atTicks > end);
    const due = changes.splice(0, later < 0 ? changes.length : later);
    const counts = cell.advanceTo(
      end - originTicks,
      due.map((change) => ({ ...change, atTicks: change.atTicks - originTicks })),
    );
    for (let field = 0; field < sums.length; field++) sums[field] += counts[field];
    for (const { atTicks, ...rest } of cell.takeDrained())
      drained.push({ ...rest, atTicks: atTicks + originTicks });
    look?.(end, cell, counts);
    if (end > lastArrival && changes.length === 0 && cell.inSystem === 0) break;
    if (interruptions !== undefined) takeRecords();
    if (interruptions?.below(3) === 0) {
      const state = structuredClone(cell.save());
      const notes = structuredClone(recorder.save(0));
      const openRuns = structuredClone(tracer?.save(0, c.replicas));
      tracer = trace && newTracer(c, trace);
      ({ cell, engine } = createCell(c, { observer, tracer, eager, latencies }));
      cell.restore(state);
      recorder = newRecorder();
      recorder.attach(engine);
      recorder.restore(0, notes);
      tracer?.attach(engine);
      tracer?.enterWindow(ticksToSeconds(originTicks));
      if (openRuns !== undefined) tracer?.restore(0, openRuns);
    }
    if (interruptions?.below(3) === 0) {
      const ticks = Math.floor((end - originTicks) * interruptions.uniform());
      cell.rebase(ticks);
      originTicks += ticks;
      tracer?.rebase(ticks);
      tracer?.enterWindow(ticksToSeconds(originTicks));
    }
  }
  takeRecords();
  const { ttft, tpot, itl, e2e } = latencies;
  drained.sort((a, b) => a.atTicks - b.atTicks || a.place - b.place);
  return {
    outcomes,
    counts: sums,
    drained,
    records,
    runs,
    latencies: { ttft: ttft.take(), tpot: tpot.take(), itl: itl.take(), e2e: e2e.take() },
  };
}

function newRecorder(): RequestRecorder {
  return new RequestRecorder([{ index: 0, first: 0, firstReplica: 0, sampler: () => true }]);
}

function newTracer(c: CellCase, trace: TraceSpec): RunTracer {
  const numbers = Int32Array.from({ length: c.replicas }, (_, replica) => replica);
  return new RunTracer(trace, { pool: 0, numbers });
}

export function newHistograms(): LatencyHistograms {
  return { ttft: new Histogram(), tpot: new Histogram(), itl: new Histogram(), e2e: new Histogram() };
}

/** A cell that serves the case's requests. */
export function createCell(
  c: CellCase,
  options: {
    observer?: RequestObserver;
    tracer?: RunObserver;
    eager?: boolean;
    latencies?: LatencyHistograms;
    attainment?: AttainmentLog;
    /** With the compiled kernel, if it knows the batching policy. */
    compiled?: boolean;
  } = {},
): { cell: Cell; engine: Engine } {
  const { observer, tracer, eager, latencies = newHistograms() } = options;
  const shape = batchingShape(c.batching);
  const attainment = options.attainment ?? new AttainmentLog();
  if (options.attainment === undefined) attainment.enter(0, Infinity);
  const engine = createEngine({
    replicaNumbers: Int32Array.from({ length: c.replicas }, (_, replica) => replica),
    poolReplicas: c.replicas,
    maxSequences: shape.maxSequences,
    pagedKv: shape.pagedKv,
    queueLimit: c.limits.queueLimit,
    perf: c.perf,
    createBatching: shape.create,
    compiled: options.compiled ? shape.compiled : undefined,
    slo: { ttft: Infinity, tpot: Infinity, e2e: Infinity },
    attainment,
    latencies,
    observer,
    tracer,
  });
  const members = createMembers(0, c.replicas, c.initiallyOpen ?? c.replicas);
  const lazy = new ROUTERS[c.routing](engine, members, new RandomStream(c.seed, 'routing'));
  const router = eager ? eagerRouter(engine, lazy) : lazy;
  const source = listSource(c.requests);
  return { cell: new Cell(engine, members, { router, source, limits: c.limits, killed: c.killed }), engine };
}

/** Looks at every replica before each choice. */
function eagerRouter(engine: Engine, router: Router): Router {
  return {
    choose() {
      for (let replica = 0; replica < engine.replicas.end; replica += ReplicaRecord.SIZE) {
        engine.advance(replica);
        router.assigned(replica);
      }
      return router.choose();
    },
    assigned: (replica) => router.assigned(replica),
    lookAgain: () => router.lookAgain(),
    save: () => router.save(),
    restore: (state) => router.restore(state),
  };
}

/** Requests from a list in time order. */
export function listSource(requests: CellCase['requests']): ArrivalSource {
  let next = 0;
  let originTicks = 0;
  return {
    save: () => ({ next, originTicks }),
    restore: (state) => ({ next, originTicks } = state as { next: number; originTicks: number }),
    rebase: (ticks) => (originTicks += ticks),
    fill(batch, untilTicks) {
      batch.count = 0;
      while (next < requests.length && batch.count < batch.atTicks.length) {
        const request = requests[next];
        const atTicks = request.atTicks - originTicks;
        if (atTicks >= untilTicks) break;
        batch.atTicks[batch.count] = atTicks;
        batch.promptTokens[batch.count] = request.promptTokens;
        batch.outputTokens[batch.count] = request.outputTokens;
        batch.count++;
        next++;
      }
    },
  };
}
