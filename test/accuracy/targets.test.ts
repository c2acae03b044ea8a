// How close the model has to be to measurements, over all rows of the measured files: limits of median and p90 of
// |error| in percent. A quantity that is worse than this has got worse.
import { describe, expect, test } from 'vitest';
import { compare, type Comparison } from '../../src/accuracy/compare/compare.ts';
import type { PhaseKey } from '../../src/accuracy/compare/phases.ts';
import { errorStatistics } from '../../src/accuracy/statistics.ts';
import { referenceDataMissing } from '../support/reference-data.ts';
import { measuredRows } from './measured-rows.ts';

interface Subject {
  stack?: string;
  models?: string[];
  phase: PhaseKey;
  batchMax?: number;
  /** A whole request of that many tokens. */
  outputTokens?: number;
}

const SMALL_GPT = ['gpt-20b', 'gpt-6.7b'];

describe.skipIf(referenceDataMissing)('accuracy on the measured files', async () => {
  const comparison: Comparison = referenceDataMissing
    ? { rows: 0, values: [], unanswered: [] }
    : compare(await measuredRows());

  function errorsOf({ stack = 'vllm-0.2', models, phase, batchMax = Infinity, outputTokens }: Subject) {
    const values = comparison.values.filter(
      (value) =>
        !value.excluded &&
        value.stack === stack &&
        value.phase.key === phase &&
        (models?.includes(value.model) ?? true) &&
        value.row.batch <= batchMax &&
        (outputTokens === undefined || value.row.outputTokens === outputTokens),
    );
    return errorStatistics(values.map(({ relativeError }) => 100 * relativeError));
  }

  test.each([
    ['prefill up to 2048 tokens', { phase: 'prefill' }, 8, 18],
    ['decode step below batch 64', { phase: 'decode', batchMax: 63 }, 3, 7],
    ['end to end', { phase: 'e2e' }, 2, 7],
    ['end to end of 128 tokens', { phase: 'e2e', outputTokens: 128 }, 2, 7],
    ['GPU power in decode', { phase: 'decode_power' }, 2.5, 5],
    ['peak GPU power in prefill', { phase: 'prefill_peak_power' }, 4, 16],
    ['BLOOM-176B under DeepSpeed', { stack: 'deepspeed-bloom', phase: 'decode' }, 2, 3],
    ['Llama-2-70B under LMDeploy', { stack: 'lmdeploy', phase: 'decode' }, 3, 5],
    ['GPT-3 175B', { stack: 'fastertransformer', models: ['gpt3-175b'], phase: 'total' }, 4, 6],
    ['GPT 89B', { stack: 'fastertransformer', models: ['gpt-89b'], phase: 'total' }, 4, 6],
    // One law from 6.7B to 175B: small models are off by more.
    ['small GPT', { stack: 'fastertransformer', models: SMALL_GPT, phase: 'total' }, 6, 13.5],
  ] satisfies [string, Subject, number, number][])('%s', (_, subject, medianMax, p90Max) => {
    const { medianError, p90Error } = errorsOf(subject);
    expect(medianError, 'median').toBeLessThanOrEqual(medianMax);
    expect(p90Error, 'p90').toBeLessThanOrEqual(p90Max);
  });

  test('leaves out what the notes flag, and nothing else', () => {
    const flagged = /kv_overflow|over_2048|contaminated|outlier/;
    for (const { row, excluded } of comparison.values) {
      if (excluded) expect(row.notes).toMatch(flagged);
      if (row.notes?.includes('kv_overflow')) expect(excluded).toBeDefined();
    }
    const reasons = new Set(comparison.unanswered.map(({ reason }) => reason));
    for (const reason of reasons) expect(reason).toMatch(/^the catalog has no (model|stack) /);
  });
});
