// Batches formed as a whole: `static` and `dynamic`. A batch starts when batchSize requests wait or the oldest has
// waited maxDelay; prompts are padded to the longest and prefilled in one step; nobody joins before the batch has left.
// Static: every place decodes until the longest output ends and its KV stays reserved until then, though each request
// is finished for its client at its own last token. Dynamic: a finished request leaves the batch at once.
import type { BatchingPolicy, Engine } from '../../fleet/engine.ts';
import { secondsToTicks } from '../../kernel/ticks.ts';
import { blocksOf, Entry, Head, Size, Slot } from '../../fleet/layout.ts';

export interface PaddedSpec {
  batchSize: number;
  maxDelaySeconds: number;
  /** True for `static`: places and KV are kept until the whole batch leaves. */
  keepsPlaces: boolean;
}

export class PaddedBatching implements BatchingPolicy {
  readonly #engine: Engine;
  readonly #batchSize: number;
  readonly #maxDelay: number;
  readonly #keepsPlaces: boolean;

  constructor(engine: Engine, spec: PaddedSpec) {
    this.#engine = engine;
    this.#batchSize = spec.batchSize;
    this.#maxDelay = secondsToTicks(spec.maxDelaySeconds);
    this.#keepsPlaces = spec.keepsPlaces;
  }

  form(replica: number, now: number): void {
    const engine = this.#engine;
    const base = replica * engine.recordDoubles;
    const header = base * 2;
    const words = engine.words;
    const active = words[header + Head.HEAP_SIZE];
    if (active > 0) {
      this.#decode(replica, now, active);
      return;
    }
    words[header + Head.DECODES] = 0;
    words[header + Head.USED_BLOCKS] = 0;
    engine.doubles[base + Head.CONTEXT] = 0;
    const waiting = words[header + Head.WAITING];
    if (waiting === 0) {
      engine.idle(replica, Infinity);
      return;
    }
    const oldest = engine.pool.doubles[words[header + Head.WAIT_HEAD] * Size.ENTRY_DOUBLES + Entry.ARRIVAL];
    if (waiting >= this.#batchSize || now - oldest >= this.#maxDelay) this.#formBatch(replica, now);
    else engine.idle(replica, oldest + this.#maxDelay);
  }

  onArrival(replica: number, now: number): void {
    const engine = this.#engine;
    if (engine.doubles[replica * engine.recordDoubles + Head.STEPS_LEFT] === 0) this.form(replica, now);
  }

  /** The next run of a batch: after its prefill, or after somebody finished. */
  #decode(replica: number, now: number, active: number): void {
    const engine = this.#engine;
    const base = replica * engine.recordDoubles;
    const header = base * 2;
    const words = engine.words;
    const decodes = words[header + Head.DECODES];
    const contextEach =
      decodes === 0 ? words[header + Head.BATCH_PROMPT] : engine.doubles[base + Head.CONTEXT] / decodes;
    const places = this.#keepsPlaces ? words[header + Head.BATCH_SIZE] : active;
    if (!this.#keepsPlaces) words[header + Head.USED_BLOCKS] = this.#blocksOfActive(base);
    words[header + Head.DECODES] = places;
    engine.doubles[base + Head.CONTEXT] = places * contextEach;
    engine.startRun(replica, now, Infinity, 0, 0, 0, 0);
  }

  #formBatch(replica: number, now: number): void {
    const engine = this.#engine;
    const header = replica * engine.recordDoubles * 2;
    const words = engine.words;
    const entries = engine.pool.words;
    let size = 0;
    let longestPrompt = 0;
    let longestOutput = 0;
    let batchBlocks = 0;
    let entry = words[header + Head.WAIT_HEAD];
    while (entry >= 0 && size < this.#batchSize) {
      const e = entry * Size.ENTRY_DOUBLES * 2;
      const prompt = Math.max(longestPrompt, entries[e + Entry.PROMPT]);
      const output = Math.max(longestOutput, entries[e + Entry.OUTPUT]);
      const blocks = this.#keepsPlaces
        ? (size + 1) * blocksOf(prompt + output)
        : this.#blocksOfBatch(words[header + Head.WAIT_HEAD], size + 1, prompt);
      if (blocks > engine.totalBlocks) break;
      longestPrompt = prompt;
      longestOutput = output;
      batchBlocks = blocks;
      size++;
      entry = entries[e + Entry.NEXT];
    }
    for (let i = 0; i < size; i++) {
      const head = words[header + Head.WAIT_HEAD];
      engine.admit(replica, entries[head * Size.ENTRY_DOUBLES * 2 + Entry.PROMPT]);
    }
    words[header + Head.BATCH_SIZE] = size;
    words[header + Head.BATCH_PROMPT] = longestPrompt;
    words[header + Head.USED_BLOCKS] = batchBlocks;
    engine.startRun(replica, now, 1, size * longestPrompt, size * longestPrompt * longestPrompt, size, size);
  }

  /** KV blocks of those that still decode; whoever has finished gave theirs back. */
  #blocksOfActive(base: number): number {
    const { doubles, words, slots } = this.#engine;
    const longestPrompt = words[base * 2 + Head.BATCH_PROMPT];
    let blocks = 0;
    for (let i = 0; i < words[base * 2 + Head.HEAP_SIZE]; i++) {
      const slot = doubles[base + Size.HEADER_DOUBLES + i] % Size.SLOTS_MAX;
      const output = words[(base + slots + slot * Size.SLOT_DOUBLES) * 2 + Slot.OUTPUT];
      blocks += blocksOf(longestPrompt + output);
    }
    return blocks;
  }

  /** KV blocks of the first `size` waiting requests when every prompt is padded to `promptTokens`. */
  #blocksOfBatch(head: number, size: number, promptTokens: number): number {
    const entries = this.#engine.pool.words;
    let blocks = 0;
    let entry = head;
    for (let i = 0; i < size; i++) {
      const e = entry * Size.ENTRY_DOUBLES * 2;
      blocks += blocksOf(promptTokens + entries[e + Entry.OUTPUT]);
      entry = entries[e + Entry.NEXT];
    }
    return blocks;
  }
}
