// Measured timings and power of A100-80GB that anybody can look up, so that predictions can be compared on a fresh
// install. FasterTransformer, DeepSpeed, LMDeploy and TensorRT-LLM: figures of their published tables (of GPT 20B the
// series with 128 prompt and 20 output tokens). Splitwise: a summary, one point for a handful of prompts and batches of
// every model and tp, medians of repeats, rounded; two of its points do not count and say so in `notes`.
// All on A100 SXM with NVSwitch, 16-bit weights. Prompt, batch, output: tokens per sequence, sequences, tokens.
import type { Measurement } from './measurements.ts';

const FASTER_TRANSFORMER = 'NVIDIA/FasterTransformer docs/gpt_guide.md, commit 07fdd2fc (2023)';
const DEEPSPEED = 'huggingface.co/blog/bloom-inference-pytorch-scripts, 16 September 2022';
const LMDEPLOY = 'InternLM/lmdeploy docs/en/benchmark/a100_fp16.md, commit 3e391df4 (v0.1.0a1, 2023)';
const TENSORRT_LLM = 'NVIDIA/TensorRT-LLM docs/source/performance.md, commit 138f96d4 (v0.5, 2023)';
const SPLITWISE = 'Splitwise, ISCA 2024, arXiv:2311.18677, data under the MIT licence, rounded';

type Origin = Required<Pick<Measurement, 'source' | 'stack' | 'model' | 'tp'>>;
type Batch = [prompt: number, batch: number, output: number];

/** total_ms: the whole batch, from its start to its last token. */
function totals(origin: Origin, rows: [...Batch, totalMs: number][]): Partial<Measurement>[] {
  return rows.map(([promptTokens, batch, outputTokens, totalMs]) => ({
    ...origin,
    promptTokens,
    batch,
    outputTokens,
    totalMs,
  }));
}

/** 0 where a time is not published. */
function steps(
  origin: Origin,
  rows: [...Batch, promptMs: number, tokenMs: number][],
): Partial<Measurement>[] {
  return rows.map(([promptTokens, batch, outputTokens, promptMs, tokenMs]) => ({
    ...origin,
    promptTokens,
    batch,
    outputTokens,
    promptMs: promptMs || undefined,
    tokenMs: tokenMs || undefined,
  }));
}

/** 128 output tokens; power as parts of 400 W: mean of the decode, peak of the prefill; 0 where not measured. */
function splitwise(
  model: string,
  tp: number,
  rows: [
    prompt: number,
    batch: number,
    promptMs: number,
    tokenMs: number,
    e2eMs: number,
    decodePower: number,
    peakPower: number,
    notes?: string,
  ][],
): Partial<Measurement>[] {
  return rows.map(([promptTokens, batch, promptMs, tokenMs, e2eMs, decodePower, peakPower, notes]) => ({
    source: SPLITWISE,
    stack: 'vllm-0.2',
    model,
    tp,
    promptTokens,
    batch,
    outputTokens: 128,
    promptMs,
    tokenMs,
    e2eMs: e2eMs || undefined,
    decodePowerFraction: decodePower || undefined,
    prefillPeakPowerFraction: peakPower || undefined,
    notes,
  }));
}

function fasterTransformer(model: string, tp: number, rows: [...Batch, number][]): Partial<Measurement>[] {
  return totals({ source: FASTER_TRANSFORMER, stack: 'fastertransformer', model, tp }, rows);
}

