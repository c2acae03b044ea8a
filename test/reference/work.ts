// What a drained cell must have counted, by the reference's steps, tokens and outcomes.
import { Histogram, type SparseHistogram } from '../../src/kernel/histogram.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import type { LatencyHistograms } from '../../src/fleet/engine-interface.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';
import type { Request, TimedStep } from './simulator/replica.ts';

type Latencies = LatencyHistograms<SparseHistogram>;

export class Work {
  readonly #counts = new Map<string, [index: Window, count: number]>();
  /** Sums of fractions, which depend a little on the order in which they are taken; and the largest whole. */
  readonly #parts = new Map<string, [index: Window, sum: number, largest: number]>();
  /** Between the tokens of all requests: gaps, and how long together. */
  #gaps = 0;
  #gapTicks = 0;
  readonly #tokenTicks = new Map<Request, number>();

  addStep(step: TimedStep): void {
    this.#addDecodes(step, 1);
    this.#add('prefill tokens', Window.prefillTokens, step.prefillTokens);
    this.#add('prefill pairs', Window.prefillPairs, step.prefillPairs);
    this.#add('prefill rows', Window.prefillRows, step.logitRows - step.decodes);
    this.#addPart(step, 0);
  }

  /** Of its work what lies before its end counts in parts, but that of its prompts as a whole. */
  cutOff(step: TimedStep, atTicks: number): void {
    this.#addDecodes(step, -1);
    this.#addPart(step, (atTicks - step.startTicks) / (step.endTicks - step.startTicks));
  }

  addToken(request: Request, atTicks: number): void {
    this.#add('output tokens', Window.outputTokens, 1);
    const before = this.#tokenTicks.get(request);
    this.#tokenTicks.set(request, atTicks);
    if (before === undefined) return;
    this.#gaps++;
    this.#gapTicks += atTicks - before;
  }

  addOutcomes(outcomes: RequestOutcome[]): void {
    for (const { outcome, promptTokens, firstTokenTicks, preemptions, retries } of outcomes) {
      this.#add('arrivals', Window.arrived, 1);
      this.#add('finishes', Window.finished, outcome === 'finished' ? 1 : 0);
      this.#add('losses', Window.lost, outcome === 'lost' ? 1 : 0);
      this.#add('full queues', Window.rejectedQueueFull, outcome === 'queue-full' ? 1 : 0);
      this.#add('retries', Window.retried, retries);
      this.#add('prompt tokens', Window.promptTokens, firstTokenTicks < 0 ? 0 : promptTokens);
      this.#add('preemptions', Window.preemptions, preemptions);
    }
  }

  differenceOf(counts: Float64Array): string | undefined {
    for (const [what, [index, count]] of this.#counts) {
      if (counts[index] !== count) return `${counts[index]} ${what}, and ${count} in the reference`;
    }
    for (const [what, [index, sum, largest]] of this.#parts) {
      if (Math.abs(counts[index] - sum) > 1e-9 * (sum + largest))
        return `${counts[index]} ${what}, and ${sum} in the reference`;
    }
    return undefined;
  }

  /** As many gaps as there are tokens after the first, and as long together as they took. */
  gapDifference(itl: SparseHistogram): string | undefined {
    const gaps = itl.counts.reduce((total, count) => total + count, 0) - this.#gaps;
    const ticks = itl.sumHigh * 2 ** 52 + itl.sumLow - this.#gapTicks;
    return gaps === 0 && ticks === 0 ? undefined : `${gaps} gaps and ${ticks} ticks too many between tokens`;
  }

  #addDecodes(step: TimedStep, sign: 1 | -1): void {
    const { decodes, prefillTokens, decodeTicks, contextTokens, startTicks, endTicks } = step;
    this.#add('steps', Window.steps, sign);
    this.#add('decode steps', Window.decodeSteps, decodes > 0 ? sign : 0);
    this.#add('decode tokens', Window.decodeTokens, sign * decodes);
    this.#add('context tokens', Window.contextTokens, sign * contextTokens);
    this.#add('decode ticks', Window.decodeTicks, sign * decodeTicks);
    const prefillTicks = endTicks - startTicks - decodeTicks;
    this.#add('prefill ticks', Window.prefillTicks, sign * prefillTicks);
    const mixed = decodes > 0 && prefillTokens > 0 ? sign : 0;
    this.#add('mixed steps', Window.mixedSteps, mixed);
    this.#add('decode ticks of mixed steps', Window.mixedDecodeTicks, mixed * decodeTicks);
    this.#add('prefill ticks of mixed steps', Window.mixedPrefillTicks, mixed * prefillTicks);
  }

  #addPart({ decodes, decodeTicks, contextTokens, startTicks, endTicks }: TimedStep, part: number): void {
    const add = (what: string, index: Window, whole: number) => {
      const [, sum, largest] = this.#parts.get(what) ?? [index, 0, 0];
      this.#parts.set(what, [index, sum + part * whole, Math.max(largest, whole)]);
    };
    add('parts of decode ticks', Window.edgeDecodeTicks, decodeTicks);
    add('parts of prefill ticks', Window.edgePrefillTicks, endTicks - startTicks - decodeTicks);
    add('parts of decode steps', Window.edgeDecodeSteps, decodes > 0 ? 1 : 0);
    add('parts of context tokens', Window.edgeContextTokens, contextTokens);
  }

  #add(what: string, index: Window, count: number): void {
    this.#counts.set(what, [index, (this.#counts.get(what)?.[1] ?? 0) + count]);
  }
}

/** Of latencies but for the single gaps between tokens, which the reference does not note. */
export function latenciesOf(c: CellCase, outcomes: RequestOutcome[]): Omit<Latencies, 'itl'> {
  const ttft = new Histogram();
  const tpot = new Histogram();
  const e2e = new Histogram();
  for (const [i, { outcome, outputTokens, firstTokenTicks, finishTicks }] of outcomes.entries()) {
    const sentTicks = c.requests[i].atTicks - c.perf.clientDelayTicks;
    if (firstTokenTicks >= 0) ttft.add(firstTokenTicks - sentTicks);
    if (outcome !== 'finished') continue;
    e2e.add(finishTicks - sentTicks);
    if (outputTokens > 1) tpot.add(Math.floor((finishTicks - firstTokenTicks) / (outputTokens - 1)));
  }
  return { ttft: ttft.take(), tpot: tpot.take(), e2e: e2e.take() };
}
