// `fleetday diff`: what differs between two runs, and why as far as that is sure.
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('diff')
    .description('what differs between two runs: scenario, results, cost')
    .argument('<a>', "folder of a run's results")
    .argument('<b>', 'folder of another')
    .option('--all', 'every figure that differs, not only the main ones')
    .option('--json', 'print JSON, with every figure')
    .action(diffCommand);
}

interface DiffOptions {
  all?: boolean;
  json?: boolean;
}

async function diffCommand(a: string, b: string, { all = false, json }: DiffOptions): Promise<void> {
  const { differenceJson, differenceOf, differenceText } = await import('../../../report/diff/diff.ts');
  const difference = differenceOf(a, b);
  process.stdout.write(json ? differenceJson(difference) : differenceText(difference, { all }));
}
