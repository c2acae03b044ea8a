// Continuous batching with chunked prefill and paged KV, after vLLM's V1 scheduler: every step serves the decoding
// sequences (one token each), then partial prompts in order of admission, then admits from the queue, all within one
// token budget. When KV blocks run out the newest sequence is preempted and recomputed later.
// A decoding sequence takes its token before any partial prompt, so none ever misses one; with longPrefillThreshold 0
// that is the order of admission, since only the newest sequence can be partial.
import type { BatchingPolicy, Engine } from '../../fleet/engine-interface.ts';
import {
  decodingSequences,
  preemptNewestDecoding,
  preemptNewestPrefilling,
} from '../../fleet/replicas/preemption.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import { Plan } from '../../perf/plan.ts';
import { blocksOf, Entry, Size, UNLIMITED } from '../../fleet/requests/request-entry.ts';

export type ContinuousSpec = Omit<Extract<BatchingSpec, { policy: 'continuous' }>, 'policy'>;

export function continuousBatching(engine: Engine, spec: ContinuousSpec): BatchingPolicy {
  const { pool, plan, totalBlocks } = engine;
  const { decodes, stepsLeft, active, waiting, waitHead, prefilling, prefillHead, prefillBlocks } =
    engine.replicas;
  const tokenBudget = Math.min(spec.maxBatchedTokens, UNLIMITED);
  const maxSequences = spec.maxSequences;
  const chunkMax = spec.longPrefillThreshold > 0 ? spec.longPrefillThreshold : UNLIMITED;
  const requireFullPromptFree = spec.requireFullPromptFree;

  function form(replica: number): void {
    if (prefilling[replica] > 0) {
      if (chunkMax < UNLIMITED) grantAndRun(replica);
      else continuePrompt(replica);
    } else if (decodes[replica] === 0 && waiting[replica] === 0) {
      engine.idle(replica);
    } else if (engine.freeBlocksAtLeast(replica) < 0 && engine.freeBlocks(replica) < 0) {
      preemptAndRun(replica);
    } else if (waiting[replica] === 0) {
      engine.startDecodes(replica, UNLIMITED);
    } else {
      admitAndRun(replica, tokenBudget - decodes[replica]);
    }
  }

  function onArrival(replica: number): void {
    // Behind others the newcomer waits with them: a head that did not fit at the last boundary fits no sooner than at
    // the next finish or preemption, where the run ends anyway.
    if (waiting[replica] > 1 || stepsLeft[replica] === 1) return;
    if (decodes[replica] < maxSequences) engine.shortenRun(replica);
  }

  /** Admits while sequences, budget and blocks allow, and starts the run. */
  function admitAndRun(replica: number, budget: number): void {
    let sequences = active[replica] + prefilling[replica];
    while (waiting[replica] > 0 && sequences < maxSequences && budget > 0) {
      const target = pool.words[waitHead[replica] * Size.ENTRY_WORDS + Entry.TARGET];
      const chunk = Math.min(target, budget, chunkMax);
      if (!hasBlocks(replica, blocksOf(requireFullPromptFree ? target : chunk))) break;
      engine.admit(replica, chunk);
      prefillBlocks[replica] += blocksOf(chunk);
      budget -= chunk;
      sequences++;
    }
    run(replica, UNLIMITED);
  }

  /** Whether so many blocks are free beside those of the decoding sequences' next tokens. */
  function hasBlocks(replica: number, blocks: number): boolean {
    return blocks <= engine.freeBlocksAtLeast(replica) || blocks <= engine.freeBlocks(replica);
  }

  /** Starts the run with the chunks that the prefill chain now holds. */
  function run(replica: number, stepsMax: number): void {
    const entries = pool.words;
    let tokens = 0;
    let pairs = 0;
    let chunks = 0;
    let ends = 0;
    let entry = prefillHead[replica];
    while (entry >= 0) {
      const e = entry * Size.ENTRY_WORDS;
      const chunk = entries[e + Entry.CHUNK];
      const done = entries[e + Entry.DONE];
      if (chunk > 0) {
        tokens += chunk;
        pairs += chunk * (chunk + 2 * done);
        chunks++;
        if (done + chunk === entries[e + Entry.TARGET]) ends++;
      }
      entry = entries[e + Entry.NEXT];
    }
    if (chunks === 0) {
      engine.startDecodes(replica, stepsMax);
      return;
    }
    plan[Plan.PREFILL_TOKENS] = tokens;
    plan[Plan.PREFILL_PAIRS] = pairs;
    plan[Plan.PREFILL_SEQUENCES] = chunks;
    plan[Plan.LOGIT_ROWS] = ends;
    engine.startPrefill(replica);
  }

  /** The next chunk of the partial prompt: without a threshold there is one at most, and it is the newest sequence. */
  function continuePrompt(replica: number): void {
    const entries = pool.words;
    const e = prefillHead[replica] * Size.ENTRY_WORDS;
    const done = entries[e + Entry.DONE];
    const budget = tokenBudget - decodes[replica];
    const chunk = Math.min(entries[e + Entry.TARGET] - done, budget);
    const blocks = blocksOf(done + chunk) - blocksOf(done);
    if (!hasBlocks(replica, blocks)) {
      preemptNewestPrefilling(engine, replica);
      preemptAndRun(replica);
      return;
    }
    entries[e + Entry.CHUNK] = chunk;
    prefillBlocks[replica] += blocks;
    admitAndRun(replica, budget - chunk);
  }

  /**
   * Only decoding sequences are left. Visiting them in order of admission and preempting the newest whenever one finds
   * no block comes to the same as preempting the newest until the need of the rest is met. Then nobody is admitted.
   */
  function preemptAndRun(replica: number): void {
    while (engine.freeBlocks(replica) < 0) preemptNewestDecoding(engine, replica);
    engine.startDecodes(replica, 1);
  }

  /** With a threshold several prompts may be partial, older than others that decode: the rules to the letter. */
  function grantAndRun(replica: number): void {
    const waitingBefore = waiting[replica];
    const budgetLeft = grantBlocks(replica);
    const preempted = waiting[replica] > waitingBefore;
    if (preempted) run(replica, 1);
    else admitAndRun(replica, budgetLeft);
  }

  /**
   * Visits the running sequences in order of admission and gives each the blocks of its next token or chunk,
   * preempting from the newest where none are free. Blocks of chunks are taken at once, those of decoding sequences
   * (`growth`) when their step is committed. Returns what is left of the token budget.
   */
  function grantBlocks(replica: number): number {
    const entries = pool.words;
    const sequences: { admission: number; entry: number; cachedTokens: number }[] = [];
    for (const { admission, cachedTokens } of decodingSequences(engine, replica)) {
      sequences.push({ admission, entry: -1, cachedTokens });
    }
    for (let entry = prefillHead[replica]; entry >= 0;) {
      const e = entry * Size.ENTRY_WORDS;
      sequences.push({ admission: entries[e + Entry.ADMISSION], entry, cachedTokens: 0 });
      entry = entries[e + Entry.NEXT];
    }
    sequences.sort((a, b) => a.admission - b.admission);
    let growth = 0;
    let chunkTokens = 0;
    for (let i = 0; i < sequences.length; i++) {
      const { entry, cachedTokens } = sequences[i];
      let needed = cachedTokens % 16 === 0 ? 1 : 0;
      if (entry >= 0) {
        const e = entry * Size.ENTRY_WORDS;
        const done = entries[e + Entry.DONE];
        const left = tokenBudget - decodes[replica] - chunkTokens;
        const chunk = Math.min(entries[e + Entry.TARGET] - done, left, chunkMax);
        entries[e + Entry.CHUNK] = chunk;
        chunkTokens += chunk;
        needed = blocksOf(done + chunk) - blocksOf(done);
      }
      while (needed > totalBlocks - engine.usedBlocks(replica) - growth && i < sequences.length) {
        const victim = sequences.pop()!;
        if (victim.entry === entry && entry >= 0)
          chunkTokens -= entries[entry * Size.ENTRY_WORDS + Entry.CHUNK];
        if (victim.entry < 0) preemptNewestDecoding(engine, replica);
        else preemptNewestPrefilling(engine, replica);
      }
      if (i < sequences.length) {
        if (entry >= 0) prefillBlocks[replica] += needed;
        else growth += needed;
      }
    }
    return tokenBudget - decodes[replica] - chunkTokens;
  }

  return { form, onArrival };
}
