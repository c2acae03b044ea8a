// `npm run bench`: measures section by section, prints each as it is done. How each figure is measured: README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { version } from '../src/cli/version.ts';
import { UserError } from '../src/kernel/user-error.ts';
import { parseOptions } from './options.ts';
import { changes, changesText } from './report/compare.ts';
import type { BenchReport, Section } from './report/figures.ts';
import { headline, thisMachine } from './report/machine.ts';
import { withTable } from './report/readme.ts';
import { sectionText } from './report/table.ts';
import { SECTIONS } from './sections/index.ts';

const README = fileURLToPath(new URL('README.md', import.meta.url));

function main(): void {
  const options = parseOptions(process.argv.slice(2));
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  const sections: Section[] = [];
  const date = new Date().toISOString().slice(0, 10);
  const report: BenchReport = {
    version: version(),
    date,
    quick: options.quick,
    machine: thisMachine(),
    sections,
  };
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (!options.json) print(headline(report));
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const progress = (what: string) => void process.stderr.write(`… ${name}: ${what}\n`);
    const section = measure({ quick: options.quick, week: options.week, progress });
    sections.push(section);
    if (!options.json) print(`\n${sectionText(section)}`);
  }
  if (options.json) print(JSON.stringify(report, undefined, 2));
  if (earlier !== undefined) {
    // Beside a JSON document, which must stay one.
    const stream = options.json ? process.stderr : process.stdout;
    stream.write(`\nSince ${headline(earlier)}\n${changesText(changes(earlier, report))}\n`);
  }
  if (options.write) {
    const table = [headline(report), ...sections.map(sectionText)].join('\n\n');
    writeFileSync(README, withTable(readFileSync(README, 'utf8'), table));
  }
}

function readReport(file: string): BenchReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BenchReport;
  } catch (error) {
    throw new UserError(`--compare: ${file} is no JSON of the bench: ${(error as Error).message}`);
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  for (const problem of error.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
