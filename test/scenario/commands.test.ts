import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as scenarios from '../../src/cli/commands/scenarios/scenarios.ts';
import * as schema from '../../src/cli/commands/scenarios/schema.ts';
import * as validate from '../../src/cli/commands/scenarios/validate.ts';
import { fileWith, MINIMAL } from './scenario-text.ts';

afterEach(() => vi.restoreAllMocks());

async function printed(...argv: string[]): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const program = new Command();
  for (const command of [scenarios, schema, validate]) command.register(program);
  await program.parseAsync(argv, { from: 'user' });
  return text;
}

describe('fleetday validate', () => {
  it('prints a line per valid file', async () => {
    const file = fileWith(MINIMAL);
    expect(await printed('validate', file, '--set', 'duration=10m')).toBe(
      `${file}: valid (1 replica, duration 10 min)\n`,
    );
  });

  it('collects the mistakes of all files, those of the command line once', async () => {
    const bad = fileWith('seed: x\n', 'bad.yaml');
    const worse = fileWith('seed: y\n', 'worse.yaml');
    const run = printed('validate', bad, fileWith(MINIMAL), worse, '--set', 'duration=0');
    await expect(run).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/bad\.yaml:1:1 workload\.arrivals: is missing/),
        expect.stringMatching(/bad\.yaml:1:7 seed: /),
        '--set duration=0: must be at least 1 (seconds), got 0; raise it',
        expect.stringMatching(/worse\.yaml:1:1 workload\.arrivals: is missing/),
        expect.stringMatching(/worse\.yaml:1:7 seed: /),
      ],
    });
  });
});

describe('fleetday schema and scenarios', () => {
  it('print JSON, the reference in Markdown, and a line per scenario', async () => {
    expect(JSON.parse(await printed('schema'))).toMatchObject({ type: 'object', title: 'fleetday scenario' });
    expect(await printed('schema', '--markdown')).toMatch(/^# The scenario file\n/);
    expect(await printed('scenarios')).toMatch(/^chatgpt-2023 +250 million questions /m);
  });
});
