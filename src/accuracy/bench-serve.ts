// A run of `vllm bench serve --save-result` (vLLM 0.6 to 0.15) as a measurement of equal requests served together.
// Kept at a fixed concurrency, the server decodes that many sequences in nearly every step, so the median gap between
// tokens is the decode step of that batch, as long as few steps hold a prompt chunk too. The time to the first token
// is that of a whole batch at concurrency 1 only: above it prompts wait for the running step and share it. What lies
// outside these conditions is refused. Left out: the mean gap (it contains prefill), runs at a fixed request rate
// (their batch is unknown), requests of very different lengths (only totals are saved; their means are used).
import { dayOf, type Reading } from './measurements.ts';
import type { SourceRecord } from './records.ts';

/** Part of the decode steps that may hold a chunk of prompt and leave the median nearly as it is. */
const PREFILL_SHARE_MAX = 0.25;
/** Tokens of a step by default on most GPUs (vLLM V1, 2025); on an H100 8192, with fewer chunks then. */
const CHUNK_TOKENS = 2048;
/** Part of the limit at which the run must have been kept, by Little's law. */
const CONCURRENCY_SHARE_MIN = 0.85;

export function isBenchRun(names: readonly string[]): boolean {
  return names.includes('total_input_tokens') && names.includes('completed');
}

export function benchRun({ line, fields }: SourceRecord): Reading {
  const problems: string[] = [];
  const number = (key: string): number => (fields[key] ? Number(fields[key]) : NaN);
  const positive = (key: string): number => {
    const value = number(key);
    if (!(value > 0 && value < 1e12)) {
      problems.push(`${key} is ${JSON.stringify(fields[key] ?? '')}; a whole result has a number above 0`);
    }
    return value;
  };
  const completed = positive('completed');
  const promptTokens = Math.round(positive('total_input_tokens') / completed);
  const outputTokens = Math.round(positive('total_output_tokens') / completed);
  const tokenMs = outputTokens > 1 ? positive('median_itl_ms') : NaN;
  const ttftMs = positive('median_ttft_ms');
  const batch = number('max_concurrency');
  if (!(Number.isInteger(batch) && batch >= 1)) {
    problems.push(
      'max_concurrency is not set, so the number of sequences in a step is unknown; run with --max-concurrency N',
    );
  }
  if (problems.length > 0) return { problems };

  const kept = meanConcurrency(number) / batch;
  if (kept < CONCURRENCY_SHARE_MIN) {
    const percent = Math.round(kept * 100);
    return {
      problems: [
        `on average only ${percent} % of max_concurrency ${batch} was in the server, so the batch is unknown; ` +
          'run with --request-rate inf and --num-prompts of several times the concurrency',
      ],
    };
  }
  const outputTokensMin = Math.ceil((batch * Math.ceil(promptTokens / CHUNK_TOKENS)) / PREFILL_SHARE_MAX);
  if (batch > 1 && outputTokens < outputTokensMin) {
    return {
      problems: [
        `with ${outputTokens} output tokens at concurrency ${batch} too many steps hold prompt chunks, ` +
          `so the median gap is no decode step; use at least ${outputTokensMin} output tokens`,
      ],
    };
  }
  return {
    line,
    promptTokens,
    batch,
    outputTokens,
    ...(batch === 1 && { promptMs: ttftMs }),
    ...(outputTokens > 1 && { tokenMs }),
    ...(dayOf(fields) && { date: dayOf(fields) }),
    source: `vllm bench serve${fields.model_id ? ` of ${fields.model_id}` : ''}`,
  };
}

/** Little's law: requests per second times the time that each was in the server. */
function meanConcurrency(number: (key: string) => number): number {
  const e2eMs = number('mean_e2el_ms');
  const tokensAfterFirst = number('total_output_tokens') / number('completed') - 1;
  const seconds = (e2eMs || number('mean_ttft_ms') + tokensAfterFirst * (number('mean_tpot_ms') || 0)) / 1000;
  const kept = (number('completed') / number('duration')) * seconds;
  return Number.isFinite(kept) ? kept : 0;
}
