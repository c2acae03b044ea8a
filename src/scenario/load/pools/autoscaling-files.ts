// Files that a scenario's `autoscaling` names: a manifest in place of policy, parameters and bounds; a module or the
// words of a command, which become absolute paths, so that the resolved scenario means the same from anywhere.
import { resolve as absolute } from 'node:path';
import { fileProblem, readTextFile } from '../../../kernel/text-file.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { manifestReader, policyNameOf } from '../../../policies/scaling/registry.ts';
import { isPolicyModule } from '../../schema/autoscaling.ts';
import type { Problem } from '../problems.ts';
import type { Path } from '../source.ts';

const MANIFEST_BYTES_MAX = 1_000_000;

type Mapping = Record<string, unknown>;

/** `value` of the key `autoscaling` at `path`, with what its files hold; mistakes stand at the keys that name them. */
export function withAutoscalingFiles(
  value: unknown,
  path: Path,
  folderOf: (path: Path) => string,
): { value: unknown; mistakes: Problem[] } {
  const mistakes: Problem[] = [];
  const resolved = (at: Path, file: string) => {
    const found = absolute(folderOf(at), file);
    const problem = fileProblem(found);
    if (problem !== undefined) mistakes.push({ path: at, message: `${found}: ${problem}`, atKey: true });
    return found;
  };
  if (typeof value === 'string') {
    return { value: isPolicyModule(value) ? resolved(path, value) : value, mistakes };
  }
  if (!isMapping(value)) return { value, mistakes };
  const policy = withPolicyFiles(value.policy, [...path, 'policy'], resolved, folderOf);
  const own = value.policy === undefined ? value : { ...value, policy };
  if (typeof own.manifest !== 'string') return { value: own, mistakes };
  const { manifest, ...rest } = own;
  const at = [...path, 'manifest'];
  try {
    return { value: withManifest(rest, absolute(folderOf(at), manifest as string)), mistakes };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    mistakes.push(...error.problems.map((message) => ({ path: at, message, atKey: true })));
    // Nothing is to be said of what the manifest would have given.
    const { parameters: _parameters, ...others } = rest;
    return { value: { ...others, manifest: undefined, policy: 'static' }, mistakes };
  }
}

function withPolicyFiles(
  policy: unknown,
  path: Path,
  resolved: (at: Path, file: string) => string,
  folderOf: (path: Path) => string,
): unknown {
  if (typeof policy === 'string' && isPolicyModule(policy)) return resolved(path, policy);
  if (!isMapping(policy) || !Array.isArray(policy.command)) return policy;
  const command = policy.command.map((word: unknown, i) => {
    if (typeof word !== 'string' || !/^\.\.?\//.test(word)) return word;
    const at = [...path, 'command', i];
    // A word may name what the program is to make: only the program itself must be there.
    return i === 0 ? resolved(at, word) : absolute(folderOf(at), word);
  });
  return { ...policy, command };
}

/** Keys written beside the manifest win. */
function withManifest(written: Mapping, fileName: string): Mapping {
  const { policy, parameters = {} } = written;
  if (!isMapping(parameters)) return written;
  const wanted = typeof policy === 'string' ? (policyNameOf(policy) ?? policy) : undefined;
  const text = readTextFile(fileName, { bytesMax: MANIFEST_BYTES_MAX, what: 'manifest' });
  const read = manifestReader()(text, fileName, { policy: wanted, signals: parameters.signals });
  return {
    ...(read.minReplicas !== undefined && { min: read.minReplicas }),
    ...(read.maxReplicas !== undefined && { max: read.maxReplicas }),
    ...written,
    policy: read.policy,
    parameters: { ...read.parameters, ...parameters },
  };
}

/** Parameters stay where no other policy is written, whose they would be. Without any `autoscaling` all pools scale. */
export function withPolicyFromCode(data: unknown, name: string): unknown {
  if (!isMapping(data)) return data;
  const changed = (autoscaling: unknown): unknown => {
    if (typeof autoscaling === 'string') return { policy: { code: name } };
    if (!isMapping(autoscaling)) return autoscaling;
    const { policy, manifest, parameters, ...others } = autoscaling;
    const isOpen = manifest === undefined && (policy === undefined || isMapping(policy));
    return { ...others, policy: { code: name }, ...(isOpen && parameters !== undefined && { parameters }) };
  };
  const fleet = isMapping(data.fleet) ? data.fleet : {};
  const pools = Array.isArray(fleet.pools) ? (fleet.pools as unknown[]) : [];
  const scales = (pool: unknown) => isMapping(pool) && pool.autoscaling !== undefined;
  const isNone = data.autoscaling === undefined && !pools.some(scales);
  return {
    ...data,
    ...(pools.some(scales) && {
      fleet: {
        ...fleet,
        pools: pools.map((pool) =>
          scales(pool) ? { ...(pool as Mapping), autoscaling: changed((pool as Mapping).autoscaling) } : pool,
        ),
      },
    }),
    ...((isNone || data.autoscaling !== undefined) && { autoscaling: changed(data.autoscaling ?? {}) }),
  };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
