// `fleetday perf` for models of the user's own and for other formats than 16 bits.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { perfReport, perfTable, type PerfOptions } from '../../../src/cli/commands/facts/perf.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const plain: PerfOptions = {
  model: 'llama2-7b',
  gpu: 'a100-80gb',
  tp: '1',
  prompt: '512',
  batch: '1',
  output: '128',
};

function configFile(name: string, config: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const LLAMA2_7B = {
  model_type: 'llama',
  hidden_size: 4096,
  intermediate_size: 11_008,
  max_position_embeddings: 4096,
  num_attention_heads: 32,
  num_hidden_layers: 32,
  vocab_size: 32_000,
};

describe('fleetday perf', () => {
  test('answers for a config.json as for the model of the catalog that it describes', () => {
    const own = perfReport({ ...plain, model: configFile('config.json', LLAMA2_7B) });
    const { token_ms, prompt_ms, kv_tokens } = perfReport(plain);
    expect(own).toMatchObject({ model: 'llama', token_ms, prompt_ms, kv_tokens, stack: 'vllm-0.2' });
    expect(perfTable(own)).toContain('llama on 1 × NVIDIA A100 80GB SXM');
  });

  test('says in what form a model is served, where it is not the usual one', () => {
    const report = perfReport({ ...plain, pp: '2', weights: 'int8', compute: 'int8', kvCache: 'fp8' });
    expect(report).toMatchObject({ pp: 2, weights: 'int8', compute: 'int8', kv_cache: 'fp8' });
    expect(report).toMatchObject({ step_times: 'extrapolated' });
    const table = perfTable(report);
    for (const line of [/pipeline +2 stages/, /weights +int8, multiplied in int8/, /KV format +fp8/]) {
      expect(table).toMatch(line);
    }
    expect(perfTable(perfReport(plain))).not.toMatch(/pipeline|weights {2}|KV format/);
  });

  test('reports every mistake at once, those of a config.json with its name', () => {
    const { vocab_size: _, ...rest } = LLAMA2_7B;
    const model = configFile('bad.json', { ...rest, hidden_size: -1 });
    try {
      perfReport({ ...plain, model, weights: 'fp4', compute: 'x', kvCache: '', pp: '3', batch: '0' });
      expect.unreachable();
    } catch (error) {
      expect((error as UserError).problems).toEqual([
        `--model: ${model}: hidden_size is -1; write a whole number from 1 to 10000000`,
        `--model: ${model}: vocab_size is missing; add it`,
        '--pp: got "3"; choose one of 1, 2, 4, 8',
        '--weights: got "fp4"; choose one of fp16, fp8, int8, int4',
        '--compute: got "x"; choose one of fp16, fp8, int8',
        '--kv-cache: got ""; choose one of fp16, fp8, int8',
        '--batch: got "0"; give a whole number from 1 to 4096',
      ]);
    }
    expect(() => perfReport({ ...plain, weights: 'fp8', compute: 'fp8' })).toThrow(
      /--compute: NVIDIA A100 80GB SXM has no fp8 matrix units; write compute: fp16/,
    );
  });
});
