// `fleetday perf`: the performance model's answer for a uniform batch, as a table or as JSON.
import type { Command } from 'commander';
import { COMPUTE_FORMATS, KV_FORMATS, WEIGHT_FORMATS } from '../../../catalog/formats.ts';
import { GPUS } from '../../../catalog/gpus.ts';
import { modelName, modelOf, MODELS } from '../../../catalog/models.ts';
import { stackName, stackOf, STACKS } from '../../../catalog/stacks.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { batchLimits, presetLimits, stepTimeError } from '../../../perf/known-limits.ts';
import { servedBy } from '../../../perf/served.ts';
import type { PhysicalPerfSpec } from '../../../perf/spec.ts';
import { uniformBatch, type UniformBatch } from '../../../perf/uniform-batch.ts';
import { keyList, readServing, type ServingOptions } from '../../options/serving.ts';

/** As commander hands them over: text, unchecked. */
export interface PerfOptions extends ServingOptions {
  prompt: string;
  batch: string;
  output: string;
}

/** Beyond these limits no replica of the catalog comes anywhere near. */
const TOKENS_MAX = 131_072;
const BATCH_MAX = 4096;

export function register(program: Command): void {
  program
    .command('perf')
    .description('what the performance model answers for a batch of equal requests')
    .requiredOption('--model <name>', `model: ${keyList(MODELS)}, or a Hugging Face config.json`)
    .option('--gpu <name>', `GPU: ${keyList(GPUS)}`, 'a100-80gb')
    .option('--tp <n>', 'tensor-parallel degree: GPUs that share every layer', '8')
    .option('--pp <n>', 'pipeline stages of tp GPUs each (default: 1)')
    .option(
      '--stack <name>',
      `serving software: ${keyList(STACKS)}, or a stack file (default: the one the model was measured on)`,
    )
    .option('--weights <format>', `weights: ${WEIGHT_FORMATS.join(', ')} (default: fp16)`)
    .option('--compute <format>', `matrix products: ${COMPUTE_FORMATS.join(', ')} (default: as the GPU can)`)
    .option('--kv-cache <format>', `KV cache: ${KV_FORMATS.join(', ')} (default: fp16)`)
    .option('--prompt <tokens>', 'prompt tokens per request', '512')
    .option('--batch <n>', 'requests in the batch', '1')
    .option('--output <tokens>', 'output tokens per request', '128')
    .option('--json', 'print JSON')
    .action((options: PerfOptions & { json?: boolean }) => {
      const report = perfReport(options);
      process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : perfTable(report));
    });
}

export type PerfReport = ReturnType<typeof perfReport>;

/** Throws one UserError with everything that is wrong with the options. */
export function perfReport(options: PerfOptions) {
  const { spec, batch } = readOptions(options);
  const answer = uniformBatch(spec, batch);
  const { pp, weights, compute, kvCache } = servedBy(spec);
  const error = stepTimeError(spec);
  return {
    model: modelName(spec.model),
    model_title: modelOf(spec.model).title,
    gpu: spec.gpu,
    tp: spec.tp,
    pp,
    stack: stackName(spec.stack),
    stack_title: stackOf(spec.stack).title,
    weights,
    compute,
    kv_cache: kvCache,
    prompt_tokens: batch.promptTokens,
    batch: batch.batch,
    output_tokens: batch.outputTokens,
    prompt_ms: rounded(answer.promptSeconds, 1000),
    token_ms: rounded(answer.tokenSeconds, 1000),
    e2e_ms: rounded(answer.e2eSeconds, 1000),
    kv_tokens: answer.kvTokens,
    decode_watts_per_gpu: rounded(answer.decodeWattsPerGpu),
    prefill_peak_watts_per_gpu: rounded(answer.prefillPeakWattsPerGpu),
    prefill_mean_watts_per_gpu: rounded(answer.prefillMeanWattsPerGpu),
    step_times: error.kind,
    step_time_error_percent: error.decodeErrorPercent,
    step_time_error_reasons: error.reasons,
    notes: [...presetLimits(spec), ...batchLimits(spec, batch, answer)],
  };
}

/** To a thousandth; null, as JSON has it, where there is no value. */
function rounded(value: number | undefined, scale = 1): number | null {
  return value === undefined ? null : Math.round(value * scale * 1000) / 1000;
}

function readOptions(options: PerfOptions): { spec: PhysicalPerfSpec; batch: UniformBatch } {
  const problems: string[] = [];
  const whole = (option: 'prompt' | 'batch' | 'output', max: number): number => {
    const text = options[option];
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= 1 && value <= max)) {
      problems.push(`--${option}: got "${text}"; give a whole number from 1 to ${max}`);
    }
    return value;
  };
  const spec = readServing(options, problems);
  const batch = {
    promptTokens: whole('prompt', TOKENS_MAX),
    batch: whole('batch', BATCH_MAX),
    outputTokens: whole('output', TOKENS_MAX),
  };
  if (problems.length > 0) throw new UserError(problems);
  return { spec: spec!, batch };
}

/** Two aligned columns and the notes. */
export function perfTable(report: PerfReport): string {
  const gpus = report.tp * report.pp;
  const rows: [string, string][] = [
    ['model', `${report.model_title} on ${gpus} × ${GPUS[report.gpu].title}`],
    ...formatRows(report),
    ['stack', report.stack_title],
    ['batch', `${report.batch} × (${report.prompt_tokens} prompt + ${report.output_tokens} output tokens)`],
    ['prompt', withUnit(report.prompt_ms, 'ms', 1)],
    ['token', withUnit(report.token_ms, 'ms', 2)],
    ['end to end', withUnit(report.e2e_ms, 'ms', 1)],
    ['KV cache', withUnit(report.kv_tokens, 'tokens', 0)],
    ['decode', withUnit(report.decode_watts_per_gpu, 'W per GPU', 0)],
    ['prefill, mean', withUnit(report.prefill_mean_watts_per_gpu, 'W per GPU', 0)],
    ['prefill, peak', withUnit(report.prefill_peak_watts_per_gpu, 'W per GPU', 0)],
    ['step times', errorText(report)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
  return [...lines, ...report.notes.map((note) => `note: ${note}`), ''].join('\n');
}

/** Only where they are not the usual ones. */
function formatRows({ pp, weights, compute, kv_cache }: PerfReport): [string, string][] {
  const rows: [string, string][] = [];
  if (pp > 1) rows.push(['pipeline', `${pp} stages`]);
  if (weights !== 'fp16') rows.push(['weights', `${weights}, multiplied in ${compute}`]);
  if (kv_cache !== 'fp16') rows.push(['KV format', kv_cache]);
  return rows;
}

function errorText(report: PerfReport): string {
  const reasons = report.step_time_error_reasons.join(', ');
  return `${report.step_times}, about ±${report.step_time_error_percent} %${reasons && ` (${reasons})`}`;
}

function withUnit(value: number | null, unit: string, digits: number): string {
  return value === null ? '–' : `${value.toFixed(digits)} ${unit}`;
}
