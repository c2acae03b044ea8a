// The options that say what serves: model, GPU, parallelism, formats and serving software, by names of the catalog or
// by files. Shared by the commands that ask the performance model without a scenario.
import { COMPUTE_FORMATS, KV_FORMATS, WEIGHT_FORMATS } from '../../catalog/formats.ts';
import { GPUS } from '../../catalog/gpus.ts';
import { findKey } from '../../catalog/lookup.ts';
import { modelOf, MODELS, type Model } from '../../catalog/models.ts';
import { STACKS, type Stack } from '../../catalog/stacks.ts';
import { UserError } from '../../kernel/user-error.ts';
import { PIPELINE_DEGREES, servingProblems } from '../../perf/served.ts';
import type { PhysicalPerfSpec } from '../../perf/spec.ts';
import { isModelFile, readModelConfig } from '../../scenario/load/named-files.ts';
import { isStackFile, readStackFile } from '../../scenario/load/pools/stack-file.ts';
import { stackFromFile } from '../../scenario/schema/stack.ts';

/** As commander hands them over: text, unchecked. */
export interface ServingOptions {
  model: string;
  gpu: string;
  tp: string;
  pp?: string;
  /** The model's default if left out. */
  stack?: string;
  weights?: string;
  compute?: string;
  kvCache?: string;
}

export function keyList(entries: object): string {
  return Object.keys(entries).join(', ');
}

/** What is wrong is added to `problems`, and nothing returned. */
export function readServing(options: ServingOptions, problems: string[]): PhysicalPerfSpec | undefined {
  const problemsBefore = problems.length;
  const oneOf = <T extends string>(option: string, known: readonly T[], text: string | undefined) => {
    if (text === undefined || known.includes(text as T)) return text as T | undefined;
    problems.push(`--${option}: got "${text}"; choose one of ${known.join(', ')}`);
    return undefined;
  };
  const model = readModel(options.model, problems);
  const gpu = readKey(GPUS, 'gpu', options.gpu, problems);
  const stackText = options.stack ?? (model === '' ? undefined : modelOf(model).defaultStack);
  const stack = stackText === undefined ? '' : readStack(stackText, problems);
  const degrees = gpu === '' ? undefined : Object.keys(GPUS[gpu].allReduceSeconds);
  if (degrees) oneOf('tp', degrees, options.tp);
  oneOf('pp', PIPELINE_DEGREES.map(String), options.pp);
  const spec: PhysicalPerfSpec = {
    kind: 'physical',
    model,
    gpu,
    stack,
    tp: Number(options.tp),
    pp: Number(options.pp ?? 1),
    weights: oneOf('weights', WEIGHT_FORMATS, options.weights),
    compute: oneOf('compute', COMPUTE_FORMATS, options.compute),
    kvCache: oneOf('kv-cache', KV_FORMATS, options.kvCache),
  };
  if (problems.length === problemsBefore) {
    problems.push(...servingProblems(spec).map(({ key: option, message }) => `--${option}: ${message}`));
  }
  return problems.length === problemsBefore ? spec : undefined;
}

/** The catalog's key; '' and a problem where it has none of that name. */
export function readKey(
  entries: Record<string, unknown>,
  option: 'model' | 'gpu' | 'stack',
  name: string,
  problems: string[],
): string {
  const found = findKey(entries, name);
  if (found === undefined) {
    problems.push(`--${option}: unknown ${option} "${name}"; known: ${keyList(entries)}`);
  }
  return found ?? '';
}

/** A name of the catalog or a Hugging Face config.json. */
export function readModel(text: string, problems: string[]): string | Model {
  if (!isModelFile(text)) return readKey(MODELS, 'model', text, problems);
  return fromFile('model', () => readModelConfig(text), problems);
}

/** A preset's name or a stack file. */
export function readStack(text: string, problems: string[]): string | Stack {
  if (!isStackFile(text)) return readKey(STACKS, 'stack', text, problems);
  return fromFile('stack', () => stackFromFile(readStackFile(text)), problems);
}

/** '' for a file that does not do. */
function fromFile<T>(option: string, read: () => T, problems: string[]): T | '' {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems.map((problem) => `--${option}: ${problem}`));
    return '';
  }
}
