// Batches formed as a whole: `static` and `dynamic`. A batch starts when batchSize requests wait or the oldest has
// waited maxDelay; prompts are padded to the longest and prefilled in one step; nobody joins before the batch has left.
// Static: every place decodes until the longest output ends and its KV stays reserved until then, though each request
// is finished for its client at its own last token. Dynamic: a finished request leaves the batch at once.
import type { BatchingPolicy, Engine } from '../../fleet/engine.ts';
import {
  BATCH_PROMPT,
  BATCH_SIZE,
  blocksOf,
  CONTEXT,
  DECODES,
  ENTRY_ARRIVAL,
  ENTRY_DOUBLES,
  ENTRY_NEXT,
  ENTRY_OUTPUT,
  ENTRY_PROMPT,
  HEAP_SIZE,
  STEPS_LEFT,
  USED_BLOCKS,
  WAIT_HEAD,
  WAITING,
} from '../../fleet/layout.ts';
import { secondsToTicks } from '../../kernel/ticks.ts';

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
    const active = words[header + HEAP_SIZE];
    if (active > 0) {
      this.#decode(replica, now, active);
      return;
    }
    words[header + DECODES] = 0;
    words[header + USED_BLOCKS] = 0;
    engine.doubles[base + CONTEXT] = 0;
    const waiting = words[header + WAITING];
    if (waiting === 0) {
      engine.idle(replica, Infinity);
      return;
    }
    const oldest = engine.pool.doubles[words[header + WAIT_HEAD] * ENTRY_DOUBLES + ENTRY_ARRIVAL];
    if (waiting >= this.#batchSize || now - oldest >= this.#maxDelay) this.#formBatch(replica, now);
    else engine.idle(replica, oldest + this.#maxDelay);
  }

  onArrival(replica: number, now: number): void {
    const engine = this.#engine;
    if (engine.doubles[replica * engine.recordDoubles + STEPS_LEFT] === 0) this.form(replica, now);
  }

  /** The next run of a batch: after its prefill, or after somebody finished. */
  #decode(replica: number, now: number, active: number): void {
    const engine = this.#engine;
    const base = replica * engine.recordDoubles;
    const header = base * 2;
    const words = engine.words;
    const decodes = words[header + DECODES];
    const contextEach =
      decodes === 0 ? words[header + BATCH_PROMPT] : engine.doubles[base + CONTEXT] / decodes;
    const places = this.#keepsPlaces ? words[header + BATCH_SIZE] : active;
    words[header + DECODES] = places;
    engine.doubles[base + CONTEXT] = places * contextEach;
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
    let outputBlocks = 0;
    let entry = words[header + WAIT_HEAD];
    while (entry >= 0 && size < this.#batchSize) {
      const e = entry * ENTRY_DOUBLES * 2;
      const prompt = Math.max(longestPrompt, entries[e + ENTRY_PROMPT]);
      const output = Math.max(longestOutput, entries[e + ENTRY_OUTPUT]);
      const blocks = this.#keepsPlaces
        ? (size + 1) * blocksOf(prompt + output)
        : this.#blocksOfBatch(words[header + WAIT_HEAD], size + 1, prompt);
      if (blocks > engine.totalBlocks) break;
      longestPrompt = prompt;
      longestOutput = output;
      outputBlocks = blocks;
      size++;
      entry = entries[e + ENTRY_NEXT];
    }
    for (let i = 0; i < size; i++) {
      const head = words[header + WAIT_HEAD];
      engine.admit(replica, entries[head * ENTRY_DOUBLES * 2 + ENTRY_PROMPT]);
    }
    words[header + BATCH_SIZE] = size;
    words[header + BATCH_PROMPT] = longestPrompt;
    words[header + USED_BLOCKS] = outputBlocks;
    engine.startRun(replica, now, 1, size * longestPrompt, size * longestPrompt * longestPrompt, size, size);
  }

  /** KV blocks of the first `size` waiting requests when every prompt is padded to `promptTokens`. */
  #blocksOfBatch(head: number, size: number, promptTokens: number): number {
    const entries = this.#engine.pool.words;
    let blocks = 0;
    let entry = head;
    for (let i = 0; i < size; i++) {
      const e = entry * ENTRY_DOUBLES * 2;
      blocks += blocksOf(promptTokens + entries[e + ENTRY_OUTPUT]);
      entry = entries[e + ENTRY_NEXT];
    }
    return blocks;
  }
}
