// Batches formed as a whole: `static` and `dynamic`. A batch starts when batchSize requests wait or the oldest has
// waited maxDelay; prompts are padded to the longest and prefilled in one step; nobody joins before the batch has left.
// Static: every place decodes until the longest output ends and its KV stays reserved until then, though each request
// is finished for its client at its own last token. Dynamic: a finished request leaves the batch at once.
import type { BatchingPolicy, Engine } from '../../fleet/engine-interface.ts';
import { Plan } from '../../perf/plan.ts';
import { secondsToTicks } from '../../kernel/ticks.ts';
import { entryAt } from '../../fleet/replicas/preemption.ts';
import { blocksOf, Entry, Size, UNLIMITED } from '../../fleet/requests/request-entry.ts';

export interface PaddedSpec {
  batchSize: number;
  maxDelaySeconds: number;
  /** True for `static`: places and KV are kept until the whole batch leaves. */
  keepsPlaces: boolean;
}

export function paddedBatching(engine: Engine, spec: PaddedSpec): BatchingPolicy {
  const { clock, pool, plan, totalBlocks } = engine;
  const { start, stepsLeft, decodes, context, prefillBlocks, active, waiting, waitHead } = engine.replicas;
  const { batchSize, batchPrompt } = engine.replicas;
  const { batchSize: sizeMax, keepsPlaces } = spec;
  const maxDelay = secondsToTicks(spec.maxDelaySeconds);

  function form(replica: number): void {
    if (active[replica] > 0) {
      decode(replica);
      return;
    }
    decodes[replica] = 0;
    prefillBlocks[replica] = 0;
    context[replica] = 0;
    if (waiting[replica] === 0) {
      engine.idle(replica);
      return;
    }
    const oldest = pool.doubles[waitHead[replica] * Size.ENTRY_DOUBLES + Entry.ARRIVAL];
    if (waiting[replica] >= sizeMax || start[replica] - oldest >= maxDelay) formBatch(replica);
    else engine.sleep(replica, oldest + maxDelay);
  }

  function onArrival(replica: number): void {
    if (stepsLeft[replica] > 0) return;
    start[replica] = clock[0];
    form(replica);
  }

  /** The next run of a batch: after its prefill, or after somebody finished. */
  function decode(replica: number): void {
    const batch = decodes[replica];
    const contextEach = batch === 0 ? batchPrompt[replica] : context[replica] / batch;
    const places = keepsPlaces ? batchSize[replica] : active[replica];
    if (!keepsPlaces) prefillBlocks[replica] = blocksOfActive(replica);
    decodes[replica] = places;
    context[replica] = places * contextEach;
    engine.startDecodes(replica, UNLIMITED);
  }

  function formBatch(replica: number): void {
    const entries = pool.words;
    let size = 0;
    let longestPrompt = 0;
    let longestOutput = 0;
    let batchBlocks = 0;
    let entry = waitHead[replica];
    while (entry >= 0 && size < sizeMax) {
      const e = entry * Size.ENTRY_WORDS;
      const prompt = Math.max(longestPrompt, entries[e + Entry.PROMPT]);
      const output = Math.max(longestOutput, entries[e + Entry.OUTPUT]);
      const blocks = keepsPlaces
        ? (size + 1) * blocksOf(prompt + output)
        : blocksOfBatch(waitHead[replica], size + 1, prompt);
      if (blocks > totalBlocks) break;
      longestPrompt = prompt;
      longestOutput = output;
      batchBlocks = blocks;
      size++;
      entry = entries[e + Entry.NEXT];
    }
    for (let i = 0; i < size; i++) {
      const head = waitHead[replica];
      engine.admit(replica, entries[head * Size.ENTRY_WORDS + Entry.PROMPT]);
    }
    batchSize[replica] = size;
    batchPrompt[replica] = longestPrompt;
    prefillBlocks[replica] = batchBlocks;
    plan[Plan.PREFILL_TOKENS] = size * longestPrompt;
    plan[Plan.PREFILL_PAIRS] = size * longestPrompt * longestPrompt;
    plan[Plan.PREFILL_SEQUENCES] = size;
    plan[Plan.LOGIT_ROWS] = size;
    engine.startPrefill(replica);
  }

  /** KV blocks of those that still decode; whoever has finished gave theirs back. */
  function blocksOfActive(replica: number): number {
    const longestPrompt = batchPrompt[replica];
    let blocks = 0;
    for (let i = 0; i < active[replica]; i++) {
      const output = pool.words[entryAt(engine, replica, i) * Size.ENTRY_WORDS + Entry.OUTPUT];
      blocks += blocksOf(longestPrompt + output);
    }
    return blocks;
  }

  /** KV blocks of the first `size` waiting requests when every prompt is padded to `promptTokens`. */
  function blocksOfBatch(head: number, size: number, promptTokens: number): number {
    const entries = pool.words;
    let blocks = 0;
    let entry = head;
    for (let i = 0; i < size; i++) {
      const e = entry * Size.ENTRY_WORDS;
      blocks += blocksOf(promptTokens + entries[e + Entry.OUTPUT]);
      entry = entries[e + Entry.NEXT];
    }
    return blocks;
  }

  return { form, onArrival };
}
