// The coefficients of the duration of a step with prompts (see step-seconds.ts), for the compiled kernel.

export const enum StepTime {
  GEMM_WEIGHTS,
  GEMM_PER_TOKEN,
  HEAD_WEIGHTS,
  HEAD_PER_ROW,
  PER_TOKEN,
  PER_PREFILL_PAIR,
  PER_CONTEXT_TOKEN,
  PER_STEP,
  GPU_TIME_FACTOR,
  BATCHED_WEIGHTS_FACTOR,
  SEVERAL_PROMPTS_FACTOR,
  CPU,
  PER_SEQUENCE,
  HOST_PER_CONTEXT_TOKEN,
}
