import { describe, expect, it, test } from 'vitest';
import { compare, type ComparedValue } from '../../src/accuracy/compare/compare.ts';
import { byModel, byStack, leftOut } from '../../src/accuracy/compare/groups.ts';
import type { Measurement } from '../../src/accuracy/measurements.ts';
import { REFERENCES } from '../../src/accuracy/references.ts';
import { forAnyFamily, NOTHING_ADDED } from '../../src/catalog/stacks.ts';

/** 128 output tokens after one prompt of 512 on eight A100 unless said otherwise. */
function row(changes: Partial<Measurement>): Measurement {
  const served = { model: 'llama2-70b', gpu: 'a100-80gb', tp: 8 };
  return { line: 2, promptTokens: 512, batch: 1, outputTokens: 128, ...served, ...changes };
}

function onlyValue(changes: Partial<Measurement>): ComparedValue {
  const { values } = compare([row(changes)]);
  expect(values).toHaveLength(1);
  return values[0];
}

const percentOf = ({ relativeError }: ComparedValue) => 100 * relativeError;

describe('predictions worked out by hand', () => {
  test('LMDeploy, Llama-2-70B on four, published 29 ms a token', () => {
    // Weights: 2 · 68.71e9 bytes at 0.81 · 4 · 2.039e12 B/s take 20.8 ms; launches 80 · 73.7 µs = 5.9 ms; two
    // all-reduces of 20 µs a layer 3.2 ms; the cache of 64 tokens nothing: 29.9 ms.
    const value = onlyValue({ stack: 'lmdeploy-0.1', tp: 4, promptTokens: 1, tokenMs: 29 });
    expect(value).toMatchObject({ stack: 'lmdeploy', fitted: true, measured: 29 });
    expect(percentOf(value)).toBeGreaterThan(1.5);
    expect(percentOf(value)).toBeLessThan(4.5);
  });

  test('DeepSpeed, BLOOM-176B, published 45.6 ms a token at batch 8', () => {
    // Weights: 2 · 176.24e9 bytes at 0.81 · 8 · 2.039e12 B/s take 26.7 ms; launches 70 · 181.5 µs = 12.7 ms;
    // all-reduces 3.9 ms and 0.3 ms for their bytes; 8 · 0.209 ms for sampling; elementwise and cache 0.3 ms: 45.6 ms.
    const value = onlyValue({
      stack: 'deepspeed-inference',
      model: 'bloom-176b',
      promptTokens: 10,
      batch: 8,
      outputTokens: 90,
      tokenMs: 45.6,
    });
    expect(value.stack).toBe('deepspeed-bloom');
    expect(Math.abs(percentOf(value))).toBeLessThan(1.5);
  });

  test('FasterTransformer, GPT-3 175B, published 1719.96 ms for 32 tokens', () => {
    // 130 ms for the client, a prefill of 153 ms and 31 steps of 46.2 to 46.4 ms: 1718 ms.
    const value = onlyValue({
      stack: 'fastertransformer',
      model: 'gpt3-175b',
      outputTokens: 32,
      totalMs: 1719.96,
    });
    expect(Math.abs(percentOf(value))).toBeLessThan(1);
  });
});

test('a stack that takes a second a layer, against 80, 80 and 250 s', () => {
  // Llama-2-70B has 80 layers; each of the four sequences adds half a second, the way to the client three once: a
  // prompt takes 85 s, a step 82 s, three tokens 85 + 2·82 = 249 s.
  const stack = {
    ...NOTHING_ADDED,
    title: 'slow',
    source: 'made up',
    fittedModels: [],
    cpuSecondsPerLayer: forAnyFamily(1),
    secondsPerSequence: 0.5,
    clientDelaySeconds: 3,
  };
  const measured = { promptMs: 80_000, tokenMs: 80_000, e2eMs: 250_000 };
  const { values } = compare([row({ batch: 4, outputTokens: 3, stack: 'lmdeploy', ...measured })], { stack });
  expect(values.map((value) => value.phase.key)).toEqual(['prefill', 'decode', 'e2e']);
  const errors = [85 / 80 - 1, 82 / 80 - 1, 249 / 250 - 1];
  for (const [i, value] of values.entries()) {
    expect(value).toMatchObject({ stack: 'slow', fitted: false });
    expect(value.relativeError).toBeCloseTo(errors[i], 3);
  }
});

