// The kinds of replica: one request at a time, padded batches (static and dynamic), continuous batching with chunked
// prefill and preemption by recompute. Written from the rules, one step after the other, as if on paper.
import { secondsToTicks } from '../../../src/kernel/ticks.ts';
import { BLOCK_TOKENS, Replica, blocksFor, isFinished } from './replica.ts';
import type { Request, Surroundings } from './replica.ts';
import type { BatchingSpec } from '../../../src/fleet/spec.ts';

type PaddedSpec = Extract<BatchingSpec, { batchSize: number }>;
type ContinuousSpec = Extract<BatchingSpec, { policy: 'continuous' }>;

export function createReplica(surroundings: Surroundings, index: number): Replica {
  const spec = surroundings.case.batching;
  switch (spec.policy) {
    case 'none':
      return new OneAtATime(surroundings, index);
    case 'static':
    case 'dynamic':
      return new PaddedBatch(surroundings, index, spec);
    case 'continuous':
      return new ContinuousReplica(surroundings, index, spec);
  }
}

class OneAtATime extends Replica {
  current: Request | undefined;

  get unfinished(): Request[] {
    return this.current === undefined ? [] : [this.current];
  }

  get prefilling(): Request[] {
    return this.unfinished.filter(({ generated }) => generated === 0);
  }

  get usedBlocks(): number {
    return sum(
      this.unfinished.map(({ promptTokens, generated }) =>
        blocksFor(promptTokens + Math.max(0, generated - 1)),
      ),
    );
  }

  protected clear(): void {
    this.current = undefined;
  }

  protected begin(nowTicks: number): void {
    this.current ??= this.waiting.shift();
    if (this.current === undefined) return;
    const { promptTokens, generated } = this.current;
    const isPrefill = generated === 0;
    this.startStep(nowTicks, {
      decodes: isPrefill ? 0 : 1,
      contextTokens: isPrefill ? 0 : promptTokens + generated - 1,
      prefillTokens: isPrefill ? promptTokens : 0,
      prefillPairs: isPrefill ? promptTokens * promptTokens : 0,
      prefillSequences: isPrefill ? 1 : 0,
      logitRows: 1,
    });
  }

  protected end(nowTicks: number): void {
    const request = this.current!;
    this.emitToken(request, nowTicks);
    if (isFinished(request)) this.current = undefined;
  }
}

class PaddedBatch extends Replica {
  readonly spec: PaddedSpec;
  /** Everyone who joined, finished or not, until the batch leaves. */
  batch: Request[] = [];
  /** Decode steps done since the prefill; -1 before it. */
  decodeSteps = -1;

  constructor(surroundings: Surroundings, index: number, spec: PaddedSpec) {
    super(surroundings, index);
    this.spec = spec;
  }

  get unfinished(): Request[] {
    return this.batch.filter((request) => !isFinished(request));
  }

  get prefilling(): Request[] {
    return this.decodeSteps < 0 ? this.batch : [];
  }

  get usedBlocks(): number {
    return this.batch.length === 0 ? 0 : this.blocksOfBatch(this.batch);
  }

  protected clear(): void {
    this.batch = [];
    this.decodeSteps = -1;
  }

  protected begin(nowTicks: number): void {
    if (this.batch.length === 0) this.formBatch(nowTicks);
    if (this.batch.length === 0) return;
    const size = this.batch.length;
    const promptPadded = Math.max(...this.batch.map((request) => request.promptTokens));
    if (this.decodeSteps < 0) {
      this.startStep(nowTicks, {
        decodes: 0,
        contextTokens: 0,
        prefillTokens: size * promptPadded,
        prefillPairs: size * promptPadded * promptPadded,
        prefillSequences: size,
        logitRows: size,
      });
    } else {
      const decodes = this.spec.policy === 'static' ? size : this.unfinished.length;
      this.startStep(nowTicks, {
        decodes,
        contextTokens: decodes * (promptPadded + this.decodeSteps),
        prefillTokens: 0,
        prefillPairs: 0,
        prefillSequences: 0,
        logitRows: decodes,
      });
    }
  }

  protected end(nowTicks: number): void {
    this.decodeSteps++;
    for (const request of this.unfinished) this.emitToken(request, nowTicks);
    if (this.unfinished.length === 0) this.clear();
  }

  private formBatch(nowTicks: number): void {
    if (this.waiting.length === 0) return;
    const dueTicks = this.waiting[0].arrivalTicks + secondsToTicks(this.spec.maxDelaySeconds);
    if (this.waiting.length < this.spec.batchSize && nowTicks < dueTicks) {
      this.nextTicks = dueTicks;
      return;
    }
    const blocksTotal = Math.floor(this.surroundings.case.perf.kvTokens / BLOCK_TOKENS);
    let size = 1;
    while (
      size < Math.min(this.spec.batchSize, this.waiting.length) &&
      this.blocksOfBatch(this.waiting.slice(0, size + 1)) <= blocksTotal
    ) {
      size++;
    }
    this.batch = this.waiting.splice(0, size);
  }

  private blocksOfBatch(batch: Request[]): number {
    const promptPadded = Math.max(...batch.map((request) => request.promptTokens));
    const outputs = batch.map((request) => request.outputTokens);
    if (this.spec.policy === 'static') return batch.length * blocksFor(promptPadded + Math.max(...outputs));
    const unfinished = batch.filter((request) => !isFinished(request));
    return sum(unfinished.map(({ outputTokens }) => blocksFor(promptPadded + outputTokens)));
  }
}

