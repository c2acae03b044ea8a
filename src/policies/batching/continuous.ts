// Continuous batching with chunked prefill and paged KV, after vLLM's V1 scheduler: every step serves the decoding
// sequences (one token each), then partial prompts in order of admission, then admits from the queue, all within one
// token budget. When KV blocks run out the newest sequence is preempted and recomputed later.
// A decoding sequence takes its token before any partial prompt, so none ever misses one; with longPrefillThreshold 0
// that is the order of admission, since only the newest sequence can be partial.
import type { BatchingPolicy, Engine } from '../../fleet/engine.ts';
import { decodingSequences, preemptNewestDecoding, preemptNewestPrefilling } from '../../fleet/preemption.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import { blocksOf, Entry, Head, Size } from '../../fleet/layout.ts';

type ContinuousSpec = Omit<Extract<BatchingSpec, { policy: 'continuous' }>, 'policy'>;

export class ContinuousBatching implements BatchingPolicy {
  readonly #engine: Engine;
  readonly #tokenBudget: number;
  readonly #maxSequences: number;
  readonly #chunkMax: number;
  readonly #requireFullPromptFree: boolean;

  constructor(engine: Engine, spec: ContinuousSpec) {
    this.#engine = engine;
    this.#tokenBudget = spec.maxBatchedTokens;
    this.#maxSequences = spec.maxSequences;
    this.#chunkMax = spec.longPrefillThreshold > 0 ? spec.longPrefillThreshold : Infinity;
    this.#requireFullPromptFree = spec.requireFullPromptFree;
  }

  form(replica: number, now: number): void {
    const engine = this.#engine;
    const words = engine.words;
    const base = replica * engine.recordDoubles;
    const header = base * 2;
    const decodes = words[header + Head.DECODES];
    if (decodes === 0 && words[header + Head.WAITING] === 0 && words[header + Head.PREFILLING] === 0) {
      engine.idle(replica, Infinity);
      return;
    }
    // What the decoding sequences need for their next token.
    const growth =
      decodes > 0 ? words[header + Head.RESIDUES + (-engine.doubles[base + Head.STEPS] & 15)] : 0;
    const free = engine.totalBlocks - words[header + Head.USED_BLOCKS] - growth;
    const prefilling = words[header + Head.PREFILLING];
    if (prefilling > 0 && this.#chunkMax < Infinity) {
      this.#grantAndRun(replica, now);
    } else if (prefilling > 0) {
      this.#continuePrompt(replica, now, growth, free);
    } else if (free < 0) {
      this.#preemptAndRun(replica, now);
    } else if (words[header + Head.WAITING] === 0) {
      engine.startRun(replica, now, Infinity, 0, 0, 0, 0);
    } else {
      this.#admitAndRun(replica, now, growth, this.#tokenBudget - decodes);
    }
  }

