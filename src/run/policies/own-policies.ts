// The policies of the user's own that a scenario names, made ready before its run: modules are loaded and checked with
// their parameters, programs are started when they are first asked. All that is wrong is told at once.
import { pathToFileURL } from 'node:url';
import { described, policyOf } from '../../control/external/own-policy.ts';
import type { OutsidePolicy } from '../../control/external/outside.ts';
import type { AutoscalingSpec } from '../../control/spec.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { ScalingPolicy } from '../../policies/scaling/policy.ts';
import { loadScalingPolicies } from '../../policies/scaling/registry.ts';
import { problemsOf, problemText } from '../../scenario/load/problems.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { programPolicy } from './program.ts';

/** By pool, for those whose policy is not in the registry. */
export type OwnPolicies = ReadonlyMap<number, ScalingPolicy | OutsidePolicy>;

export interface OwnPolicyOptions {
  /** Whether programs that the scenario names may be run. */
  allowExec: boolean;
  /** For policies that code hands to the run: shaped as a module's default export. */
  fromCode?: unknown;
}

/** Their parameters take the place of those of the scenario, which become what the policy makes of them. */
export async function loadOwnPolicies(scenario: Scenario, options: OwnPolicyOptions): Promise<OwnPolicies> {
  const registered = scenario.pools.flatMap(({ autoscaling }) =>
    autoscaling === undefined || autoscaling.own ? [] : [autoscaling.policy],
  );
  await loadScalingPolicies(registered);
  const policies = new Map<number, ScalingPolicy | OutsidePolicy>();
  const problems: string[] = [];
  for (const [index, { name, autoscaling }] of scenario.pools.entries()) {
    if (autoscaling?.own === undefined) continue;
    try {
      policies.set(index, await ownPolicy(autoscaling, options));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems.map((problem) => `pool ${name}: ${problem}`));
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return policies;
}

async function ownPolicy(
  spec: AutoscalingSpec,
  options: OwnPolicyOptions,
): Promise<ScalingPolicy | OutsidePolicy> {
  const own = spec.own!;
  if (own.kind === 'program') {
    if (options.allowExec) return programPolicy(own);
    throw new UserError(
      `the scenario names a program to run (${own.command.join(' ')}); look at it, then allow it with --allow-exec`,
    );
  }
  const policy =
    own.kind === 'module' ? await loadPolicyModule(own.path) : codePolicy(options.fromCode, spec.policy);
  return withParameters(policy, spec.parameters);
}

function codePolicy(fromCode: unknown, name: string): ScalingPolicy {
  if (fromCode !== undefined) return policyOf(fromCode, name);
  throw new UserError(
    `policy ${name} is given by code, which simulate() does; name a module or a program instead`,
  );
}

/** Of a file that exports a policy as its default. */
export async function loadPolicyModule(path: string): Promise<ScalingPolicy> {
  const isTypeScript = /\.[mc]?ts$/i.test(path);
  if (isTypeScript && !canLoadTypeScript()) {
    const built = path.replace(/ts$/i, 'js');
    throw new UserError(
      `${path}: Node ${process.version} loads no TypeScript; compile it (npx esbuild ${path} --outfile=${built}) and ` +
        'name the JavaScript file, or use Node 22.18 or later',
    );
  }
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw new UserError(`${path}: cannot be loaded: ${described(error)}; mend it`);
  }
  return policyOf(module.default, path);
}

/** Node itself, or a loader such as tsx. */
function canLoadTypeScript(): boolean {
  const features = process.features as { typescript?: unknown };
  return Boolean(features.typescript) || process.execArgv.some((argument) => argument.includes('tsx'));
}

/** A policy is used with the parameters that its own schema makes of those written. */
function withParameters(policy: ScalingPolicy, written: unknown): ScalingPolicy {
  const parsed = policy.parameters.safeParse(written);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues);
    throw new UserError(problems.map((problem) => `parameters ${problemText(written, problem)}`));
  }
  const parameters = parsed.data;
  const needs = policy.needs?.(parameters) ?? [];
  const interval = policy.intervalSeconds(parameters);
  return {
    ...policy,
    needs: () => needs,
    intervalSeconds: () => interval,
    start: (_, pool) => policy.start(parameters, pool),
    recommend: (_, observation, state) => policy.recommend(parameters, observation, state),
  };
}
