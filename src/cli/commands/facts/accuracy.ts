// `fleetday accuracy`: the performance model against measurements, its own references or the user's.
import type { Command } from 'commander';
import { compare, type Comparison, type Setting } from '../../../accuracy/compare/compare.ts';
import { EXCLUDING_FLAGS } from '../../../accuracy/compare/exclusions.ts';
import { readMeasurements, type Measurement } from '../../../accuracy/measurements.ts';
import { REFERENCES } from '../../../accuracy/references.ts';
import { comparisonJson } from '../../../accuracy/show/json.ts';
import { scatterSvg } from '../../../accuracy/show/scatter.ts';
import { comparisonTables } from '../../../accuracy/show/tables.ts';
import { markdownTables, textTables } from '../../../accuracy/show/text.ts';
import { GPUS } from '../../../catalog/gpus.ts';
import { MODELS } from '../../../catalog/models.ts';
import { STACKS } from '../../../catalog/stacks.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { keyList, readKey, readModel, readStack } from '../../options/serving.ts';
import { writeFile } from '../../write-file.ts';

/** As commander hands them over: text, unchecked. */
export interface AccuracyOptions {
  measurements?: string[];
  model?: string;
  gpu: string;
  tp?: string;
  stack?: string;
  json?: boolean;
  markdown?: boolean;
  svg?: string;
}

const PROBLEMS_MAX = 20;

export function register(program: Command): void {
  program
    .command('accuracy')
    .description('the performance model against measurements: published ones, or your own')
    .option('--measurements <file...>', 'CSV files to compare with, instead of the built-in references')
    .option('--model <name>', `model of rows that name none: ${keyList(MODELS)}, or a config.json`)
    .option('--gpu <name>', `GPU of rows that name none: ${keyList(GPUS)}`, 'a100-80gb')
    .option('--tp <n>', 'tensor-parallel degree of rows that name none')
    .option('--stack <name>', `predict all rows with this stack: ${keyList(STACKS)}, or a stack file`)
    .option('--json', 'print JSON, with every value')
    .option('--markdown', 'print Markdown tables')
    .option('--svg <file>', 'write a scatter plot as well')
    .addHelpText(
      'after',
      '\nColumns: prompt_tokens, batch, output_tokens and any of prompt_ms, token_ms, e2e_ms, total_ms,' +
        '\ndecode_power_frac, prefill_peak_power_frac; model, gpu, tp, stack; and notes, where one of' +
        `\n${EXCLUDING_FLAGS.join(', ')} leaves a row's values out.`,
    )
    .action(async (options: AccuracyOptions) => {
      process.stdout.write(await accuracyOutput(options));
    });
}

/** What is printed; writes the SVG. Throws one UserError with everything that is wrong with the options. */
export async function accuracyOutput(options: AccuracyOptions): Promise<string> {
  const setting = readSetting(options);
  const files = options.measurements;
  const comparison = files ? await compareFiles(files, setting) : compare(REFERENCES, setting);
  const subject = files ? files.join(', ') : 'built-in references, A100';
  if (options.svg !== undefined) writeFile('--svg', options.svg, scatterSvg(comparison, subject));
  if (options.json) {
    const json = comparisonJson(comparison, files ?? ['built-in references']);
    return `${JSON.stringify(json, null, 2)}\n`;
  }
  const tables = comparisonTables(comparison);
  if (options.markdown) return markdownTables(tables);
  return (
    `Predicted against measured: ${subject}, ${comparison.rows} ${comparison.rows === 1 ? 'row' : 'rows'}\n` +
    `|predicted / measured − 1| in percent; bias is the mean with its sign\n\n${textTables(tables)}`
  );
}

function readSetting({ model, gpu, tp, stack, ...options }: AccuracyOptions): Setting {
  const problems: string[] = [];
  const setting: Setting = {
    model: model === undefined ? undefined : readModel(model, problems),
    gpu: readKey(GPUS, 'gpu', gpu, problems),
    stack: stack === undefined ? undefined : readStack(stack, problems),
    tp: tp === undefined ? undefined : Number(tp),
  };
  if (tp !== undefined && !/^[1-9]\d{0,3}$/.test(tp)) {
    problems.push(`--tp: got "${tp}"; give a whole number of GPUs, such as 8`);
  }
  if (options.json && options.markdown) problems.push('--json and --markdown: give one of them');
  if (problems.length > 0) throw new UserError(problems);
  return setting;
}

/** Throws a UserError where no row of the files can be compared. */
async function compareFiles(files: readonly string[], setting: Setting): Promise<Comparison> {
  const rows: Measurement[] = [];
  const fileOf = new Map<Measurement, string>();
  for (const file of files) {
    for (const row of await readMeasurements(file)) {
      rows.push(row);
      fileOf.set(row, file);
    }
  }
  const comparison = compare(rows, setting);
  if (comparison.values.length > 0) return comparison;
  const problems = comparison.unanswered.map(
    ({ row, reason }) => `${fileOf.get(row)}:${row.line}: ${reason}`,
  );
  if (problems.length > PROBLEMS_MAX) {
    problems.splice(PROBLEMS_MAX, Infinity, `… and ${problems.length - PROBLEMS_MAX} more`);
  }
  throw new UserError(problems);
}
