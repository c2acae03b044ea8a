// The reference: a cell of replicas simulated one event at a time, for tests to hold the fast kernel against. It
// follows the rules of serving in the order in which they are told and is written to be read, not to be fast: the next
// event is found by looking at every replica, counts are recounted whenever asked for. Auditors watch each event.
//
// Order at one instant: step boundaries and batch timers first (those of different replicas do not affect each other),
// then the arrivals in the order of the list.
import { RandomStream } from '../../src/kernel/random.ts';
import { Auditor } from './auditors.ts';
import { createReplica } from './reference-batching.ts';
import type { Replica, Request, TimedStep } from './reference-replica.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';

export function simulateReference(c: CellCase, onStep?: (step: TimedStep) => void): RequestOutcome[] {
  const auditor = new Auditor(c);
  const replicas: Replica[] = [];
  for (let i = 0; i < c.replicas; i++) replicas.push(createReplica({ case: c, auditor, onStep }, i));
  const route = createRouter(c, replicas);

  /** Boundaries and timers up to and including a time, one after the other. */
  function advance(untilTicks: number): void {
    for (;;) {
      const nowTicks = Math.min(...replicas.map((replica) => replica.nextTicks));
      if (nowTicks === Infinity || nowTicks > untilTicks) return;
      replicas.find((replica) => replica.nextTicks === nowTicks)!.wake();
      if (replicas.every((replica) => replica.nextTicks > nowTicks)) auditor.settled(replicas, nowTicks);
    }
  }

  const outcomes: RequestOutcome[] = [];
  for (const { atTicks, promptTokens, outputTokens } of c.requests) {
    advance(atTicks);
    const request = createRequest(atTicks, promptTokens, outputTokens);
    outcomes.push(request.result);
    auditor.arrived++;
    if (!fitLength(c, request)) {
      auditor.rejected++;
    } else {
      const replica = replicas[route()];
      request.result.replica = replica.index;
      if (replica.busy && replica.waiting.length >= c.limits.queueLimit) {
        request.result.outcome = 'queue-full';
        auditor.rejected++;
      } else {
        replica.accept(request, atTicks);
      }
    }
    auditor.settled(replicas, atTicks);
  }
  advance(Infinity);
  return outcomes;
}

function createRequest(arrivalTicks: number, promptTokens: number, outputTokens: number): Request {
  return {
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
      finishTicks: -1,
      preemptions: 0,
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

function createRouter(c: CellCase, replicas: Replica[]): () => number {
  const stream = new RandomStream(c.seed, 'routing');
  let routed = 0;
  switch (c.routing) {
    case 'round-robin':
      return () => routed++ % c.replicas;
    case 'random':
      return () => stream.below(c.replicas);
    case 'power-of-two':
      return () => {
        if (c.replicas === 1) return 0;
        const first = stream.below(c.replicas);
        let second = stream.below(c.replicas - 1);
        if (second >= first) second++;
        return replicas[second].outstanding < replicas[first].outstanding ? second : first;
      };
    case 'least-outstanding':
      return () => {
        const fewest = Math.min(...replicas.map((replica) => replica.outstanding));
        return replicas.findIndex((replica) => replica.outstanding === fewest);
      };
  }
}
