// `fleetday perf`: the performance model's answer for a uniform batch, as a table or as JSON.
import type { Command } from 'commander';
import { GPUS } from '../../catalog/gpus.ts';
import { findKey } from '../../catalog/lookup.ts';
import { MODELS } from '../../catalog/models.ts';
import { STACKS } from '../../catalog/stacks.ts';
import { UserError } from '../../kernel/user-error.ts';
import { batchLimits, presetLimits } from '../../perf/known-limits.ts';
import type { PhysicalPerfSpec } from '../../perf/spec.ts';
import { uniformBatch, type UniformBatch } from '../../perf/uniform-batch.ts';

/** As commander hands them over: text, unchecked. */
export interface PerfOptions {
  model: string;
  gpu: string;
  tp: string;
  stack?: string;
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
    .requiredOption('--model <name>', `model: ${keyList(MODELS)}`)
    .option('--gpu <name>', `GPU: ${keyList(GPUS)}`, 'a100-80gb')
    .option('--tp <n>', 'tensor-parallel degree: GPUs per replica', '8')
    .option(
      '--stack <name>',
      `serving software: ${keyList(STACKS)} (default: the one the model was measured on)`,
    )
    .option('--prompt <tokens>', 'prompt tokens per request', '512')
    .option('--batch <n>', 'requests in the batch', '1')
    .option('--output <tokens>', 'output tokens per request', '128')
    .option('--json', 'print JSON')
    .action((options: PerfOptions & { json?: boolean }) => {
      const report = perfReport(options);
      process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : perfTable(report));
    });
}

function keyList(entries: object): string {
  return Object.keys(entries).join(', ');
}

export type PerfReport = ReturnType<typeof perfReport>;

/** Throws one UserError with everything that is wrong with the options. */
export function perfReport(options: PerfOptions) {
  const { spec, batch } = readOptions(options);
  const answer = uniformBatch(spec, batch);
  return {
    model: spec.model,
    gpu: spec.gpu,
    tp: spec.tp,
    stack: spec.stack,
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
    notes: [...presetLimits(spec), ...batchLimits(spec, batch, answer)],
  };
}

/** To a thousandth; null, as JSON has it, where there is no value. */
function rounded(value: number | undefined, scale = 1): number | null {
  return value === undefined ? null : Math.round(value * scale * 1000) / 1000;
}

function readOptions(options: PerfOptions): { spec: PhysicalPerfSpec; batch: UniformBatch } {
  const problems: string[] = [];
  const key = (entries: Record<string, unknown>, option: 'model' | 'gpu' | 'stack', name: string): string => {
    const found = findKey(entries, name);
    if (found === undefined) {
      problems.push(`--${option}: unknown ${option} "${name}"; known: ${keyList(entries)}`);
    }
    return found ?? '';
  };
  const whole = (option: 'tp' | 'prompt' | 'batch' | 'output', max: number): number => {
    const text = options[option];
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= 1 && value <= max)) {
      problems.push(`--${option}: got "${text}"; give a whole number from 1 to ${max}`);
    }
    return value;
  };
  const model = key(MODELS, 'model', options.model);
  const gpu = key(GPUS, 'gpu', options.gpu);
  const stackName = options.stack ?? MODELS[model]?.defaultStack;
  const stack = stackName === undefined ? '' : key(STACKS, 'stack', stackName);
  const batch = {
    promptTokens: whole('prompt', TOKENS_MAX),
    batch: whole('batch', BATCH_MAX),
    outputTokens: whole('output', TOKENS_MAX),
  };
  const tp = Number(options.tp);
  const degrees = gpu === '' ? [] : Object.keys(GPUS[gpu].allReduceSeconds);
  if (gpu !== '' && !degrees.includes(options.tp)) {
    problems.push(`--tp: got "${options.tp}"; choose one of ${degrees.join(', ')}`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return { spec: { kind: 'physical', model, gpu, stack, tp }, batch };
}

/** Two aligned columns and the notes. */
export function perfTable(report: PerfReport): string {
  const rows: [string, string][] = [
    ['model', `${MODELS[report.model].title} on ${report.tp} × ${GPUS[report.gpu].title}`],
    ['stack', STACKS[report.stack].title],
    ['batch', `${report.batch} × (${report.prompt_tokens} prompt + ${report.output_tokens} output tokens)`],
    ['prompt', withUnit(report.prompt_ms, 'ms', 1)],
    ['token', withUnit(report.token_ms, 'ms', 2)],
    ['end to end', withUnit(report.e2e_ms, 'ms', 1)],
    ['KV cache', withUnit(report.kv_tokens, 'tokens', 0)],
    ['decode', withUnit(report.decode_watts_per_gpu, 'W per GPU', 0)],
    ['prefill, mean', withUnit(report.prefill_mean_watts_per_gpu, 'W per GPU', 0)],
    ['prefill, peak', withUnit(report.prefill_peak_watts_per_gpu, 'W per GPU', 0)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
  return [...lines, ...report.notes.map((note) => `note: ${note}`), ''].join('\n');
}

function withUnit(value: number | null, unit: string, digits: number): string {
  return value === null ? '–' : `${value.toFixed(digits)} ${unit}`;
}
