// What must hold at every step whatever the policy, checked from scratch by looking at the whole cell: KV blocks are
// conserved, no effect precedes its cause, nobody idles while there is work it may do, a decoding sequence has a token
// in every step, no request is lost. A violation throws, with the values that show it.
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { ContinuousReplica, isPrefilling } from './simulator/batching.ts';
import { blocksFor } from './simulator/replica.ts';
import type { Replica, Request } from './simulator/replica.ts';
import type { CellCase } from '../support/cell-case.ts';

export class Auditor {
  readonly case: CellCase;
  arrived = 0;
  rejected = 0;
  finished = 0;
  lost = 0;
  private lastEventTicks = -Infinity;
  /** The step that made a request's latest token; forgotten when it is preempted. */
  private readonly tokenSteps = new Map<Request, number>();

  constructor(cellCase: CellCase) {
    this.case = cellCase;
  }

  stepStarted(replica: Replica, startTicks: number): void {
    check(Number.isSafeInteger(replica.nextTicks), 'a step ends at a whole tick', replica.nextTicks);
    check(replica.nextTicks > startTicks, 'a step ends after its start', startTicks, replica.nextTicks);
    for (const request of replica.unfinished) {
      check(request.arrivalTicks <= startTicks, 'nobody is served before arriving', request);
    }
    if (replica instanceof ContinuousReplica) auditContinuousStep(replica);
  }

  tokenEmitted(replica: Replica, request: Request): void {
    check(request.generated < request.outputTokens, 'nobody gets more tokens than asked for', request);
    const step = replica.stepsStarted;
    const before = this.tokenSteps.get(request);
    if (before !== undefined)
      check(step === before + 1, 'a decoding sequence never misses a token', step, before);
    this.tokenSteps.set(request, step);
  }

  requestPreempted(request: Request): void {
    this.tokenSteps.delete(request);
  }

  requestTakenAway(request: Request): void {
    this.tokenSteps.delete(request);
  }

  requestFinished(request: Request): void {
    const { firstTokenTicks, finishTicks } = request.result;
    check(request.arrivalTicks < firstTokenTicks, 'the first token comes after the arrival', request);
    check(firstTokenTicks <= finishTicks, 'the last token does not precede the first', request);
    this.tokenSteps.delete(request);
    this.finished++;
  }

  /** After every arrival, boundary, timer and change. */
  settled(replicas: Replica[], nowTicks: number, { held, open }: { held: number; open: number }): void {
    check(nowTicks >= this.lastEventTicks, 'time does not run backwards', this.lastEventTicks, nowTicks);
    this.lastEventTicks = nowTicks;
    check(held === 0 || open === 0, 'nobody is held while a replica is open', held, open);
    let inside = held;
    for (const replica of replicas) {
      inside += replica.waiting.length + replica.unfinished.length;
      this.auditIdleness(replica, nowTicks);
      if (replica instanceof ContinuousReplica) auditBlocks(replica);
    }
    const { arrived, finished, rejected, lost } = this;
    const counts = { arrived, finished, rejected, lost, inside };
    check(arrived === finished + rejected + lost + inside, 'requests are conserved', counts);
  }

  private auditIdleness(replica: Replica, nowTicks: number): void {
    if (replica.busy) return;
    check(replica.unfinished.length === 0, 'a replica without a step has nobody running', replica.index);
    const { batching } = this.case;
    if (batching.policy === 'static' || batching.policy === 'dynamic') {
      check(
        replica.waiting.length < batching.batchSize,
        'a full batch does not wait',
        replica.waiting.length,
      );
      const delayTicks = secondsToTicks(batching.maxDelaySeconds);
      // Behind the first may be a request that came here late, after it had lost another replica.
      const overdue = replica.waiting
        .slice(0, 1)
        .filter(({ arrivalTicks }) => nowTicks - arrivalTicks >= delayTicks);
      check(overdue.length === 0, 'an idle replica keeps nobody beyond the delay', nowTicks, overdue);
    } else {
      check(replica.waiting.length === 0, 'an idle replica keeps nobody waiting', replica.waiting);
    }
  }
}

function auditContinuousStep(replica: ContinuousReplica): void {
  const { spec, running, chunks, decoding } = replica;
  check(running.length <= spec.maxSequences, 'the batch keeps its limit', running.length);
  const promptTokens = [...chunks.values()].reduce((sum, chunk) => sum + chunk, 0);
  const tokens = decoding.length + promptTokens;
  check(tokens > 0 && tokens <= spec.maxBatchedTokens, 'the step keeps its budget', tokens);
  for (const [request, chunk] of chunks) {
    check(running.includes(request) && chunk > 0, 'only running prompts have chunks', request);
    if (spec.longPrefillThreshold > 0)
      check(chunk <= spec.longPrefillThreshold, 'chunks keep their limit', chunk);
  }
  if (spec.longPrefillThreshold === 0) {
    const partial = running.filter((r) => isPrefilling(r) && r.cached + (chunks.get(r) ?? 0) < r.target);
    check(partial.length <= 1, 'at most one prompt is partial', partial);
    if (partial.length > 0) check(partial[0] === running.at(-1), 'the partial prompt is the newest', running);
  }
  for (const request of running) {
    const inStep = isPrefilling(request) ? (chunks.get(request) ?? 0) : 1;
    check(request.blocks === blocksFor(request.cached + inStep), 'blocks cover exactly the tokens', request);
  }
  for (const request of decoding) {
    const cached = request.promptTokens + request.generated - 1;
    check(request.cached === cached, 'all but the latest token are in the cache', request);
  }
}

function auditBlocks(replica: ContinuousReplica): void {
  const held = replica.running.reduce((sum, request) => sum + request.blocks, 0);
  const { blocksFree, blocksTotal } = replica;
  check(blocksFree >= 0, 'free blocks are never negative', blocksFree);
  // Without a KV limit both sides are Infinity.
  check(blocksFree + held === blocksTotal, 'blocks are conserved', blocksFree, held, blocksTotal);
  check(
    replica.waiting.every((request) => request.blocks === 0),
    'who waits holds no blocks',
    replica.waiting,
  );
}

function check(holds: boolean, rule: string, ...values: unknown[]): asserts holds {
  if (!holds) throw new Error(`auditor: ${rule}: ${JSON.stringify(values)}`);
}
