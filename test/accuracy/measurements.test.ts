// Measurements as users have them: CSV files from spreadsheets and scripts, and results of `vllm bench serve`.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../../src/accuracy/measurements.ts';
import { UserError } from '../../src/kernel/user-error.ts';
import { referenceData, referenceDataMissing } from '../support/reference-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

function fileWith(name: string, text: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function problemsOf(name: string, text: string | Uint8Array): Promise<string[]> {
  const file = fileWith(name, text);
  const error: unknown = await readMeasurements(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).problems.map((problem) => problem.replaceAll(`${folder}/`, ''));
}

const HEADER = 'prompt_tokens,batch,output_tokens,prompt_ms,token_ms';

describe('a CSV file of measurements', () => {
  it('gives its rows with their lines; empty fields are not measured, further columns are ignored', async () => {
    const text = `${HEADER},colour,notes\n512,1,128,93.5,45,red,\n\n512,8,128,,46.25,,exclude\n`;
    expect(await readMeasurements(fileWith('plain.csv', text))).toEqual([
      { line: 2, promptTokens: 512, batch: 1, outputTokens: 128, promptMs: 93.5, tokenMs: 45 },
      { line: 4, promptTokens: 512, batch: 8, outputTokens: 128, tokenMs: 46.25, notes: 'exclude' },
    ]);
  });

  it('may begin with a byte order mark, end lines in CR LF, quote fields and have blanks around them', async () => {
    const text = `\uFEFFsource,${HEADER}\r\n"a ""b"", c", 512 ,1,"128",93.5,45\r\n`;
    expect(await readMeasurements(fileWith('excel.csv', text))).toEqual([
      {
        line: 2,
        promptTokens: 512,
        batch: 1,
        outputTokens: 128,
        promptMs: 93.5,
        tokenMs: 45,
        source: 'a "b", c',
      },
    ]);
  });

  it('takes the tokens that were really made, and the day of a date', async () => {
    const text = `${HEADER},effective_output_tokens,date\n512,1,2048,90,45,1010,2024-05-17T10:00\n`;
    expect(await readMeasurements(fileWith('early.csv', text))).toMatchObject([
      { outputTokens: 1010, date: '2024-05-17' },
    ]);
  });

  it('needs no output tokens where only prompts were measured', async () => {
    const rows = await readMeasurements(
      fileWith('prompts.csv', 'prompt_tokens,batch,prompt_ms\n512,2,170\n'),
    );
    expect(rows).toEqual([{ line: 2, promptTokens: 512, batch: 2, outputTokens: 1, promptMs: 170 }]);
  });

  it('takes a time to first token for a prompt at concurrency 1 only: above it, prompts wait and share steps', async () => {
    const text =
      'prompt_tokens,max_concurrency,output_tokens,median_ttft_ms,median_itl_ms\n512,1,128,95,45\n512,8,128,300,47\n';
    expect(await readMeasurements(fileWith('serving.csv', text))).toEqual([
      { line: 2, promptTokens: 512, batch: 1, outputTokens: 128, promptMs: 95, tokenMs: 45 },
      { line: 3, promptTokens: 512, batch: 8, outputTokens: 128, tokenMs: 47 },
    ]);
  });

  it('tells all mistakes in rows at once, with file and line', async () => {
    const rows = [
      '512,1,128,-3,45',
      '512,0,128,90,45',
      ',1,128,90,NaN',
      '512,1.5,128,90,4 5',
      '512,1,,90,45',
      '512,1,128,,',
    ];
    expect(await problemsOf('rows.csv', `${HEADER}\n${rows.join('\n')}\n`)).toEqual([
      'rows.csv:2: prompt_ms is "-3"; it is a number above 0, at most 1000000000, or empty where not measured',
      'rows.csv:3: batch is "0"; it is a whole number from 1 to 100000, or empty where not measured',
      'rows.csv:4: token_ms is "NaN"; it is a number above 0, at most 1000000000, or empty where not measured',
      'rows.csv:5: batch is "1.5"; it is a whole number from 1 to 100000, or empty where not measured',
      'rows.csv:5: token_ms is "4 5"; it is a number above 0, at most 1000000000, or empty where not measured',
      'rows.csv:6: output_tokens is missing; give the output tokens per request',
      'rows.csv:7: measures no time; fill in prompt_ms, token_ms or both, or remove the line',
    ]);
  });

  it('tells at most twenty of them', async () => {
    const problems = await problemsOf('many.csv', `${HEADER}\n${'x,1,1,1,1\n'.repeat(50)}`);
    expect(problems).toHaveLength(21);
    expect(problems[20]).toBe('… and 30 more');
  });

  it.each([
    ['empty.csv', '', /^empty\.csv: begins with an empty line; /],
    ['header.csv', `${HEADER}\n`, /^header\.csv: no row follows the header; /],
    [
      'other.csv',
      'a,b\n1,2\n',
      /^other\.csv:1: no column prompt_tokens, no column batch or max_concurrency, /,
    ],
    [
      'semicolons.csv',
      `${HEADER.replaceAll(',', ';')}\n1;2;3;4;5\n`,
      /^semicolons\.csv:1: .*separate them by commas/,
    ],
    ['twice.csv', `${HEADER},batch\n1,2,3,4,5,6\n`, /^twice\.csv:1: batch is twice in the header; /],
    ['cut.csv', `${HEADER}\n512,1,128,90,45\n512,1,1`, /^cut\.csv:3: has 3 of 5 fields; /],
    ['quote.csv', `${HEADER}\n"512,1,128,90,45\n`, /^quote\.csv:2: has a quote that is not closed; /],
    ['utf16.csv', Buffer.from(`\uFEFF${HEADER}`, 'utf16le'), /^utf16\.csv: is UTF-16; /],
    ['binary.csv', Uint8Array.of(0x1f, 0x8b, 8, 0, 1), /^binary\.csv: is not a text file; /],
    ['broken.json', '{"completed": 5,', /^broken\.json: is not valid JSON /],
    ['other.json', '{"a": 1}', /^other\.json:1: is no result of `vllm bench serve`/],
  ])('is refused with a reason: %s', async (name, text, message) => {
    expect((await problemsOf(name, text))[0]).toMatch(message);
  });

  it('is refused where there is none', async () => {
    await expect(readMeasurements(path.join(folder, 'none.csv'))).rejects.toThrow(/there is no such file/);
    await expect(readMeasurements(folder)).rejects.toThrow(/is a folder/);
  });

  it.skipIf(referenceDataMissing)('may be those of published measurements', async () => {
    expect(await readMeasurements(referenceData('a100_serving_measurements.csv'))).toHaveLength(51);
    const external = await readMeasurements(referenceData('a100_external_measurements.csv'));
    expect(external).toHaveLength(168);
    expect(external[0]).toMatchObject({
      model: 'gpt3-175b',
      tp: 8,
      totalMs: 488.86,
      stack: 'fastertransformer',
    });
  });
});

/** At concurrency 8, kept there: 8 = completed/duration · seconds in the server. */
const RUN = {
  date: '20240517-101500',
  model_id: 'meta-llama/Llama-2-70b-hf',
  request_rate: 'inf',
  max_concurrency: 8,
  duration: 64,
  completed: 80,
  total_input_tokens: 40_960,
  total_output_tokens: 10_240,
  mean_ttft_ms: 400,
  median_ttft_ms: 380,
  mean_tpot_ms: 6000 / 127,
  median_itl_ms: 46,
  mean_itl_ms: 47.2,
  ttfts: [0.3, 0.4],
};

describe('a result of `vllm bench serve`', () => {
  it('gives the decode step at its concurrency, and no prompt', async () => {
    expect(await readMeasurements(fileWith('run.json', JSON.stringify(RUN, null, 2)))).toEqual([
      {
        line: 1,
        promptTokens: 512,
        batch: 8,
        outputTokens: 128,
        tokenMs: 46,
        date: '2024-05-17',
        source: 'vllm bench serve of meta-llama/Llama-2-70b-hf',
      },
    ]);
  });

  it('gives the prompt too at concurrency 1', async () => {
    const single = { ...RUN, max_concurrency: 1, duration: 512 };
    expect(await readMeasurements(fileWith('one.json', JSON.stringify(single)))).toMatchObject([
      { batch: 1, promptMs: 380, tokenMs: 46 },
    ]);
  });

  it('may be one of several in a file: a list, lines, or rows of a CSV file with the same names', async () => {
    const line = JSON.stringify(RUN);
    for (const [name, text] of [
      ['list.json', `[${line},${line}]`],
      ['lines.json', `${line}\n${line}\n`],
    ]) {
      expect(await readMeasurements(fileWith(name, text))).toHaveLength(2);
    }
    const { ttfts: _, ...plain } = RUN;
    const csv = `${Object.keys(plain).join(',')}\n${Object.values(plain).join(',')}\n`;
    expect(await readMeasurements(fileWith('sweep.csv', csv))).toMatchObject([
      { line: 2, batch: 8, tokenMs: 46 },
    ]);
  });

  it.each([
    [
      'without a limit of concurrency',
      { max_concurrency: null },
      /^run\.json:1: max_concurrency is not set, .*run with --max-concurrency N/,
    ],
    [
      'at a rate that leaves the server half empty',
      { duration: 128 },
      /^run\.json:1: on average only 50 % of max_concurrency 8/,
    ],
    [
      'with so short outputs that most steps hold prompts',
      { total_output_tokens: 800, mean_tpot_ms: 6000 / 9 },
      /with 10 output tokens at concurrency 8 .*use at least 32 output tokens/,
    ],
    ['of which nothing finished', { completed: 0 }, /^run\.json:1: completed is "0"; /],
    ['without a gap between tokens', { median_itl_ms: null }, /median_itl_ms is ""; /],
  ])('is refused %s', async (_, change, message) => {
    expect((await problemsOf('run.json', JSON.stringify({ ...RUN, ...change })))[0]).toMatch(message);
  });
});
