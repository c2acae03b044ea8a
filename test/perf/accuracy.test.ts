// Predictions against measured rows. A row's flag leaves out the values that it concerns: more than 2048 prompt
// tokens in a step stall the measured stack (prompt, end to end, and the mean power that includes the stall),
// interleaved prefill contaminates token times, a KV overflow everything.
import { afterAll, describe, expect, test } from 'vitest';
import { uniformBatch, type UniformBatchAnswer } from '../../src/perf/uniform-batch.ts';
import { referenceDataMissing } from '../support/reference-data.ts';
import { errorsPercent, readRows, type Row } from './measurements.ts';
import { physical } from './specs.ts';

const table: string[] = [];

/** One line of the printed table. */
function report(what: string, errors: number[]): ReturnType<typeof errorsPercent> {
  const figures = errorsPercent(errors);
  const { rows, median, p90 } = figures;
  const columns = [String(rows), median.toFixed(1), p90.toFixed(1)].map((text) => text.padStart(6));
  table.push(what.padEnd(44) + columns.join(''));
  return figures;
}

/** Reports, and checks median and p90 of |error| in percent. */
function expectErrors(what: string, errors: number[], medianMax: number, p90Max: number): void {
  const { rows, median, p90 } = report(what, errors);
  expect(rows).toBeGreaterThan(0);
  expect(median, `median of ${what}`).toBeLessThanOrEqual(medianMax);
  expect(p90, `p90 of ${what}`).toBeLessThanOrEqual(p90Max);
}

function answerFor(row: Row, stack: string, outputTokens: string): UniformBatchAnswer {
  const batch = {
    promptTokens: Number(row.prompt_tokens),
    batch: Number(row.batch),
    outputTokens: Number(outputTokens),
  };
  return uniformBatch(physical(row.model, { stack, tp: Number(row.tp) }), batch);
}

afterAll(() => {
  if (table.length > 0) console.log(['|error| in percent: rows, median, p90', ...table].join('\n'));
});

describe.skipIf(referenceDataMissing)('Splitwise measurements, vllm-0.2', () => {
  const rows = referenceDataMissing
    ? []
    : readRows('a100_serving_measurements.csv')
        .filter((row) => !row.notes.includes('kv_overflow'))
        .map((row) => ({ row, answer: answerFor(row, 'vllm-0.2', row.effective_output_tokens) }));
  const short = rows.filter(({ row }) => !row.notes.includes('over_2048'));

  const values = {
    prompt: (part: typeof rows) =>
      part.map(({ row, answer }) => (1000 * answer.promptSeconds) / Number(row.prompt_ms) - 1),
    token: (part: typeof rows) =>
      part.map(({ row, answer }) => (1000 * answer.tokenSeconds!) / Number(row.token_ms) - 1),
    e2e: (part: typeof rows) =>
      part.map(({ row, answer }) => (1000 * answer.e2eSeconds) / Number(row.e2e_ms) - 1),
  };
  const ofModel = (part: typeof rows, model: string) => part.filter(({ row }) => row.model === model);

  /** The limits are the preset's, over all its rows; its models are printed. */
  function expectPreset(
    what: keyof typeof values,
    part: typeof rows,
    medianMax: number,
    p90Max: number,
  ): void {
    expectErrors(`vllm-0.2: ${what}`, values[what](part), medianMax, p90Max);
    for (const model of ['llama2-70b', 'bloom-176b']) {
      report(`  of which ${model}`, values[what](ofModel(part, model)));
    }
  }

  test('prompt time up to 2048 prompt tokens', () => {
    expectPreset('prompt', short, 3, 8);
  });

  test('token time below batch 64', () => {
    const below64 = rows.filter(({ row }) => Number(row.batch) < 64);
    expectPreset('token', below64, 1.5, 4);
  });

  test('end to end of 128 tokens', () => {
    const of128 = short.filter(({ row }) => row.effective_output_tokens === '128');
    expectPreset('e2e', of128, 1, 3);
  });

  test('GPU power in decode', () => {
    const errors = short
      .filter(({ row }) => row.avg_power_frac !== '')
      .map(({ row, answer }) => answer.decodeWattsPerGpu! / 400 / Number(row.avg_power_frac) - 1);
    expectErrors('GPU power, decode', errors, 1.5, 4);
  });

  test('peak GPU power in prefill', () => {
    const errors = rows
      .filter(({ row }) => row.peak_power_frac !== '')
      .map(({ row, answer }) => answer.prefillPeakWattsPerGpu / 400 / Number(row.peak_power_frac) - 1);
    expectErrors('GPU power, prefill peak', errors, 3.5, 10);
  });
});

describe.skipIf(referenceDataMissing)('published latencies of other stacks', () => {
  const rows = referenceDataMissing ? [] : readRows('a100_external_measurements.csv');

  function errors(
    stack: string,
    preset: string,
    column: 'total_ms' | 'token_ms',
    models: string[],
  ): number[] {
    return rows
      .filter((row) => row.stack === stack && row[column] !== '' && models.includes(row.model))
      .map((row) => {
        const answer = answerFor(row, preset, row.output_tokens);
        const seconds = column === 'total_ms' ? answer.e2eSeconds : answer.tokenSeconds!;
        return (1000 * seconds) / Number(row[column]) - 1;
      });
  }

  test('FasterTransformer, total latency of large models', () => {
    const gpt89b = errors('fastertransformer', 'fastertransformer', 'total_ms', ['gpt-89b']);
    const gpt175b = errors('fastertransformer', 'fastertransformer', 'total_ms', ['gpt3-175b']);
    expectErrors('fastertransformer: total, 89B and 175B', [...gpt89b, ...gpt175b], 3, 6);
    expectErrors('  of which gpt3-175b', gpt175b, 3, 6);
  });

  test('FasterTransformer, total latency of small models, as wrong as the notes say', () => {
    const small = errors('fastertransformer', 'fastertransformer', 'total_ms', ['gpt-20b', 'gpt-6.7b']);
    expectErrors('fastertransformer: total, 6.7B and 20B', small, 6, 13.5);
    expect(errorsPercent(small).p90).toBeGreaterThan(10);
  });

  test('DeepSpeed and LMDeploy, decode', () => {
    const deepspeed = errors('deepspeed-inference', 'deepspeed-bloom', 'token_ms', ['bloom-176b']);
    expectErrors('deepspeed-bloom: token', deepspeed, 3, 5);
    const lmdeploy = errors('lmdeploy-0.1', 'lmdeploy', 'token_ms', ['llama2-70b']);
    expectErrors('lmdeploy: token', lmdeploy, 3, 5);
  });
});

describe.skipIf(referenceDataMissing)('profiles of linear layers (Vidur)', () => {
  test('the roofline of matrix multiplication has the measured asymptotes', () => {
    const rows = referenceDataMissing ? [] : readRows('vidur_a100_gemm_efficiency.csv');
    const large = rows.filter((row) => row.model.includes('70b') && row.tp === '1');
    // Few tokens: bound by memory, 0.81 of it; thousands: bound by compute, 0.73 of it.
    const mbu = middle(large.filter((row) => Number(row.N) <= 8).map((row) => Number(row.mbu)));
    const mfu = middle(large.filter((row) => Number(row.N) >= 2048).map((row) => Number(row.mfu)));
    expect(Math.abs(mbu / 0.81 - 1)).toBeLessThan(0.1);
    expect(Math.abs(mfu / 0.73 - 1)).toBeLessThan(0.1);
  });
});

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
