// `fleetday reprice`: the ledger of a finished run at other prices, without simulating again.
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { ResultFiles } from '../../../report/files.ts';

interface RepriceOptions {
  set: string[];
  json?: boolean;
  out?: string;
  force?: boolean;
}

export function register(program: Command): void {
  program
    .command('reprice')
    .description('what a finished run would have cost and emitted at other prices, without simulating again')
    .argument('<dir>', 'folder of its results')
    .option(
      '--set <path=value>',
      'a price of your own, e.g. economics.electricity=0.05; may be repeated',
      collect,
      [],
    )
    .option('--json', 'print JSON, with every figure that changed')
    .option('--out <dir>', 'write the run’s files with these prices to a folder of their own')
    .option('--force', 'replace results in that folder')
    .addHelpText(
      'after',
      '\nOnly keys below economics can be set: docs/scenario.md. Refused where prices steered the run. See docs/money.md.',
    )
    .action(repriceCommand);
}

async function repriceCommand(dir: string, { set, json, out, force = false }: RepriceOptions): Promise<void> {
  const [{ readResults }, { reprice }, { preload }] = await Promise.all([
    import('../../../report/saved-run/read.ts'),
    import('../../../report/reprice/reprice.ts'),
    import('../../../scenario/load/preload.ts'),
  ]);
  const saved = await readResults(dir);
  await preload('', set);
  const { comparison, files } = reprice(dir, saved, set);
  if (out !== undefined) await write(dir, out, { force, files: files() });
  const { repriceJson, repriceText } = await import('../../../report/reprice/text.ts');
  process.stdout.write(
    json ? `${JSON.stringify(repriceJson(comparison), null, 2)}\n` : repriceText(comparison),
  );
  if (out !== undefined && !json) process.stdout.write(`\nFiles in ${out}\n`);
}

async function write(
  dir: string,
  out: string,
  { force, files }: { force: boolean; files: ResultFiles },
): Promise<void> {
  if (path.resolve(out) === path.resolve(dir)) {
    throw new UserError(`--out ${out}: is the run itself; give another folder`);
  }
  const { prepareOutput, writeResults } = await import('../../../report/files.ts');
  prepareOutput(out, { force });
  writeResults(out, files);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
