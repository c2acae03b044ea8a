// Files that a scenario names in place of what they hold: a model's config.json, a stack.yaml, a manifest. They are read before the
// scenario is checked, and put into it, so that the resolved scenario needs no other file.
import { resolve as absolute } from 'node:path';
import { modelFromConfig } from '../../catalog/model-config.ts';
import type { Model } from '../../catalog/models.ts';
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { fileFromModel } from '../schema/model.ts';
import { withAutoscalingFiles } from './pools/autoscaling-files.ts';
import { isStackFile, readStackFile } from './pools/stack-file.ts';
import { withValue } from './overrides.ts';
import { valueAt, type Problem } from './problems.ts';
import type { Path } from './source.ts';

const CONFIG_BYTES_MAX = 1_000_000;

/** Keys of a pool, and what a file named there stands for. */
const KINDS: readonly { keys: Path; isFile: (text: string) => boolean; read: (path: string) => unknown }[] = [
  { keys: ['model'], isFile: isModelFile, read: (path) => fileFromModel(readModelConfig(path)) },
  {
    keys: ['speculative', 'draftModel'],
    isFile: isModelFile,
    read: (path) => fileFromModel(readModelConfig(path)),
  },
  { keys: ['stack'], isFile: isStackFile, read: readStackFile },
];

/** Text that ends so is a path; the name of a model never does. */
export function isModelFile(text: string): boolean {
  return /\.json$/i.test(text);
}

/** Throws a UserError with all that is wrong, each with the file's name. */
export function readModelConfig(filePath: string): Model {
  const text = readTextFile(filePath, { bytesMax: CONFIG_BYTES_MAX, what: 'config.json' });
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 100);
    throw new UserError(`${filePath}: is not valid JSON: ${reason}; name the config.json of a model`);
  }
  const result = modelFromConfig(config);
  if ('model' in result) return result.model;
  throw new UserError(result.problems.map((problem) => `${filePath}: ${problem}`));
}

function autoscalingPaths(data: unknown): Path[] {
  const { value: pools } = valueAt(data, ['fleet', 'pools']);
  const ofPools = Array.isArray(pools)
    ? [...pools.keys()].map((i) => ['fleet', 'pools', i, 'autoscaling'])
    : [];
  return [['autoscaling'], ...ofPools];
}

/** A copy of `data` with what the files hold; `mistakes` at the keys that name files which do not do. */
export function withNamedFiles(
  data: unknown,
  folderOf: (path: Path) => string,
): { data: unknown; mistakes: Problem[] } {
  const mistakes: Problem[] = [];
  let result = data;
  for (const path of autoscalingPaths(data)) {
    const { value, isMissing, depth } = valueAt(data, path);
    if (isMissing || depth < path.length) continue;
    const read = withAutoscalingFiles(value, path, folderOf);
    if (read.value !== value) result = withValue(result, path, read.value);
    mistakes.push(...read.mistakes);
  }
  const { value: pools } = valueAt(data, ['fleet', 'pools']);
  if (!Array.isArray(pools)) return { data: result, mistakes };
  for (const i of pools.keys()) {
    for (const { keys, isFile, read } of KINDS) {
      const path = ['fleet', 'pools', i, ...keys];
      const { value, isMissing, depth } = valueAt(data, path);
      if (isMissing || depth < path.length || typeof value !== 'string' || !isFile(value)) continue;
      try {
        result = withValue(result, path, read(absolute(folderOf(path), value)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        result = withValue(result, path, undefined);
        for (const message of error.problems) mistakes.push({ path, message, atKey: true });
      }
    }
  }
  return { data: result, mistakes };
}