export class ContinuousReplica extends Replica {
  readonly spec: ContinuousSpec;
  /** In admission order. */
  running: Request[] = [];
  readonly blocksTotal: number;
  blocksFree: number;
  /** Prompt tokens each prompt processes in the running step. */
  chunks = new Map<Request, number>();

  constructor(surroundings: Surroundings, index: number, spec: ContinuousSpec) {
    super(surroundings, index);
    this.spec = spec;
    this.blocksTotal = Math.floor(surroundings.case.perf.kvTokens / BLOCK_TOKENS);
    this.blocksFree = this.blocksTotal;
  }

  get unfinished(): Request[] {
    return this.running;
  }

  get decoding(): Request[] {
    return this.running.filter((request) => !isPrefilling(request));
  }

  get prefilling(): Request[] {
    return this.running.filter(isPrefilling);
  }

  get usedBlocks(): number {
    const decoding = this.decoding.map(({ cached }) => blocksFor(cached));
    return sum([...decoding, ...this.prefilling.map(({ blocks }) => blocks)]);
  }

  protected clear(): void {
    this.running = [];
    this.chunks = new Map();
    this.blocksFree = this.blocksTotal;
  }

  protected begin(nowTicks: number): void {
    this.chunks = new Map();
    // Every decoding sequence has its token before a prompt gets any: a decoding sequence never misses a step.
    const budget = this.spec.maxBatchedTokens - this.decoding.length;
    const { budgetLeft, preempted } = this.continueRunning(budget);
    if (!preempted) this.admit(budgetLeft);
    if (this.running.length === 0) return;
    const decoding = this.decoding;
    const prompts = [...this.chunks];
    const ending = prompts.filter(([request, chunk]) => request.cached + chunk === request.target);
    this.startStep(nowTicks, {
      decodes: decoding.length,
      contextTokens: sum(decoding.map((request) => request.cached)),
      prefillTokens: sum(prompts.map(([, chunk]) => chunk)),
      prefillPairs: sum(prompts.map(([request, chunk]) => chunk * chunk + 2 * request.cached * chunk)),
      prefillSequences: prompts.length,
      logitRows: decoding.length + ending.length,
    });
  }

  /** Blocks for those who run already, in admission order, at the expense of the newest. */
  private continueRunning(budget: number): { budgetLeft: number; preempted: boolean } {
    let budgetLeft = budget;
    let preempted = false;
    for (let i = 0; i < this.running.length; i++) {
      const request = this.running[i];
      const prefilling = isPrefilling(request);
      const tokens = prefilling ? this.chunkLength(request, budgetLeft) : 1;
      while (this.blocksMissing(request, tokens) > this.blocksFree && this.running.includes(request)) {
        this.preemptNewest();
        preempted = true;
      }
      if (!this.running.includes(request)) break;
      this.takeBlocks(request, tokens);
      if (prefilling && tokens > 0) this.chunks.set(request, tokens);
      if (prefilling) budgetLeft -= tokens;
    }
    return { budgetLeft, preempted };
  }

  private preemptNewest(): void {
    const victim = this.running.pop()!;
    this.freeBlocks(victim);
    victim.cached = 0;
    victim.target = victim.promptTokens + victim.generated;
    victim.result.preemptions++;
    this.waiting.unshift(victim);
    this.surroundings.auditor.requestPreempted(victim);
  }

  private admit(budget: number): void {
    let budgetLeft = budget;
    while (this.waiting.length > 0 && this.running.length < this.spec.maxSequences && budgetLeft > 0) {
      const request = this.waiting[0];
      const chunk = this.chunkLength(request, budgetLeft);
      const blocksNeeded = blocksFor(this.spec.requireFullPromptFree ? request.target : chunk);
      if (blocksNeeded > this.blocksFree) return;
      this.waiting.shift();
      this.running.push(request);
      this.takeBlocks(request, chunk);
      this.chunks.set(request, chunk);
      budgetLeft -= chunk;
    }
  }

  protected end(nowTicks: number): void {
    for (const request of this.running) {
      if (isPrefilling(request)) {
        request.cached += this.chunks.get(request) ?? 0;
        if (isPrefilling(request)) continue;
      } else {
        request.cached++;
      }
      this.emitToken(request, nowTicks);
      if (!isFinished(request)) continue;
      this.freeBlocks(request);
      this.running = this.running.filter((other) => other !== request);
    }
  }

  private chunkLength(request: Request, budgetLeft: number): number {
    const { longPrefillThreshold } = this.spec;
    return Math.min(request.target - request.cached, budgetLeft, longPrefillThreshold || Infinity);
  }

  private blocksMissing(request: Request, tokens: number): number {
    return blocksFor(request.cached + tokens) - request.blocks;
  }

  private takeBlocks(request: Request, tokens: number): void {
    const blocks = this.blocksMissing(request, tokens);
    request.blocks += blocks;
    this.blocksFree -= blocks;
  }

  private freeBlocks(request: Request): void {
    this.blocksFree += request.blocks;
    request.blocks = 0;
  }
}

export function isPrefilling(request: Request): boolean {
  return request.cached < request.target;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
