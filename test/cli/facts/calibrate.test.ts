// From measurements to a stack file, and from there to `perf` and to a simulated day.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { calibrateOutput } from '../../../src/cli/commands/facts/calibrate.ts';
import { perfReport } from '../../../src/cli/commands/facts/perf.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday } from '../cli.ts';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const HEADER = 'prompt_tokens,batch,output_tokens,prompt_ms,token_ms,tp';

/** What `perf` answers for LMDeploy's preset, as if somebody had measured it. */
function benchmark(): string {
  const rows = [4, 8].flatMap((tp) =>
    [128, 512, 1024].flatMap((prompt) =>
      [1, 8, 32].map((batch) => {
        const { prompt_ms, token_ms } = perf('lmdeploy', { tp, prompt, batch });
        return [prompt, batch, 128, prompt_ms, token_ms, tp].join(',');
      }),
    ),
  );
  return `${HEADER}\n${rows.join('\n')}\n`;
}

function perf(stack: string, { tp, prompt, batch }: { tp: number; prompt: number; batch: number }) {
  return perfReport({
    model: 'llama2-70b',
    gpu: 'a100-80gb',
    tp: String(tp),
    stack,
    prompt: String(prompt),
    batch: String(batch),
    output: '128',
  });
}

describe('fleetday calibrate', () => {
  writeFileSync(at('bench.csv'), benchmark());
  const options = { model: 'llama2-70b', gpu: 'a100-80gb' };

  it('writes a stack file that answers `perf` as the measured stack does, and counts as measured', async () => {
    const printed = await calibrateOutput([at('bench.csv')], {
      ...options,
      out: at('stack.yaml'),
      name: 'ours',
    });
    expect(printed).toContain('Llama-2-70B on NVIDIA A100 80GB SXM, tp 4, 8: 18 rows, 36 measured times');
    expect(printed).toMatch(/^attention .* 0\.353 /m);
    for (const batch of [
      { tp: 4, prompt: 256, batch: 4 },
      { tp: 8, prompt: 2000, batch: 20 },
    ]) {
      const own = perf(at('stack.yaml'), batch);
      const preset = perf('lmdeploy', batch);
      expect(own).toMatchObject({ stack: 'ours', step_times: 'measured', step_time_error_reasons: [] });
      expect(own.prompt_ms! / preset.prompt_ms!).toBeCloseTo(1, 3);
      expect(own.token_ms! / preset.token_ms!).toBeCloseTo(1, 3);
    }
  });

  it('says what a stack file is worth for another model, GPU or format', () => {
    const reasons = (change: object) =>
      perfReport({
        ...options,
        tp: '8',
        stack: at('stack.yaml'),
        prompt: '128',
        batch: '1',
        output: '16',
        ...change,
      }).step_time_error_reasons;
    expect(reasons({ model: 'llama2-13b' })).toEqual(['model not measured on this stack']);
    expect(reasons({ gpu: 'a100-40gb' })).toEqual(['GPU not measured']);
    expect(reasons({ weights: 'int8' })).toEqual(['int8 weights']);
    const text = readFileSync(at('stack.yaml'), 'utf8');
    writeFileSync(at('bare.yaml'), text.slice(0, text.indexOf('calibration:')));
    expect(reasons({ stack: at('bare.yaml') })).toEqual(['stack not validated']);
  });

  it('makes a day that gives the same bytes from its resolved scenario, without the stack file', () => {
    writeFileSync(
      at('day.yaml'),
      `
duration: 2m
workload: { arrivals: { kind: constant, requestsPerSecond: 2 } }
fleet: { pools: [{ model: llama2-70b, tp: 8, replicas: 1, stack: ./stack.yaml }] }
`,
    );
    expect(loadScenario(at('day.yaml'), []).scenario.pools[0].perf).toMatchObject({
      stack: { title: 'ours' },
    });
    const first = fleetday(['run', at('day.yaml'), '--quiet', '--out', at('first')]);
    expect(first).toEqual({ code: 0, stdout: '', stderr: '' });
    const again = ['run', path.join(at('first'), 'scenario.resolved.yaml'), '--quiet', '--out', at('again')];
    writeFileSync(at('stack.yaml'), 'title: broken');
    expect(fleetday(again).code).toBe(0);
    expect(contents(at('again'))).toEqual(contents(at('first')));
    const preset = [
      'run',
      at('day.yaml'),
      '--quiet',
      '--set',
      'fleet.pools[0].stack=lmdeploy',
      '--out',
      at('preset'),
    ];
    expect(fleetday(preset).code).toBe(0);
    const ttft = (name: string) =>
      (JSON.parse(readFileSync(path.join(at(name), 'summary.json'), 'utf8')) as { mean_ttft_ms: number })
        .mean_ttft_ms;
    expect(ttft('first') / ttft('preset')).toBeCloseTo(1, 2);
  });

  it('prints JSON of the same', async () => {
    const json = JSON.parse(await calibrateOutput([at('bench.csv')], { ...options, json: true })) as {
      constants: Record<string, { value: number; interval_95: number[] | null; not_fitted: string | null }>;
    };
    expect(json.constants.decodeAttentionEfficiency.value).toBeCloseTo(0.353, 3);
    expect(json.constants.cpuSecondsPerLayer).toMatchObject({ value: 0, interval_95: null });
    expect(json.constants.cpuSecondsPerLayer.not_fitted).toMatch(/as well without/);
  });

  it('fits results of `vllm bench serve`, one file for each run', async () => {
    const runs = [1, 2, 8, 32].map((concurrency) => {
      const { token_ms, prompt_ms } = perf('lmdeploy', { tp: 4, prompt: 512, batch: concurrency });
      const e2eSeconds = (prompt_ms! + 511 * token_ms!) / 1000;
      const file = at(`run-${concurrency}.json`);
      const result = {
        max_concurrency: concurrency,
        completed: 100,
        duration: (100 * e2eSeconds) / concurrency,
        total_input_tokens: 51_200,
        total_output_tokens: 51_200,
        mean_ttft_ms: prompt_ms,
        median_ttft_ms: prompt_ms,
        mean_tpot_ms: token_ms,
        median_itl_ms: token_ms,
      };
      writeFileSync(file, JSON.stringify(result));
      return file;
    });
    const printed = await calibrateOutput(runs, { ...options, tp: '4' });
    expect(printed).toContain('tp 4: 4 rows, 5 measured times');
    expect(printed).toContain(
      'c_0 stands at its default 0 ms: every prompt measured has the same number of tokens',
    );
  });

  it('tells what is wrong with options and files', async () => {
    const problem = (files: string[], change: object) => calibrateOutput(files, { ...options, ...change });
    writeFileSync(at('kept.yaml'), 'mine');
    await expect(problem([at('bench.csv')], { out: at('kept.yaml') })).rejects.toThrow(/exists; .*--force/);
    expect(readFileSync(at('kept.yaml'), 'utf8')).toBe('mine');
    await expect(problem([at('bench.csv')], { out: at('stack.txt') })).rejects.toThrow(/ends in \.yaml/);
    await expect(problem([at('bench.csv')], { out: at('none/s.yaml') })).rejects.toThrow(
      /folder does not exist/,
    );
    await expect(problem([at('bench.csv')], { model: 'gpt-9', tp: '3' })).rejects.toThrow(
      /unknown model "gpt-9"[\s\S]*--tp: got "3"/,
    );
    await expect(problem([at('bench.csv')], { tp: '2' })).rejects.toThrow(/no measured time is left/);
    writeFileSync(at('bad.csv'), `${HEADER}\n1,1,1,x,1,8\n`);
    await expect(problem([at('bad.csv'), at('none.csv')], {})).rejects.toThrow(
      /bad\.csv:2: prompt_ms is "x"[\s\S]*none\.csv: there is no such file/,
    );
    writeFileSync(at('no-tp.csv'), 'prompt_tokens,batch,prompt_ms\n128,1,90\n');
    await expect(problem([at('no-tp.csv')], {})).rejects.toThrow(/no-tp\.csv:2: has no tp; give --tp/);
  });
});

describe('docs/calibration.md', () => {
  const page = readFileSync('docs/calibration.md', 'utf8');
  const block = (language: string) => new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(page)![1];

  it('shows what the command prints for the measurements that it shows', () => {
    writeFileSync(at('measurements.csv'), block('csv'));
    const [command] = block('sh').split('\n');
    expect(command).toMatch(/^npx fleetday calibrate /);
    const local = command.replace('npx fleetday', `node ${path.resolve('dist/cli/main.js')}`);
    const where = path.join(folder, 'docs');
    execFileSync('mkdir', ['-p', where]);
    writeFileSync(path.join(where, 'measurements.csv'), block('csv'));
    expect(execFileSync('sh', ['-c', local], { encoding: 'utf8', cwd: where })).toBe(block('text'));
    expect(existsSync(path.join(where, 'stack.yaml'))).toBe(true);
  });
});
