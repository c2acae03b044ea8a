// `fleetday export`: the tables of a run in other formats, for DuckDB, pandas, spreadsheets and pipes.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { ExportOptions, Format } from '../../export/targets.ts';

interface ExportCommandOptions {
  format: string;
  table?: string;
  out?: string;
  force?: boolean;
}

export function register(program: Command): void {
  program
    .command('export')
    .description('write the tables of a run as Parquet, CSV or JSON lines')
    .argument('<dir>', 'folder of its results')
    .requiredOption('--format <format>', 'parquet, csv or jsonl')
    .option(
      '--table <name>',
      'windows, hourly, ledger, scaling, requests or summary (default: all that the run has)',
    )
    .option(
      '--out <path>',
      'a folder, a file, or - for standard output (default: Parquet of windows and hours beside the results, text to standard output)',
    )
    .option('--force', 'replace files that exist')
    .action(exportCommand);
}

async function exportCommand(dir: string, options: ExportCommandOptions): Promise<void> {
  const [{ openTable, tableFile, TABLES, tablesIn }, { FORMATS, STANDARD_OUTPUT, targetsOf, ...write }] =
    await Promise.all([import('../../../report/export/tables.ts'), import('../../export/targets.ts')]);
  const asked: ExportOptions = {
    format: oneOf('--format', FORMATS, options.format),
    table: options.table === undefined ? undefined : oneOf('--table', TABLES, options.table),
    out: options.out,
    force: options.force ?? false,
  };
  const { format } = asked;
  const there = tablesIn(dir);
  if (asked.table !== undefined) tableFile(dir, asked.table);
  for (const { table, file } of targetsOf(dir, there, asked)) {
    const isStored = table === 'requests' && format === 'parquet';
    if (isStored) await write.writeToFile(file, { copiedFrom: tableFile(dir, table) });
    else {
      const pieces = piecesOf(await openTable(dir, table), format);
      if (file === STANDARD_OUTPUT) await write.writeToStandardOutput(pieces as AsyncIterable<string>);
      else await write.writeToFile(file, pieces);
    }
    if (file !== STANDARD_OUTPUT) process.stdout.write(`${file}\n`);
  }
}

type Opened = Awaited<ReturnType<typeof import('../../../report/export/tables.ts').openTable>>;

async function* piecesOf(table: Opened, format: Format): AsyncGenerator<string | Uint8Array> {
  if (format === 'parquet') {
    const { parquetBytes } = await import('../../../report/parquet/write.ts');
    yield await parquetBytes(table);
  } else {
    const { tableText } = await import('../../../report/export/text.ts');
    yield* tableText(table, format);
  }
}

function oneOf<Name extends string>(option: string, names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UserError(`${option}: must be one of ${names.join(', ')}, got "${text}"`);
}