  onArrival(replica: number, now: number): void {
    const engine = this.#engine;
    const base = replica * engine.recordDoubles;
    const words = engine.words;
    const header = base * 2;
    // Behind others the newcomer waits with them: a head that did not fit at the last boundary fits no sooner than at
    // the next finish or preemption, where the run ends anyway.
    if (words[header + Head.WAITING] > 1 || engine.doubles[base + Head.STEPS_LEFT] === 1) return;
    if (words[header + Head.DECODES] < this.#maxSequences) engine.shortenRun(replica, now);
  }

  /** Admits while sequences, budget and blocks allow, and starts the run. `growth` blocks are spoken for. */
  #admitAndRun(replica: number, now: number, growth: number, budget: number): void {
    const engine = this.#engine;
    const words = engine.words;
    const header = replica * engine.recordDoubles * 2;
    let sequences = words[header + Head.HEAP_SIZE] + words[header + Head.PREFILLING];
    let free = engine.totalBlocks - words[header + Head.USED_BLOCKS] - growth;
    while (words[header + Head.WAITING] > 0 && sequences < this.#maxSequences && budget > 0) {
      const target =
        engine.pool.words[words[header + Head.WAIT_HEAD] * Size.ENTRY_DOUBLES * 2 + Entry.TARGET];
      const chunk = Math.min(target, budget, this.#chunkMax);
      const blocks = blocksOf(chunk);
      if (blocks > free || (this.#requireFullPromptFree && blocksOf(target) > free)) break;
      engine.admit(replica, chunk);
      words[header + Head.USED_BLOCKS] += blocks;
      free -= blocks;
      budget -= chunk;
      sequences++;
    }
    this.#run(replica, now, Infinity);
  }

  /** Starts the run with the chunks that the prefill chain now holds. */
  #run(replica: number, now: number, stepsMax: number): void {
    const engine = this.#engine;
    const entries = engine.pool.words;
    let tokens = 0;
    let pairs = 0;
    let chunks = 0;
    let ends = 0;
    let entry = engine.words[replica * engine.recordDoubles * 2 + Head.PREFILL_HEAD];
    while (entry >= 0) {
      const e = entry * Size.ENTRY_DOUBLES * 2;
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
    engine.startRun(replica, now, stepsMax, tokens, pairs, chunks, ends);
  }

  /** The next chunk of the partial prompt: without a threshold there is one at most, and it is the newest sequence. */
  #continuePrompt(replica: number, now: number, growth: number, free: number): void {
    const engine = this.#engine;
    const header = replica * engine.recordDoubles * 2;
    const entries = engine.pool.words;
    const e = engine.words[header + Head.PREFILL_HEAD] * Size.ENTRY_DOUBLES * 2;
    const done = entries[e + Entry.DONE];
    const budget = this.#tokenBudget - engine.words[header + Head.DECODES];
    const chunk = Math.min(entries[e + Entry.TARGET] - done, budget);
    const blocks = blocksOf(done + chunk) - blocksOf(done);
    if (blocks > free) {
      preemptNewestPrefilling(engine, replica);
      this.#preemptAndRun(replica, now);
      return;
    }
    entries[e + Entry.CHUNK] = chunk;
    engine.words[header + Head.USED_BLOCKS] += blocks;
    this.#admitAndRun(replica, now, growth, budget - chunk);
  }

  /**
   * Only decoding sequences are left. Visiting them in order of admission and preempting the newest whenever one finds
   * no block comes to the same as preempting the newest until the need of the rest is met. Then nobody is admitted.
   */
  #preemptAndRun(replica: number, now: number): void {
    const engine = this.#engine;
    const words = engine.words;
    const base = replica * engine.recordDoubles;
    const header = base * 2;
    const residue = header + Head.RESIDUES + (-engine.doubles[base + Head.STEPS] & 15);
    while (words[residue] > engine.totalBlocks - words[header + Head.USED_BLOCKS]) {
      preemptNewestDecoding(engine, replica, now);
    }
    engine.startRun(replica, now, 1, 0, 0, 0, 0);
  }

  /** With a threshold several prompts may be partial, older than others that decode: the rules to the letter. */
  #grantAndRun(replica: number, now: number): void {
    const words = this.#engine.words;
    const header = replica * this.#engine.recordDoubles * 2;
    const waitingBefore = words[header + Head.WAITING];
    const granted = this.#grantBlocks(replica, now);
    const preempted = words[header + Head.WAITING] > waitingBefore;
    if (preempted) this.#run(replica, now, 1);
    else this.#admitAndRun(replica, now, granted.growth, granted.budgetLeft);
  }

  /**
   * Visits the running sequences in order of admission and gives each the blocks of its next token or chunk,
   * preempting from the newest where none are free. Blocks of chunks are taken at once, those of decoding sequences
   * (`growth`) when their step is committed.
   */
  #grantBlocks(replica: number, now: number): { growth: number; budgetLeft: number } {
    const engine = this.#engine;
    const words = engine.words;
    const header = replica * engine.recordDoubles * 2;
    const entries = engine.pool.words;
    const sequences: { admission: number; entry: number; cachedTokens: number }[] = [];
    for (const { admission, cachedTokens } of decodingSequences(engine, replica)) {
      sequences.push({ admission, entry: -1, cachedTokens });
    }
    for (let entry = words[header + Head.PREFILL_HEAD]; entry >= 0;) {
      const e = entry * Size.ENTRY_DOUBLES * 2;
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
        // Read anew: the pool may have grown with a preemption.
        const e = entry * Size.ENTRY_DOUBLES * 2;
        const done = engine.pool.words[e + Entry.DONE];
        const left = this.#tokenBudget - words[header + Head.DECODES] - chunkTokens;
        const chunk = Math.min(engine.pool.words[e + Entry.TARGET] - done, left, this.#chunkMax);
        engine.pool.words[e + Entry.CHUNK] = chunk;
        chunkTokens += chunk;
        needed = blocksOf(done + chunk) - blocksOf(done);
      }
      while (
        needed > engine.totalBlocks - words[header + Head.USED_BLOCKS] - growth &&
        i < sequences.length
      ) {
        const victim = sequences.pop()!;
        if (victim.entry === entry && entry >= 0)
          chunkTokens -= engine.pool.words[entry * Size.ENTRY_DOUBLES * 2 + Entry.CHUNK];
        if (victim.entry < 0) preemptNewestDecoding(engine, replica, now);
        else preemptNewestPrefilling(engine, replica);
      }
      if (i < sequences.length) {
        if (entry >= 0) words[header + Head.USED_BLOCKS] += needed;
        else growth += needed;
      }
    }
    return { growth, budgetLeft: this.#tokenBudget - words[header + Head.DECODES] - chunkTokens };
  }
}
