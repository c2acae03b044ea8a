// The reference: a cell of replicas simulated one event at a time, for tests to hold the fast kernel against. It
// follows the rules of serving in the order in which they are told and is written to be read, not to be fast: the next
// event is found by looking at every replica, counts are recounted whenever asked for. Auditors watch each event.
//
// Order at one instant: step boundaries and batch timers first (those of different replicas do not affect each other),
// then the changes in the order of their list, then the arrivals in the order of theirs.
import type { ReplicaChange } from '../../../src/fleet/cell.ts';
import { Auditor } from '../auditors.ts';
import { createReplica } from './batching.ts';
import type { Replica, Request, Watch } from './replica.ts';
import { createRouter } from './router.ts';
import type { CellCase, RequestOutcome } from '../../support/cell-case.ts';

export function simulateReference(c: CellCase, watch: Watch = {}): RequestOutcome[] {
  const cell = new ReferenceCell(c, watch);
  const changes = (c.changes ?? []).map((change) => {
    return { atTicks: change.atTicks, rank: 0, happen: () => cell.change(change) };
  });
  const probes = (watch.probes ?? []).map((atTicks) => {
    return { atTicks, rank: 1, happen: () => watch.probed?.(atTicks, cell.replicas, cell.held.length) };
  });
  const requests = c.requests.map(({ atTicks, promptTokens, outputTokens }, number) => {
    const request = createRequest(number, atTicks, promptTokens, outputTokens);
    return { atTicks, rank: 2, request, happen: () => cell.arrive(request) };
  });
  const events = [...changes, ...probes, ...requests];
  events.sort((a, b) => a.atTicks - b.atTicks || a.rank - b.rank);
  for (const { atTicks, happen } of events) {
    cell.advance(atTicks);
    happen();
  }
  cell.advance(Infinity);
  return requests.map(({ request }) => request.result);
}

class ReferenceCell {
  readonly replicas: Replica[] = [];
  /** Requests that wait for a replica to open, first come first. */
  held: Request[] = [];
  readonly #case: CellCase;
  readonly #watch: Watch;
  readonly #auditor: Auditor;
  readonly #open = new Set<Replica>();
  /** Closed, with somebody left. */
  readonly #draining = new Set<Replica>();
  readonly #route: (open: Replica[]) => Replica;