describe('what a row is compared with', () => {
  it('takes every quantity that the row gives, in its unit', () => {
    const { values } = compare([
      row({
        promptMs: 94,
        tokenMs: 45,
        e2eMs: 5800,
        decodePowerFraction: 0.5,
        prefillPeakPowerFraction: 0.75,
      }),
    ]);
    expect(values.map(({ phase, measured }) => [phase.key, measured, phase.unit])).toEqual([
      ['prefill', 94, 'ms'],
      ['decode', 45, 'ms'],
      ['e2e', 5800, 'ms'],
      ['decode_power', 200, 'W'],
      ['prefill_peak_power', 300, 'W'],
    ]);
    const [prefill, decode, e2e] = values.map(({ predicted }) => predicted);
    expect(e2e).toBeCloseTo(prefill + 127 * decode, 6);
  });

  it('counts a prefill above 2048 tokens as a quantity of its own', () => {
    expect(onlyValue({ batch: 4, promptMs: 300 }).phase.key).toBe('prefill');
    expect(onlyValue({ batch: 5, promptMs: 300 }).phase.key).toBe('long_prefill');
  });

  it('fills in model, GPU and tp where a row names none, and replaces its stack where one is given', () => {
    const bare = { line: 2, promptTokens: 512, batch: 1, outputTokens: 128, tokenMs: 30 };
    const setting = { model: 'llama2-70b', gpu: 'a100-80gb', tp: 4 };
    const [plain] = compare([bare], setting).values;
    expect(plain).toMatchObject({ stack: 'vllm-0.2', model: 'llama2-70b', tp: 4 });
    const [named] = compare([{ ...bare, tp: 8, stack: 'vllm-0.2' }], {
      ...setting,
      stack: 'lmdeploy',
    }).values;
    expect(named).toMatchObject({ stack: 'lmdeploy', tp: 8 });
  });

  it.each([
    [{ model: 'falcon-180b' }, 'the catalog has no model "falcon-180b"'],
    [{ stack: 'tensorrt-llm-0.5' }, 'the catalog has no stack "tensorrt-llm-0.5"'],
    [{ gpu: 'tpu' }, 'the catalog has no GPU "tpu"'],
    [{ model: undefined }, 'names no model: add a column `model` or give --model'],
    [{ tp: undefined }, 'has no tp: add a column `tp` or give --tp'],
    [{ tp: 3 }, 'tensor-parallel degree 3'],
    [{ tp: 1 }, 'does not fit'],
    [{ outputTokens: 1 }, 'decode step: there is none with one output token'],
    [{ tokenMs: undefined }, 'nothing measured in it that is compared'],
  ] satisfies [Partial<Measurement>, string][])('says of %j why it has no answer', (changes, reason) => {
    const { values, unanswered } = compare([row({ tokenMs: 45, ...changes })]);
    expect(values).toEqual([]);
    expect(unanswered[0].reason).toContain(reason);
  });
});

