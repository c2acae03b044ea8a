// `fleetday zoo`: all scaling policies through all scenarios that show a known failure, and who survives what.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { threadCount } from '../../options/numbers.ts';
import { version } from '../../version.ts';

export interface ZooCommandOptions {
  policies: string[];
  scenarios: string[];
  threads?: string;
  json?: boolean;
  markdown?: boolean;
}

export function register(program: Command): void {
  program
    .command('zoo')
    .description('all scaling policies through all known failures: who survives what')
    .option('--policies <list>', 'some policies only, or mine=hpa:{...}; may be repeated', collect, [])
    .option('--scenarios <list>', 'some scenarios of scenarios/failures only; may be repeated', collect, [])
    .option('--threads <n>', 'simulating threads; changes no result (default: one per core)')
    .option('--json', 'print JSON')
    .option('--markdown', 'print Markdown, as docs/zoo.md is made')
    .action(zooCommand);
}

async function zooCommand(options: ZooCommandOptions): Promise<void> {
  const threads = threadCount(options.threads) ?? availableParallelism();
  if (options.json && options.markdown)
    throw new UserError('--markdown: contradicts --json; give one of them');
  await (await import('../../../scenario/load/preload.ts')).preloadAll();
  const [{ runZoo }, { chosenOfZoo }, { zooMarkdown, zooText }] = await Promise.all([
    import('../../../experiment/zoo/matrix.ts'),
    import('../../../experiment/zoo/choice.ts'),
    import('../../../experiment/zoo/text.ts'),
  ]);
  const zoo = await runZoo({
    ...chosenOfZoo(options),
    version: version(),
    threads,
    onProgress: showProgress,
  });
  if (options.json) process.stdout.write(`${JSON.stringify(zoo, null, 2)}\n`);
  else if (options.markdown) process.stdout.write(zooMarkdown(zoo, { version: version(), date: today() }));
  else process.stdout.write(zooText(zoo));
}

/** One line that is renewed; in a file or pipe only now and then. */
function showProgress(done: number, of: number): void {
  const { stderr } = process;
  const text = `${done} of ${of} runs finished`;
  if (stderr.isTTY) stderr.write(`\r\u001B[K${done === of ? '' : text}`);
  else if (done === of || done % 50 === 0) stderr.write(`${text}\n`);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
