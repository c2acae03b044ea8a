// What random cases have exercised, by name: a test that never preempts shows nothing about preemption.
import type { BatchingSpec, RoutingPolicy } from '../../src/fleet/spec.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';
import type { StepWork } from './simulator/replica.ts';

const BATCHINGS: BatchingSpec['policy'][] = ['none', 'static', 'dynamic', 'continuous'];
export const ROUTINGS: RoutingPolicy[] = ['round-robin', 'random', 'power-of-two', 'least-outstanding'];

/** What a thousand random cases must have met. */
const EXPECTED = [
  'preempted',
  'preempted more than once',
  'full batch',
  'spent budget',
  'budget spent on one long prompt',
  'equal time stamps',
  'one-token output',
  'step with a partial prompt',
  'step with several partial prompts',
  'step with prompts and decodes',
  'finished',
  'queue-full',
  'too-long',
  'exceeds-kv',
  'prompt cut',
  'output cut',
  'opened',
  'reopened',
  'nobody open',
  'held',
  'killed and held',
  'one too many to be held',
  'one too many for a queue',
  'drained at once',
  'drained by its last finish',
  'drained by force',
  'kill that finds nobody',
  'killed in the queue',
  'killed in prefill',
  'killed decoding',
  'retried before its first token',
  'retried after its first token',
  'retried twice',
  'retried and preempted',
  'retried and rejected',
  'lost before its first token',
  'lost after its first token',
  ...BATCHINGS.map((batching) => `step of ${batching} cut off`),
  ...ROUTINGS.flatMap((routing) => [`retried by ${routing}`, `lost by ${routing}`]),
  ...BATCHINGS.flatMap((batching) => ROUTINGS.map((routing) => `${batching} ${routing}`)),
];

export class Coverage {
  cases = 0;
  requests = 0;
  preemptions = 0;
  readonly #counts = new Map<string, number>();

  addStep(work: StepWork, { batching }: CellCase): void {
    const partial = work.prefillSequences - (work.logitRows - work.decodes);
    if (partial > 0) this.add('step with a partial prompt');
    if (partial > 1) this.add('step with several partial prompts');
    if (work.decodes > 0 && work.prefillSequences > 0) this.add('step with prompts and decodes');
    if (batching.policy !== 'continuous') return;
    if (work.decodes === batching.maxSequences && work.decodes > 1) this.add('full batch');
    if (work.decodes + work.prefillTokens === batching.maxBatchedTokens) {
      this.add('spent budget');
      const isLater = work.prefillPairs > 4 * work.prefillTokens * work.prefillTokens;
      if (work.prefillSequences === 1 && isLater) this.add('budget spent on one long prompt');
    }
  }

  addOutcomes(c: CellCase, outcomes: RequestOutcome[]): void {
    this.cases++;
    this.requests += outcomes.length;
    this.add(`${c.batching.policy} ${c.routing}`);
    outcomes.forEach((outcome, i) => {
      const request = c.requests[i];
      this.preemptions += outcome.preemptions;
      this.add(outcome.outcome);
      if (outcome.preemptions > 0) this.add('preempted');
      if (outcome.preemptions > 1) this.add('preempted more than once');
      if (outcome.retries > 0 && outcome.preemptions > 0) this.add('retried and preempted');
      if (outcome.retries > 0 && outcome.outcome === 'queue-full') this.add('retried and rejected');
      if (outcome.promptTokens < request.promptTokens) this.add('prompt cut');
      else if (outcome.outputTokens < request.outputTokens) this.add('output cut');
      if (outcome.outcome === 'finished' && outcome.outputTokens === 1) this.add('one-token output');
      if (i > 0 && request.atTicks === c.requests[i - 1].atTicks) this.add('equal time stamps');
    });
  }

  /** What should have happened by now and has not. */
  missing(): string[] {
    return EXPECTED.filter((what) => !this.#counts.has(what));
  }

  /** That it happened. */
  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}
