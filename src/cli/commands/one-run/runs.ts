// `fleetday runs`: what results there are.
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('runs')
    .description('list the runs in a folder: scenario, cost, SLO, whether they are whole')
    .argument('[dir]', 'folder of the runs, or of one', 'out')
    .option('--json', 'print JSON')
    .action(runsCommand);
}

async function runsCommand(dir: string, { json }: { json?: boolean }): Promise<void> {
  const [{ listRuns }, { runsJson, runsText }] = await Promise.all([
    import('../../../report/runs/list.ts'),
    import('../../../report/runs/show.ts'),
  ]);
  const runs = listRuns(dir);
  process.stdout.write(json ? runsJson(runs) : runsText(dir, runs));
}
