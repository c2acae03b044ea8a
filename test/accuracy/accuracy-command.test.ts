import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NOTHING_ADDED } from '../../src/catalog/stacks.ts';
import { accuracyOutput, register, type AccuracyOptions } from '../../src/cli/commands/facts/accuracy.ts';
import { UserError } from '../../src/kernel/user-error.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

/** A stack file names no families. */
const SAME_FOR_ALL = { cpuSecondsPerLayer: 0, severalPromptsFactor: 1 };
const HEADER = 'prompt_tokens,batch,output_tokens,prompt_ms,token_ms';

function measurements(...lines: string[]): string {
  const file = path.join(folder, 'measured.csv');
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** What `fleetday accuracy …` prints. */
async function printed(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const program = new Command();
  register(program);
  await program.parseAsync(['accuracy', ...args], { from: 'user' });
  return write.mock.calls.map(([text]) => text).join('');
}

async function problemsOf(options: Partial<AccuracyOptions>): Promise<readonly string[]> {
  try {
    await accuracyOutput({ gpu: 'a100-80gb', ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems;
  }
  return expect.unreachable();
}

describe('fleetday accuracy', () => {
  it('needs no file: it compares with published measurements', async () => {
    const text = await printed();
    for (const stack of ['vllm-0.2', 'fastertransformer', 'deepspeed-bloom', 'lmdeploy']) {
      expect(text).toMatch(new RegExp(`^${stack} `, 'm'));
    }
    expect(text).toContain('median');
    expect(text).toMatch(/^KV overflow.* 1 {2}llama2-70b tp 2, 64 × \(512 \+ 128\)$/m);
  });

  it("compares with a user's own file, what it does not say given by options", async () => {
    const file = measurements(HEADER, '512,1,128,130,45', '512,4,128,,46', '');
    const json = JSON.parse(
      await printed('--measurements', file, '--model', 'Llama-2 70B', '--tp', '4', '--json'),
    );
    expect(json).toMatchObject({ source: [file], rows: 2, left_out: [] });
    expect(json.by_stack).toMatchObject([
      { stack: 'vllm-0.2', models: ['llama2-70b'], tp: [4], quantity: 'prefill', values: 1 },
      { stack: 'vllm-0.2', models: ['llama2-70b'], tp: [4], quantity: 'decode', values: 2 },
    ]);
    const [value] = json.values;
    expect(value).toMatchObject({ line: 2, quantity: 'prefill', measured: 130, left_out: null });
    expect(value.error_percent).toBeCloseTo(100 * (value.predicted / 130 - 1), 2);
  });

  it('predicts with another stack where one is given', async () => {
    const file = measurements(`${HEADER},model,tp,stack`, '512,1,128,,30,llama2-70b,4,vllm-0.2');
    const text = await printed('--measurements', file, '--stack', 'lmdeploy');
    expect(text).toMatch(/^lmdeploy +decode step +llama2-70b +1 /m);
  });

  it("predicts with a user's own stack file", async () => {
    const file = measurements(`${HEADER},model,tp`, '512,1,128,,30,llama2-70b,4');
    const stack = path.join(folder, 'stack.yaml');
    const title = 'our own';
    writeFileSync(
      stack,
      JSON.stringify({ ...NOTHING_ADDED, ...SAME_FOR_ALL, title, fittedModels: ['llama2-70b'] }),
    );
    const text = await printed('--measurements', file, '--stack', stack);
    expect(text).toMatch(/^our own +decode step +llama2-70b +1 /m);
  });

  it('prints Markdown and writes the plot', async () => {
    const svg = path.join(folder, 'plot.svg');
    expect(await printed('--markdown', '--svg', svg)).toMatch(/^### By stack\n\n\| stack /);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/);
  });
});

describe('mistakes', () => {
  it('in options are reported all at once', async () => {
    const problems = await problemsOf({
      model: 'gpt-5',
      gpu: 'tpu',
      stack: 'slow',
      tp: '1.5',
      json: true,
      markdown: true,
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      '--model',
      '--gpu',
      '--stack',
      '--tp',
      '--json and --markdown',
    ]);
  });

  it('in a file are reported with their lines', async () => {
    const file = measurements(HEADER, '512,1,128,130,45', '-512,1,128,130,x', '512,1');
    const problems = await problemsOf({ measurements: [file], model: 'llama2-70b', tp: '4' });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/measured\.csv:[34]: /);
  });

  it('of a file that says too little name the column and the option', async () => {
    const file = measurements(HEADER, '512,1,128,130,45', '512,2,128,130,45');
    expect(await problemsOf({ measurements: [file], tp: '8' })).toEqual([
      `${file}:2: names no model: add a column \`model\` or give --model`,
      `${file}:3: names no model: add a column \`model\` or give --model`,
    ]);
  });

  it('of a whole file are not repeated without end', async () => {
    const file = measurements(HEADER, ...Array.from({ length: 50 }, () => '512,1,128,130,45'));
    const problems = await problemsOf({ measurements: [file], model: 'gpt3-175b', tp: '1' });
    expect(problems).toHaveLength(21);
    expect(problems[0]).toContain('does not fit');
    expect(problems[20]).toBe('… and 30 more');
  });

  it('of a missing file, or a place where nothing can be written, are plain', async () => {
    const [missing] = await problemsOf({ measurements: [path.join(folder, 'none.csv')] });
    expect(missing).toContain('no such file');
    const [unwritable] = await problemsOf({ svg: path.join(folder, 'no', 'plot.svg') });
    expect(unwritable).toMatch(/^--svg .*its folder does not exist; give another path$/);
  });
});
