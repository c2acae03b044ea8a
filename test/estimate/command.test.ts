// `fleetday estimate`: settings, mistakes, forms of output.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listing, readEstimate, register, shown } from '../../src/cli/commands/facts/estimate.ts';
import { PRESETS } from '../../src/estimate/presets/registry.ts';
import { UserError } from '../../src/kernel/user-error.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

afterEach(() => vi.restoreAllMocks());

const folder = temporaryFolder();

/** What `fleetday estimate …` prints. */
async function printed(...args: string[]): Promise<string> {
  vi.restoreAllMocks();
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const program = new Command();
  register(program);
  await program.parseAsync(['estimate', ...args], { from: 'user' });
  return write.mock.calls.map(([text]) => text).join('');
}

function problemsOf(preset: string, set: string[], options = {}): readonly string[] {
  try {
    readEstimate(preset, { set, ...options });
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

describe('fleetday estimate', () => {
  test('alone lists the presets', async () => {
    const text = await printed();
    for (const { name, title } of PRESETS) expect(text).toMatch(new RegExp(`  ${name} +${title}`));
    expect(JSON.parse(await printed('--json'))).toHaveLength(PRESETS.length);
  });

  test('prints every step in words, in numbers and with its value', async () => {
    const text = await printed('visitors');
    expect(text).toContain(
      '  DGX A100 = round up (A100 ÷ GPUs of a server)\n    = round up (30,382 ÷ 8)\n    = 3,798   (published: 3,798)\n',
    );
    expect(text).toContain('= US$ 47,349   (published: US$ 47,349)');
    expect(text).toContain('= US$ 47,436\n');
    expect(text).toContain('= US$ 1.00 per GPU-hour');
  });

  test('takes numbers of the user’s own, as people write them, and says what they replace', async () => {
    const set = ['visitsPerDay=50M', 'wattsPerServer=6.5 kW', 'usdPerKwh=$0.10/kWh'];
    const { values } = readEstimate('visitors', { set });
    // 60,764 A100, 7,596 servers, 1,085 racks of 45.5 kW.
    expect(values).toMatchObject({ gpus: 60_764, servers: 7596, racks: 1085, kwhPerDay: 1_184_820 });
    expect(values.electricityUsdPerDay).toBeCloseTo(118_482, 6);
    expect(await printed('visitors', '--set', set[0])).toContain(
      'yours; otherwise 25,000,000, broker estimate',
    );
    expect(readEstimate('training', { set: ['mfu=50%'] }).values.mfu).toBe(0.5);
  });

  test('reports every mistake at once, with what was meant', () => {
    const problems = problemsOf(
      'visitors',
      [
        'visitPerDay=5',
        'usdPerKwh=-1',
        'questionsPerVisit=NaN',
        'wordsPerQuestion=2.5',
        'usdPerRack',
        'usdPerRack=',
      ],
      { json: true, markdown: true, threads: '2' },
    );
    expect(problems).toHaveLength(8);
    expect(problems[0]).toMatch(/^--json and --markdown: give one/);
    expect(problems[1]).toMatch(/^--threads: goes with --simulate/);
    expect(problems[2]).toMatch(/^--set visitPerDay=5: .*did you mean "visitsPerDay"/);
    expect(problems[3]).toMatch(/^--set usdPerKwh=-1: must be from 0 to 100;/);
    expect(problems[4]).toMatch(/^--set questionsPerVisit=NaN: is not a number/);
    expect(problems[5]).toMatch(/whole number/);
    expect(problems[6]).toMatch(/has no "="/);
    expect(problems[7]).toMatch(/is empty/);
  });

  test('refuses infinities, zeros that are divided by, settings given twice and steps that are computed', () => {
    for (const set of [
      'parameters=1e999',
      'mfu=0',
      'gpusPerServer=0',
      'pue=0.9',
      'tokens=',
      'flop=1',
      'gpus=1e300',
    ]) {
      expect(problemsOf('training', [set]), set).toHaveLength(1);
    }
    expect(problemsOf('training', ['gpus=1', 'gpus=2'])).toEqual([
      '--set gpus=2: gpus is set twice; leave one out',
    ]);
  });

  test('names the preset that was meant, and refuses options that need one or another', () => {
    expect(problemsOf('visitor', [])[0]).toMatch(/no preset "visitor"; did you mean "visitors"\?/);
    expect(problemsOf('training', [], { simulate: true })[0]).toMatch(/^--simulate: only visitors/);
    expect(() => listing({ set: ['a=1'], svg: 'x.svg', simulate: true, threads: '1' })).toThrow(
      /--set.*\n--svg.*\n--simulate.*\n--threads/,
    );
  });

  test('prints JSON from which every step can be worked out again', async () => {
    const { assumptions, chains, sensitivity } = JSON.parse(await printed('training', '--json'));
    const known = Object.fromEntries(assumptions.map(({ name, value }: never) => [name, value]));
    for (const { steps } of chains) for (const { name, value } of steps) known[name] = value;
    expect(known.petaflopDays).toBeCloseTo(known.flop / 8.64e19, 9);
    for (const { steps } of chains) {
      for (const { inputs } of steps) for (const name of inputs) expect(known).toHaveProperty(name);
    }
    expect(sensitivity[0]).toMatchObject({ answer: 'usd', value: known.usd });
  });

  test('writes the chart where it is told to, or says why it cannot', async () => {
    const file = path.join(folder, 'tornado.svg');
    await printed('visitors', '--svg', file);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg .*electricity a day/s);
    await expect(printed('visitors', '--svg', path.join(folder, 'none', 'x.svg'))).rejects.toThrow(
      /--svg .*cannot be written: its folder does not exist/,
    );
  });
});

describe('docs/estimate.md', () => {
  const RENEW = 'out of date: npx vitest run test/estimate/command.test.ts -u renews it';

  test('is what the program prints', async () => {
    await expect(listing({ set: [], markdown: true }), RENEW).toMatchFileSnapshot(
      path.resolve('docs/estimate.md'),
    );
  });

  test('shows the chart of the visitors estimate', async () => {
    const file = path.join(folder, 'visitors.svg');
    await printed('visitors', '--svg', file);
    await expect(readFileSync(file, 'utf8'), RENEW).toMatchFileSnapshot(path.resolve('docs/estimate.svg'));
  });

  test('holds the tables of one preset as that preset prints them', () => {
    const { preset, values } = readEstimate('five-part', { set: [] });
    expect(listing({ set: [], markdown: true })).toContain(
      shown(preset, values, { set: [], markdown: true }),
    );
  });
});
