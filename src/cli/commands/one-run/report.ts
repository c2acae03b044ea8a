// `fleetday report`: a page for a browser from the results of a run, or a comparison of several.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';

interface ReportOptions {
  out?: string;
  capacity?: boolean;
}

export function register(program: Command): void {
  program
    .command('report')
    .description('make a page for a browser from the results of a run, or a comparison of several')
    .argument('<dirs...>', 'folders of results')
    .option(
      '--out <file>',
      'where it goes (default: report.html in the folder; comparison.html beside it)',
      fileName,
    )
    .option('--capacity', 'find what a replica holds within the SLO, for the charts; takes some seconds')
    .action(reportCommand);
}

async function reportCommand(dirs: string[], { out, capacity }: ReportOptions): Promise<void> {
  const [{ writeReport }, { reportOf, readTexts }] = await Promise.all([
    import('../../../report/html/write.ts'),
    import('../../../report/html/report.ts'),
  ]);
  const runs = [];
  for (const dir of dirs) {
    const texts = readTexts(dir);
    runs.push({ name: dir, texts, capacities: capacity ? await capacitiesOf(dir) : undefined });
  }
  const { file, bytes } = writeReport(dirs, await reportOf(runs), out);
  process.stdout.write(`${file} (${Math.ceil(bytes / 1000)} kB)\n`);
}

/** By pool; NaN where no rate holds the SLO, or none is set. */
async function capacitiesOf(dir: string): Promise<number[]> {
  const { readCapacities } = await import('../../conduct/report-capacities.ts');
  return readCapacities(dir);
}

function fileName(text: string): string {
  if (text !== '' && !text.startsWith('-')) return text;
  throw new UserError(`--out: is not the name of a file, got "${text}"; write one, e.g. report.html`);
}
