// `fleetday scenarios`: what ships with the program, one line each.
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('scenarios')
    .description('list the scenarios that ship')
    .action(async () => {
      const { failureScenarios, shippedScenarios } = await import('../../../scenario/shipped.ts');
      const failures = failureScenarios().map(({ name, title }) => ({ name: `failures/${name}`, title }));
      const scenarios = [...shippedScenarios(), ...failures];
      const width = Math.max(...scenarios.map(({ name }) => name.length));
      for (const { name, title } of scenarios) process.stdout.write(`${name.padEnd(width)}  ${title}\n`);
    });
}
