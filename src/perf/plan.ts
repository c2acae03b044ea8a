// How a step is asked for and answered. In a file of its own, since the compiled kernel reads it too.

/**
 * Positions in the scratch array through which a step is planned: the question first, then the answer. An array of
 * doubles instead of arguments and a result, because V8 allocates memory for each double that is handed to a function
 * (a const enum: written out as numbers, see fleet/requests/request-entry.ts).
 */
export const enum Plan {
  // --- The question ---
  /** Decoding sequences in the step. */
  DECODES,
  /** Sum of their tokens in the KV cache at the start of the step. */
  CONTEXT_TOKENS,
  /** Prompt tokens processed in the step, over all chunks. */
  PREFILL_TOKENS,
  /** Σ(s² + 2ps) over the chunks: s tokens after p cached ones. */
  PREFILL_PAIRS,
  /** Prompts with a chunk in this step (the decoding sequences are not among them). */
  PREFILL_SEQUENCES,
  /** Rows that need logits: decodes + prompts that end in this step. */
  LOGIT_ROWS,
  /** Names the step (replica and step number) for models that draw random durations. */
  STEP_KEY,
  /** How many steps the asker wants to take at most, >= 1: a horizon beyond need not be worked out. */
  STEPS_WANTED,
  // --- The answer ---
  /** Ticks of the first step, a whole number >= 1. */
  ALPHA,
  /**
   * Further ticks of every following step, a whole number >= 0, while the batch stays as it is (each decoding sequence
   * growing by one token a step).
   */
  BETA,
  /** For how many steps that holds, >= 1; anything >= STEPS_WANTED where for longer; 1 if PREFILL_TOKENS > 0. */
  STEPS_MAX,
  /**
   * Ticks the first step would take without its prefill chunks, whole, <= ALPHA; equal to it without prefill, 0 without
   * decodes. Energy is split by it.
   */
  DECODE,
  /** How many there are. */
  FIELDS,
}
