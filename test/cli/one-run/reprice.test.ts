import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, QUICK } from '../cli.ts';

const cwd = temporaryFolder();
const SET = ['--set', 'economics.region=gansu', '--set', 'economics.maintenance=0.1'];

beforeAll(() => {
  writeFileSync(path.join(cwd, 'quick.yaml'), QUICK);
  expect(fleetday(['run', 'quick.yaml', '--plain', '--out', 'own'], { cwd }).code).toBe(0);
});

describe('fleetday reprice', () => {
  it('prints old beside new', () => {
    const { code, stdout } = fleetday(['reprice', 'own', ...SET], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^own with economics\.region=gansu, economics\.maintenance=0\.1\n/);
    expect(stdout).toMatch(/ +electricity +\$0\.00\d+ +\$0\.00\d+ +−28\.0 %\n/);
    expect(stdout).toMatch(/ +maintenance +\$0 +\$0\.0\d+\n/);
  });

  it('writes the files of a run at these prices, the same as one simulated with them', () => {
    expect(fleetday(['reprice', 'own', ...SET, '--out', 'repriced'], { cwd }).code).toBe(0);
    expect(fleetday(['run', 'quick.yaml', ...SET, '--plain', '--out', 'simulated'], { cwd }).code).toBe(0);
    expect(contents(path.join(cwd, 'repriced'))).toEqual(contents(path.join(cwd, 'simulated')));
  });

  it('with nothing set leaves every file as it is', () => {
    expect(fleetday(['reprice', 'own', '--out', 'same'], { cwd }).code).toBe(0);
    expect(contents(path.join(cwd, 'same'))).toEqual(contents(path.join(cwd, 'own')));
  });

  it('prints JSON with both values of every figure that changed', () => {
    const { stdout } = fleetday(['reprice', 'own', ...SET, '--json'], { cwd });
    const { figures, partial } = JSON.parse(stdout) as {
      figures: Record<string, { before: number; after: number }>;
      partial: boolean;
    };
    expect(partial).toBe(false);
    // Price and PUE of the region, in the place of 0.08 $/kWh and 1.2.
    expect(figures.electricity_usd.after / figures.electricity_usd.before).toBeCloseTo(
      (0.398 / 7.2 / 0.08 / 1.2) * 1.25,
      9,
    );
    expect(figures.region).toEqual({ before: null, after: 'gansu' });
  });

  it.each([
    ['no such folder', ['reprice', 'nowhere'], 'nowhere: holds no results of a run'],
    ['the run itself as --out', ['reprice', 'own', '--out', './own/'], '--out ./own/: is the run itself'],
    [
      'a folder with results as --out',
      ['reprice', 'own', '--out', 'repriced'],
      'repriced holds results already',
    ],
    [
      'a file that is not there',
      ['reprice', 'own', '--set', 'economics.electricity={kind: hourly, file: p.csv}'],
      'p.csv',
    ],
  ])('refuses %s in one line, without a stack', (_, args, message) => {
    const { code, stderr } = fleetday(args, { cwd });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('refuses files that are damaged, or not of one run', () => {
    const folder = path.join(cwd, 'damaged');
    mkdirSync(folder);
    const files = contents(path.join(cwd, 'own'));
    const save = (changes: Record<string, string>) => {
      for (const [name, text] of Object.entries({ ...files, ...changes }))
        writeFileSync(path.join(folder, name), text);
    };
    const lines = files['energy.csv'].split('\r\n');
    const refusal = () => fleetday(['reprice', 'damaged'], { cwd });

    save({ 'energy.csv': [...lines.slice(0, 2), 'pool-1,60,120,,,'].join('\r\n') });
    expect(refusal()).toMatchObject({ code: 2 });
    expect(refusal().stderr).toContain('damaged/energy.csv:3: has 6 of');

    save({
      'energy.csv': [lines[0], lines[1].replace(/^([^,]*,[^,]*,[^,]*),[^,]*/, '$1,'), lines[2], ''].join(
        '\r\n',
      ),
    });
    expect(refusal().stderr).toContain('a number is missing in the window that starts at 0 s');

    save({ 'scenario.resolved.yaml': files['scenario.resolved.yaml'].replace('pue: 1.2', 'pue: 1.9') });
    expect(refusal().stderr).toContain('summary.json says');
    expect(refusal().code).toBe(2);
  });
});

describe('fleetday explain', () => {
  it('lists figures, and shows how one came about', () => {
    const list = fleetday(['explain', 'own'], { cwd });
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/\nMoney\n {2}electricity_usd /);
    const one = fleetday(['explain', 'own', 'amortization_usd'], { cwd });
    // One node of $199,000 for two minutes.
    expect(one.stdout).toContain(
      '= 1 × 0.0333333333 × (199,000 × (1 + 0) − 0) ÷ (5 × 8,760)\n  = $0.151445967',
    );
  });

  it('prints JSON and Markdown', () => {
    const { stdout } = fleetday(['explain', 'own', 'total_usd', '--json'], { cwd });
    const summary = JSON.parse(readFileSync(path.join(cwd, 'own', 'summary.json'), 'utf8')) as {
      total_usd: number;
    };
    expect((JSON.parse(stdout) as { value: number }).value).toBeCloseTo(summary.total_usd, 12);
    expect(fleetday(['explain', 'own', '--markdown'], { cwd }).stdout).toMatch(/^## it_kwh = /);
  });

  it.each([
    ['a figure that there is not', ['explain', 'own', 'electricity'], 'did you mean "electricity_usd"?'],
    [
      'one that this run has not',
      ['explain', 'own', 'demand_charge_usd'],
      'this run has no demand_charge_usd',
    ],
    ['no results', ['explain', 'nowhere'], 'nowhere: holds no results of a run'],
    ['two forms at once', ['explain', 'own', '--json', '--markdown'], 'give one of them'],
  ])('refuses %s', (_, args, message) => {
    const { code, stderr } = fleetday(args, { cwd });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