  constructor(c: CellCase, watch: Watch) {
    this.#case = c;
    this.#watch = watch;
    this.#auditor = new Auditor(c);
    for (let i = 0; i < c.replicas; i++)
      this.replicas.push(createReplica({ case: c, auditor: this.#auditor, watch }, i));
    for (const replica of this.replicas.slice(0, c.initiallyOpen)) this.#open.add(replica);
    this.#route = createRouter(c);
  }

  /** Boundaries and timers up to and including a time, one after the other. */
  advance(untilTicks: number): void {
    for (;;) {
      const nowTicks = Math.min(...this.replicas.map((replica) => replica.nextTicks));
      if (nowTicks === Infinity || nowTicks > untilTicks) return;
      const replica = this.replicas.find(({ nextTicks }) => nextTicks === nowTicks)!;
      replica.wake();
      this.#noteIfDrained(replica, nowTicks, 'by its last finish');
      if (this.replicas.every(({ nextTicks }) => nextTicks > nowTicks)) this.#settled(nowTicks);
    }
  }

  arrive(request: Request): void {
    this.#auditor.arrived++;
    if (fitLength(this.#case, request)) this.#send(request, request.arrivalTicks);
    else this.#auditor.rejected++;
    this.#settled(request.arrivalTicks);
  }

  change({ atTicks, place, kind }: ReplicaChange): void {
    const replica = this.replicas[place];
    if (kind === 'open') this.#openUp(replica, atTicks);
    else if (kind === 'close') this.#close(replica, atTicks);
    else if (this.#draining.has(replica)) this.#kill(replica, atTicks);
    else this.#watch.happened?.('kill that finds nobody');
    this.#settled(atTicks);
  }

  #openUp(replica: Replica, nowTicks: number): void {
    if (this.#open.has(replica) || this.#draining.has(replica))
      throw new Error(`${replica.index} opens twice`);
    this.#watch.happened?.(replica.stepsStarted > 0 ? 'reopened' : 'opened');
    this.#open.add(replica);
    const held = this.held;
    this.held = [];
    for (const request of held) this.#send(request, nowTicks);
  }

  #close(replica: Replica, nowTicks: number): void {
    if (!this.#open.delete(replica)) throw new Error(`${replica.index} closes without being open`);
    if (this.#open.size === 0) this.#watch.happened?.('nobody open');
    this.#draining.add(replica);
    this.#noteIfDrained(replica, nowTicks, 'at once');
  }

  #kill(replica: Replica, nowTicks: number): void {
    const { batching, routing, killed } = this.#case;
    const happened = (what: string) => this.#watch.happened?.(what);
    const inPrefill = new Set(replica.prefilling);
    const inQueue = new Set(replica.waiting);
    if (replica.busy) happened(`step of ${batching.policy} cut off`);
    const taken = replica.takeAway(nowTicks);
    for (const request of taken) {
      const where = inQueue.has(request)
        ? 'in the queue'
        : inPrefill.has(request)
          ? 'in prefill'
          : 'decoding';
      happened(`killed ${where}`);
      happened(`${killed === 'retry' ? 'retried by' : 'lost by'} ${routing}`);
      const had = request.result.firstTokenTicks < 0 ? 'before' : 'after';
      happened(`${killed === 'retry' ? 'retried' : 'lost'} ${had} its first token`);
      if (killed === 'retry') {
        request.result.retries++;
        if (request.result.retries > 1) happened('retried twice');
        this.#send(request, nowTicks);
      } else {
        request.result.outcome = 'lost';
        this.#auditor.lost++;
      }
    }
    this.#noteIfDrained(replica, nowTicks, 'by force', taken.length);
  }

  /** To a replica, or among the held. */
  #send(request: Request, nowTicks: number): void {
    const { limits, replicas } = this.#case;
    const reject = (why: string) => {
      this.#watch.happened?.(why);
      request.result.outcome = 'queue-full';
      this.#auditor.rejected++;
    };
    if (this.#open.size === 0) {
      if (this.held.length >= limits.queueLimit * replicas) return reject('one too many to be held');
      this.#watch.happened?.(request.result.replica < 0 ? 'held' : 'killed and held');
      this.held.push(request);
      return;
    }
    const replica = this.#route(this.replicas.filter((candidate) => this.#open.has(candidate)));
    request.result.replica = replica.index;
    if (replica.busy && replica.waiting.length >= limits.queueLimit) reject('one too many for a queue');
    else replica.accept(request, nowTicks);
  }

  #noteIfDrained(replica: Replica, nowTicks: number, how: string, killed = 0): void {
    if (replica.outstanding > 0 || !this.#draining.delete(replica)) return;
    this.#watch.happened?.(`drained ${how}`);
    this.#watch.drained?.(replica.index, nowTicks, killed);
  }

  #settled(nowTicks: number): void {
    this.#auditor.settled(this.replicas, nowTicks, { held: this.held.length, open: this.#open.size });
  }
}

function createRequest(
  number: number,
  arrivalTicks: number,
  promptTokens: number,
  outputTokens: number,
): Request {
  return {
    number,
    arrivalTicks,
    promptTokens,
    outputTokens,
    generated: 0,
    target: promptTokens,
    cached: 0,
    blocks: 0,
    result: {
      outcome: 'finished',
      replica: -1,
      promptTokens,
      outputTokens,
      firstTokenTicks: -1,
      admittedTicks: -1,
      finishTicks: -1,
      preemptions: 0,
      retries: 0,
    },
  };
}

/** Cuts a request that is too long or says why it is rejected; true if it may be routed. */
function fitLength(c: CellCase, request: Request): boolean {
  const { maxModelLength, overlong } = c.limits;
  const limit = Math.min(maxModelLength, c.perf.kvTokens);
  const length = request.promptTokens + request.outputTokens;
  if (length <= limit) return true;
  if (overlong === 'reject') {
    request.result.outcome = length > maxModelLength ? 'too-long' : 'exceeds-kv';
    return false;
  }
  request.outputTokens = Math.max(1, limit - request.promptTokens);
  request.promptTokens = Math.min(request.promptTokens, limit - request.outputTokens);
  request.target = request.promptTokens;
  request.result.outputTokens = request.outputTokens;
  request.result.promptTokens = request.promptTokens;
  return true;
}
