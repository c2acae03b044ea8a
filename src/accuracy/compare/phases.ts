// The quantities that are compared: where each is found in a measured row and in the model's answer for the same batch.
// Times are what the client of the batch sees, watts are of one GPU.
import type { UniformBatchAnswer } from '../../perf/uniform-batch.ts';
import type { Measurement } from '../measurements.ts';

export type PhaseKey =
  'prefill' | 'long_prefill' | 'decode' | 'e2e' | 'total' | 'decode_power' | 'prefill_peak_power';

export interface Phase {
  key: PhaseKey;
  title: string;
  unit: 'ms' | 'W';
  /** undefined where the row does not say. */
  measured: (row: Measurement, gpuWattsMax: number) => number | undefined;
  /** undefined where the model has no answer: one output token has no decode step. */
  predicted: (answer: UniformBatchAnswer) => number | undefined;
}

/** Beyond that many prompt tokens in one step vLLM 0.2 stalls, so longer prefills are a phase of their own. */
export const SHORT_PREFILL_TOKENS = 2048;

export function prefillTokens(row: Measurement): number {
  return row.promptTokens * row.batch;
}

const isLong = (row: Measurement) => prefillTokens(row) > SHORT_PREFILL_TOKENS;
const ms = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
/** Power is measured as a part of the GPU's limit. */
const watts = (fraction: number | undefined, wattsMax: number) =>
  fraction === undefined ? undefined : fraction * wattsMax;

/** In the order of the tables. */
export const PHASES: readonly Phase[] = [
  {
    key: 'prefill',
    title: 'prefill, ≤ 2048 tokens',
    unit: 'ms',
    measured: (row) => (isLong(row) ? undefined : row.promptMs),
    predicted: (answer) => ms(answer.promptSeconds),
  },
  {
    key: 'long_prefill',
    title: 'prefill, > 2048 tokens',
    unit: 'ms',
    measured: (row) => (isLong(row) ? row.promptMs : undefined),
    predicted: (answer) => ms(answer.promptSeconds),
  },
  {
    key: 'decode',
    title: 'decode step',
    unit: 'ms',
    measured: (row) => row.tokenMs,
    predicted: (answer) => ms(answer.tokenSeconds),
  },
  {
    key: 'e2e',
    title: 'end to end',
    unit: 'ms',
    measured: (row) => row.e2eMs,
    predicted: (answer) => ms(answer.e2eSeconds),
  },
  {
    key: 'total',
    title: 'total latency of a batch',
    unit: 'ms',
    measured: (row) => row.totalMs,
    predicted: (answer) => ms(answer.e2eSeconds),
  },
  {
    key: 'decode_power',
    title: 'GPU power, decode',
    unit: 'W',
    measured: (row, wattsMax) => watts(row.decodePowerFraction, wattsMax),
    predicted: (answer) => answer.decodeWattsPerGpu,
  },
  {
    key: 'prefill_peak_power',
    title: 'GPU power, prefill peak',
    unit: 'W',
    measured: (row, wattsMax) => watts(row.prefillPeakPowerFraction, wattsMax),
    predicted: (answer) => answer.prefillPeakWattsPerGpu,
  },
];

export function phaseOf(key: PhaseKey): Phase {
  return PHASES.find((phase) => phase.key === key)!;
}