// prettier-ignore
const ROWS: Partial<Measurement>[] = [
  ...splitwise('llama2-70b', 2, [
    [512, 4, 845.4, 60.52, 8538, 0.741, 1.027], [2048, 1, 688.1, 54.89, 7663, 0.715, 1.062],
    [512, 16, 3239, 65.46, 11_580, 0.794, 1.06],
    [512, 64, 794.2, 67.24, 0, 0, 0, 'kv_overflow_preemption'],
  ]),
  ...splitwise('llama2-70b', 4, [
    [512, 1, 127, 44.99, 5844, 0.599, 1.002], [2048, 1, 403.3, 44.98, 6121, 0.589, 1.016],
    [512, 8, 1233, 45.8, 7064, 0.615, 1.025], [512, 32, 5132, 52.35, 11_800, 0, 0],
    [4096, 1, 965.2, 46.37, 6852, 0.517, 1.048],
  ]),
  ...splitwise('llama2-70b', 8, [
    [128, 1, 65.35, 43.03, 5531, 0.435, 0.46], [512, 1, 94.31, 44.85, 5803, 0.435, 0.749],
    [512, 4, 292.3, 45.79, 6112, 0.438, 0.919], [2048, 1, 274.2, 45.44, 6050, 0.437, 0.989],
    [512, 16, 2084, 50.44, 8484, 0.458, 0.995], [4096, 1, 661.2, 46.48, 6560, 0.387, 1.002],
    [512, 64, 7554, 71.61, 16_500, 0, 0, 'token_ms_contaminated_by_interleaved_prefill'],
  ]),
  ...splitwise('bloom-176b', 8, [
    [128, 1, 79.67, 47.61, 6127, 0.637, 0.691], [512, 1, 173.8, 48.76, 6370, 0.635, 0.876],
    [512, 4, 528.6, 51, 7017, 0.632, 1.013], [2048, 1, 540.4, 49.36, 6814, 0.614, 1.021],
    [4096, 1, 1348, 50.2, 7720, 0.581, 1.016],
  ]),
  ...fasterTransformer('gpt3-175b', 8, [
    [128, 1, 8, 488.86], [128, 2, 8, 509.47], [128, 4, 8, 629.64], [128, 8, 8, 749.86], [128, 12, 8, 886.24],
    [128, 16, 8, 1037.47], [128, 20, 8, 1135.72], [128, 32, 8, 1547.44],
    [512, 1, 32, 1719.96], [512, 4, 32, 2092.56], [512, 8, 32, 2629.97], [512, 16, 32, 3706.23],
  ]),
  ...fasterTransformer('gpt-89b', 8, [
    [128, 1, 8, 279.44], [128, 2, 8, 280.24], [128, 4, 8, 317.71], [128, 8, 8, 377.5], [128, 12, 8, 445.46],
    [128, 16, 8, 524.8], [128, 20, 8, 575.83], [128, 32, 8, 786.57], [512, 1, 32, 887.52], [512, 16, 32, 1952.2],
  ]),
  ...fasterTransformer('gpt-20b', 1, [
    [128, 1, 20, 566], [128, 2, 20, 580], [128, 4, 20, 629], [128, 16, 20, 931], [128, 32, 20, 1335],
    [128, 64, 20, 2157], [128, 128, 20, 3830],
  ]),
  ...fasterTransformer('gpt-20b', 2, [
    [128, 2, 20, 385], [128, 4, 20, 421], [128, 8, 20, 487], [128, 16, 20, 618], [128, 32, 20, 862],
    [128, 64, 20, 1379], [128, 256, 20, 4414],
  ]),
  ...fasterTransformer('gpt-20b', 4, [
    [128, 2, 20, 267], [128, 4, 20, 290], [128, 8, 20, 333], [128, 64, 20, 832], [128, 128, 20, 1439],
  ]),
  ...fasterTransformer('gpt-20b', 8, [
    [128, 1, 20, 217], [128, 2, 20, 227], [128, 4, 20, 244], [128, 8, 20, 267], [128, 16, 20, 312],
    [128, 32, 20, 418], [128, 64, 20, 634], [128, 128, 20, 1072], [128, 256, 20, 1943],
  ]),
  ...fasterTransformer('gpt-6.7b', 1, [
    [128, 2, 8, 106.74], [128, 4, 8, 123.47], [128, 8, 8, 162.51], [128, 16, 8, 241.16], [128, 64, 8, 718.07],
    [512, 1, 32, 384.7], [512, 2, 32, 425.88], [512, 4, 32, 514.93], [512, 8, 32, 699.62], [512, 16, 32, 1068.88],
    [512, 32, 32, 1814.03],
  ]),
  // Batch × the published milliseconds per token; the prefill of some ten tokens is spread over them.
  ...steps({ source: DEEPSPEED, stack: 'deepspeed-bloom', model: 'bloom-176b', tp: 8 }, [
    [10, 8, 90, 0, 45.6], [10, 64, 90, 0, 64],
  ]),
  // Least time to the first token (of staggered requests, so at batch 1 only) and median gap, to a millisecond.
  ...steps({ source: LMDEPLOY, stack: 'lmdeploy', model: 'llama2-70b', tp: 4 }, [
    [1, 1, 128, 30, 29], [128, 1, 2048, 74, 31], [1, 16, 128, 0, 30], [128, 16, 2048, 0, 33], [128, 32, 128, 0, 32],
    [128, 32, 2048, 0, 36], [2048, 32, 128, 0, 40], [2048, 32, 2048, 0, 43], [2048, 64, 128, 0, 50],
    [2048, 64, 2048, 0, 55],
  ]),
  // No preset was fitted for it: listed, not compared.
  ...steps({ source: TENSORRT_LLM, stack: 'tensorrt-llm-0.5', model: 'llama2-70b', tp: 4 }, [
    [128, 1, 1, 47, 0], [2048, 1, 1, 377, 0],
  ]),
];

/** Their `line` is the place in this list, from 1. */
export const REFERENCES: readonly Measurement[] = ROWS.map(
  (row, i) => ({ gpu: 'a100-80gb', ...row, line: i + 1 }) as Measurement,
);
