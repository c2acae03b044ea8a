// `fleetday schema`: the JSON Schema of the scenario file, for editors, or the same as a table for people.
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of the scenario file')
    .option('--markdown', 'print the reference (docs/scenario.md) instead')
    .action(async ({ markdown }: { markdown?: boolean }) => {
      process.stdout.write(markdown ? await reference() : await jsonSchema());
    });
}

async function jsonSchema(): Promise<string> {
  const { scenarioJsonSchema } = await import('../../../scenario/json-schema.ts');
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

async function reference(): Promise<string> {
  const { scenarioReference } = await import('../../../scenario/reference.ts');
  return scenarioReference();
}
