import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { perfReport, register, type PerfOptions } from '../../src/cli/commands/facts/perf.ts';
import { UserError } from '../../src/kernel/user-error.ts';

const plain: PerfOptions = {
  model: 'gpt3-175b',
  gpu: 'a100-80gb',
  tp: '8',
  prompt: '512',
  batch: '1',
  output: '128',
};

afterEach(() => vi.restoreAllMocks());

/** What `fleetday perf …` prints. */
function printed(...args: string[]): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const program = new Command();
  register(program);
  program.parse(['perf', ...args], { from: 'user' });
  return write.mock.calls.map(([text]) => text).join('');
}

describe('fleetday perf', () => {
  test('answers with the reference points of GPT-3 under its default stack', () => {
    expect(perfReport(plain)).toMatchObject({
      model: 'gpt3-175b',
      gpu: 'a100-80gb',
      tp: 8,
      stack: 'fastertransformer',
      prompt_tokens: 512,
      batch: 1,
      output_tokens: 128,
      kv_tokens: 53_680,
      prefill_mean_watts_per_gpu: 280,
      notes: [],
    });
    expect(perfReport(plain).prompt_ms).toBeCloseTo(283.86, 1);
    expect(perfReport(plain).token_ms).toBeCloseTo(46.27, 1);
  });

  test('prints JSON that a program can read, null where there is no decode step', () => {
    const report = JSON.parse(printed('--model', 'GPT-3 175B', '--output', '1', '--json'));
    expect(report).toMatchObject({ model: 'gpt3-175b', token_ms: null, decode_watts_per_gpu: null });
    expect(report.e2e_ms).toBe(report.prompt_ms);
  });

  test('prints an aligned table with its notes', () => {
    expect(printed('--model', 'llama2-70b', '--tp', '2', '--batch', '64').split('\n')).toEqual([
      'model          Llama-2-70B on 2 × NVIDIA A100 80GB SXM',
      'stack          vLLM 0.2',
      'batch          64 × (512 prompt + 128 output tokens)',
      'prompt         12542.3 ms',
      'token          85.59 ms',
      'end to end     23412.7 ms',
      'KV cache       38656 tokens',
      'decode         249 W per GPU',
      'prefill, mean  280 W per GPU',
      'prefill, peak  413 W per GPU',
      'step times     measured, about ±5 %',
      expect.stringMatching(/^note: KV overflow: the batch needs 40960 /),
      expect.stringMatching(/^note: vLLM 0.2 stalls above 2048 prompt tokens/),
      '',
    ]);
  });

  test.each(['NaN', '-1', '0', '1.5', '1e3', '', 'Infinity', '0x10', '99999999999999999999'])(
    'refuses "%s" as a number, naming the option and its range',
    (text) => {
      for (const option of ['prompt', 'batch', 'output'] as const) {
        expect(() => perfReport({ ...plain, [option]: text })).toThrow(UserError);
        expect(() => perfReport({ ...plain, [option]: text })).toThrow(
          `--${option}: got "${text}"; give a whole`,
        );
      }
      expect(() => perfReport({ ...plain, tp: text })).toThrow(
        `--tp: got "${text}"; choose one of 1, 2, 4, 8`,
      );
    },
  );

  test('reports every mistake at once', () => {
    try {
      perfReport({
        model: 'gpt-5',
        gpu: 'tpu',
        tp: '8',
        stack: 'slow',
        prompt: '0',
        batch: 'x',
        output: '-1',
      });
      expect.unreachable();
    } catch (error) {
      const named = (error as UserError).problems.map((problem) => problem.split(':')[0]);
      expect(named).toEqual(['--model', '--gpu', '--stack', '--prompt', '--batch', '--output']);
    }
  });

  test('says how many bytes are missing where the model does not fit', () => {
    expect(() => perfReport({ ...plain, tp: '2' })).toThrow(/198584141824 bytes \(198\.6 GB\) are missing/);
  });
});
