// `fleetday validate`: reads scenario files and their overrides and says what is wrong with them, without running.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { LoadedScenario } from '../../../scenario/scenario.ts';

export function register(program: Command): void {
  program
    .command('validate')
    .description('check scenario files, all mistakes at once')
    .argument('<scenario.yaml...>', 'scenario files')
    .option('--set <path=value>', 'override a value of the scenarios; may be repeated', collect, [])
    .action(async (files: string[], options: { set: string[] }) => {
      const [{ loadScenario }, { preload }, { loadOwnPolicies }] = await Promise.all([
        import('../../../scenario/load.ts'),
        import('../../../scenario/load/preload.ts'),
        import('../../../run/policies/own-policies.ts'),
      ]);
      const problems: string[] = [];
      for (const file of files) {
        try {
          await preload(file, options.set);
          const loaded = loadScenario(file, options.set);
          // Nothing is run: programs are started when they are first asked.
          await loadOwnPolicies(loaded.scenario, { allowExec: true });
          process.stdout.write(`${validLine(file, loaded)}\n`);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          problems.push(...error.problems);
        }
      }
      // The same mistake on the command line is found again with every file.
      if (problems.length > 0) throw new UserError([...new Set(problems)]);
    });
}

function validLine(file: string, { scenario: { pools, durationSeconds } }: LoadedScenario): string {
  const replicas = pools.reduce((sum, pool) => sum + pool.replicas, 0);
  return `${file}: valid (${replicas} ${replicas === 1 ? 'replica' : 'replicas'}, duration ${duration(durationSeconds)})`;
}

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function collect(value: string, values: string[]): string[] {
  return [...values, value];
}
