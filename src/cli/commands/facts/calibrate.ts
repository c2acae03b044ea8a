// `fleetday calibrate`: a stack's constants from the user's own measurements, printed and written to a stack file.
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { calibrate } from '../../../accuracy/calibrate/calibrate.ts';
import { calibrationJson, calibrationText } from '../../../accuracy/calibrate/report.ts';
import { select, type FileRow } from '../../../accuracy/calibrate/select.ts';
import { stackYaml, type StackText } from '../../../accuracy/calibrate/stack-yaml.ts';
import { readMeasurements } from '../../../accuracy/measurements.ts';
import { COMPUTE_FORMATS, KV_FORMATS, WEIGHT_FORMATS } from '../../../catalog/formats.ts';
import { GPUS } from '../../../catalog/gpus.ts';
import { MODELS } from '../../../catalog/models.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { servedBy } from '../../../perf/served.ts';
import { keyList, readServing } from '../../options/serving.ts';

/** As commander hands them over: text, unchecked. */
export interface CalibrateOptions {
  model: string;
  gpu: string;
  tp?: string;
  onlyStack?: string;
  weights?: string;
  compute?: string;
  kvCache?: string;
  name?: string;
  out?: string;
  force?: boolean;
  json?: boolean;
}

/** As schema/stack.ts allows. */
const TITLE_LETTERS = 100;

export function register(program: Command): void {
  program
    .command('calibrate')
    .description('fit a stack to your own measurements')
    .argument('<measurements...>', 'CSV files, or results of `vllm bench serve --save-result`')
    .requiredOption('--model <name>', `model: ${keyList(MODELS)}, or a Hugging Face config.json`)
    .option('--gpu <name>', `GPU: ${keyList(GPUS)}`, 'a100-80gb')
    .option('--tp <n>', 'tensor-parallel degree; where the rows name theirs, only rows of it')
    .option('--only-stack <name>', 'only rows whose column stack says so')
    .option('--weights <format>', `weights: ${WEIGHT_FORMATS.join(', ')} (default: fp16)`)
    .option('--compute <format>', `matrix products: ${COMPUTE_FORMATS.join(', ')} (default: as the GPU can)`)
    .option('--kv-cache <format>', `KV cache: ${KV_FORMATS.join(', ')} (default: fp16)`)
    .option('--name <title>', 'what to call the stack (default: after the first file)')
    .option('--out <stack.yaml>', 'write the stack file')
    .option('--force', 'replace the stack file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nColumns: prompt_tokens, batch, output_tokens and any of prompt_ms, token_ms, total_ms (empty = not measured);' +
        '\nmodel, gpu, tp, stack, date, notes if there are several. docs/calibration.md says what to measure.',
    )
    .action(async (files: string[], options: CalibrateOptions) => {
      process.stdout.write(await calibrateOutput(files, options));
    });
}

/** What is printed; writes the stack file. Throws one UserError with what is wrong. */
export async function calibrateOutput(files: string[], options: CalibrateOptions): Promise<string> {
  const spec = readOptions(options);
  const rows: FileRow[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      rows.push(...(await readMeasurements(file)).map((row) => ({ ...row, file })));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  const tp = options.tp === undefined ? undefined : spec.tp;
  const selection = select(rows, { spec, tp, stack: options.onlyStack });
  const tps = [...new Set(selection.rows.map((row) => row.tp))];
  const servedByTp = new Map(tps.map((one) => [one, servedBy({ ...spec, tp: one })]));
  const text: StackText = {
    title:
      options.name ?? `fitted to ${basename(files[0])}`.replaceAll(/\p{Cc}/gu, ' ').slice(0, TITLE_LETTERS),
    spec,
    served: servedByTp.get(tps[0])!,
    selection,
    calibration: calibrate(selection.observations, servedByTp),
  };
  if (options.out !== undefined) writeStack(options.out, stackYaml(text));
  if (options.json) return `${JSON.stringify(calibrationJson(text), null, 2)}\n`;
  const written =
    options.out === undefined
      ? 'to keep it: --out stack.yaml'
      : `wrote ${options.out}; in a pool of a scenario: stack: ./${basename(options.out)}`;
  return `${calibrationText(text)}${written}\n`;
}

function readOptions(options: CalibrateOptions) {
  const problems: string[] = [];
  const { model, gpu, tp = '1', weights, compute, kvCache, name, out, force } = options;
  const spec = readServing({ model, gpu, tp, weights, compute, kvCache }, problems);
  if (name !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(name)) {
    problems.push('--name: must be 1–100 printable characters; shorten it');
  }
  if (out !== undefined && !/\.ya?ml$/i.test(out)) {
    problems.push(`--out: got "${out}"; a stack file ends in .yaml, so that it is told from a name`);
  } else if (out !== undefined && !force && existsSync(out)) {
    problems.push(`--out: ${out} exists; give another name, or --force to replace it`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return spec!;
}

function writeStack(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'its folder does not exist' : message;
    throw new UserError(`--out ${file}: cannot be written: ${why}; give another path`);
  }
}
