// The policy or rule that an argument names: one of the registry, or the file of a module.
import { resolve } from 'node:path';
import { fileProblem, readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { readManifest } from '../../policies/scaling/manifests.ts';
import type { ScalingPolicy } from '../../policies/scaling/policy.ts';
import {
  loadScalingPolicies,
  POLICY_ALIASES,
  policyNameOf,
  SCALING_POLICY_NAMES,
} from '../../policies/scaling/registry.ts';
import { RULES } from '../../policies/scaling/rules.ts';
import type { Rule } from '../../policies/scaling/rule.ts';
import { loadPolicyModule } from '../../run/policies/own-policies.ts';
import { parseOverride } from '../../scenario/load/overrides.ts';
import { readYamlSource } from '../../scenario/load/source.ts';
import { isPolicyModule } from '../../scenario/schema/autoscaling.ts';
import { suggestion } from '../../settings/suggest.ts';

const MANIFEST_BYTES_MAX = 1_000_000;

export async function policyOrRule(name: string): Promise<{ policy: ScalingPolicy } | { rule: Rule }> {
  if (isPolicyModule(name)) {
    const path = resolve(name);
    const problem = fileProblem(path);
    if (problem !== undefined) throw new UserError(`${name}: ${problem}`);
    return { policy: await loadPolicyModule(path) };
  }
  const own = policyNameOf(name);
  if (own !== undefined) return { policy: (await loadScalingPolicies([own]))[0] };
  const rule = RULES.find((candidate) => candidate.name === name);
  if (rule !== undefined) return { rule };
  const policies = [...SCALING_POLICY_NAMES, ...Object.keys(POLICY_ALIASES)];
  if (!name.includes('/')) throw new UserError(`unknown policy "${name}"; ${suggestion(name, policies)}`);
  const family = RULES.map((known) => known.name).filter((known) =>
    known.startsWith(`${name.split('/')[0]}/`),
  );
  const known = family.length > 0 ? family : [...new Set(RULES.map((one) => `${one.name.split('/')[0]}/…`))];
  throw new UserError(`unknown rule "${name}"; ${suggestion(name, known)}`);
}

export interface WrittenParameters {
  parameters: Record<string, unknown>;
  minReplicas?: number;
  maxReplicas?: number;
}

/** Those of a file or of inline YAML win over the manifest's, key by key. */
export function writtenParameters(
  policy: ScalingPolicy,
  { manifest, parameters }: { manifest?: string; parameters?: string },
): WrittenParameters {
  const own = parameters === undefined ? {} : mappingFrom(parameters, '--parameters');
  if (manifest === undefined) return { parameters: own };
  const text = readTextFile(manifest, { bytesMax: MANIFEST_BYTES_MAX, what: 'manifest' });
  const read = readManifest(text, manifest, { policy: policy.name, signals: own.signals });
  return { ...read, parameters: { ...read.parameters, ...own } };
}

/** A YAML or JSON file, or a mapping written in place: `{target: 8}`. */
export function mappingFrom(written: string, option: string): Record<string, unknown> {
  const data = written.trimStart().startsWith('{') ? inline(written, option) : mappingFile(written);
  if (typeof data === 'object' && data !== null && !Array.isArray(data))
    return data as Record<string, unknown>;
  throw new UserError(
    `${option} ${written}: is no mapping; write e.g. {target: 8}, or name a file of such keys`,
  );
}

function mappingFile(path: string): unknown {
  const source = readYamlSource(path, { what: 'parameters', remedy: 'write key: value lines' });
  const problems = source.repeatedKeys.map(
    ({ place, key }) => `${path}:${place.line}:${place.column} ${key}: key appears twice; remove one of them`,
  );
  if (problems.length > 0) throw new UserError(problems);
  return source.data;
}

function inline(text: string, option: string): unknown {
  const parsed = parseOverride(`it=${text}`);
  if ('problem' in parsed) throw new UserError(parsed.problem.replace('--set it=', `${option} `));
  return parsed.value;
}