describe('what does not count', () => {
  const measured = { promptMs: 1, tokenMs: 1, e2eMs: 1, decodePowerFraction: 1, prefillPeakPowerFraction: 1 };
  const excluded = (changes: Partial<Measurement>) =>
    compare([row({ ...measured, ...changes })])
      .values.filter((value) => value.excluded)
      .map(({ phase }) => phase.key);

  it('leaves out what a flag concerns, and nothing else', () => {
    const all = ['prefill', 'decode', 'e2e', 'decode_power', 'prefill_peak_power'];
    expect(excluded({})).toEqual([]);
    expect(excluded({ notes: 'generation_stopped_early' })).toEqual([]);
    expect(excluded({ notes: 'exclude' })).toEqual(all);
    expect(excluded({ notes: 'kv_overflow_preemption;other' })).toEqual(all);
    expect(excluded({ notes: 'over_2048_prompt_tokens' })).toEqual(['e2e', 'decode_power']);
    expect(excluded({ notes: 'token_ms_contaminated_by_interleaved_prefill' })).toEqual([
      'decode',
      'e2e',
      'decode_power',
    ]);
    expect(excluded({ notes: 'avg_power_outlier' })).toEqual(['decode_power']);
  });

  it('sees a KV overflow and the stall of vLLM 0.2 without a flag', () => {
    // 64 × 640 tokens; two GPUs hold 38,656 beside the weights.
    expect(excluded({ tp: 2, batch: 64 })).toContain('decode');
    expect(excluded({ tp: 2, batch: 60 })).not.toContain('decode');
    expect(excluded({ batch: 5 })).toEqual(['e2e', 'decode_power']);
    expect(excluded({ batch: 5, stack: 'lmdeploy' })).toEqual([]);
  });

  it('is kept, with its reason and the rows it comes from', () => {
    const comparison = compare([row({ tokenMs: 45 }), row({ tokenMs: 90, batch: 4, notes: 'exclude' })]);
    expect(byStack(comparison)).toMatchObject([{ stack: 'vllm-0.2', phase: 'decode', count: 1 }]);
    expect(leftOut(comparison)).toEqual([
      { reason: 'flagged to be left out', phases: ['decode'], rows: ['llama2-70b tp 8, 4 × (512 + 128)'] },
    ]);
  });
});

it('shows the names that users give cut short and without control characters', () => {
  const { unanswered } = compare([row({ model: `\u001b[31m${'x'.repeat(100)}`, tokenMs: 45 })]);
  expect(unanswered[0].reason).toMatch(/^the catalog has no model "\\u001b\[31mx{35}"$/);
  const [{ rows }] = leftOut({ rows: 1, values: [], unanswered });
  expect(rows).toEqual([`[31m${'x'.repeat(36)} tp 8, 1 × (512 + 128)`]);
});

describe('groups', () => {
  it('put models that the stack was not fitted on apart, and every tp', () => {
    const comparison = compare([
      row({ model: 'llama2-7b', tp: 1, tokenMs: 20 }),
      row({ tp: 8, tokenMs: 45 }),
      row({ tp: 4, tokenMs: 45, promptMs: 120 }),
    ]);
    const groups = byStack(comparison).map(({ phase, models, fitted, count }) => ({
      phase,
      models,
      fitted,
      count,
    }));
    expect(groups).toEqual([
      { phase: 'prefill', models: ['llama2-70b'], fitted: true, count: 1 },
      { phase: 'decode', models: ['llama2-70b'], fitted: true, count: 2 },
      { phase: 'decode', models: ['llama2-7b'], fitted: false, count: 1 },
    ]);
    expect(byModel(comparison).map(({ tps, phase }) => [...tps, phase])).toEqual([
      [4, 'prefill'],
      [4, 'decode'],
      [8, 'decode'],
      [1, 'decode'],
    ]);
  });
});

describe('the built-in references', () => {
  const comparison = compare(REFERENCES);

  it('are all accounted for', () => {
    expect(comparison.rows).toBe(REFERENCES.length);
    const seen = new Set([...comparison.values, ...comparison.unanswered].map(({ row: { line } }) => line));
    expect(seen.size).toBe(REFERENCES.length);
  });

  it('each name a source, a stack, a model and a tp', () => {
    for (const reference of REFERENCES) {
      expect(reference.source).toMatch(/\b20\d\d\b/);
      for (const key of ['stack', 'model', 'gpu', 'tp'] as const) expect(reference[key]).toBeTruthy();
    }
  });

  it('lack an answer only for stacks without a preset', () => {
    const reasons = new Set(comparison.unanswered.map(({ reason }) => reason));
    expect([...reasons]).toEqual(['the catalog has no stack "tensorrt-llm-0.5"']);
  });

  it('leave out what the notes flag and what holds the stall', () => {
    for (const { row: reference, excluded } of comparison.values) {
      const isLong = reference.stack === 'vllm-0.2' && reference.promptTokens * reference.batch > 2048;
      if (excluded) expect(Boolean(reference.notes) || isLong).toBe(true);
    }
    expect(leftOut(comparison).length).toBeGreaterThanOrEqual(4);
  });
});
