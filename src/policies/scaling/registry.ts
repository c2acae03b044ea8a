// Scaling policies by name: a new one is a file in a folder beside this one and a line here. They are loaded when one is
// named, since most runs name none and all together take as long to load as the rest of the program. Their rules that can
// be called alone are listed in rules.ts.
import type { ScalingPolicy } from './policy.ts';

const LOADERS: Readonly<Record<string, () => Promise<ScalingPolicy>>> = {
  static: async () => (await import('./basic/static.ts')).staticPolicy,
  scheduled: async () => (await import('./basic/scheduled.ts')).scheduledPolicy,
  threshold: async () => (await import('./basic/threshold.ts')).thresholdPolicy,
  hpa: async () => (await import('./kubernetes/hpa/policy.ts')).hpaPolicy,
  keda: async () => (await import('./kubernetes/keda/policy.ts')).kedaPolicy,
  kpa: async () => (await import('./knative/kpa.ts')).kpaPolicy,
  'aws-target-tracking': async () =>
    (await import('./aws/target-tracking-policy.ts')).awsTargetTrackingPolicy,
  'aws-step': async () => (await import('./aws/step-policy.ts')).awsStepPolicy,
  'aws-scheduled': async () => (await import('./aws/scheduled-policy.ts')).awsScheduledPolicy,
  'wva-v1': async () => (await import('./llm/wva1/policy.ts')).wvaV1Policy,
  'wva-v2': async () => (await import('./llm/wva2/policy.ts')).wvaV2Policy,
  'blis-saturation': async () => (await import('./llm/blis/policy.ts')).blisSaturationPolicy,
  'dynamo-load': async () => (await import('./llm/dynamo/load-policy.ts')).dynamoLoadPolicy,
  'dynamo-throughput': async () => (await import('./llm/dynamo/throughput-policy.ts')).dynamoThroughputPolicy,
  'queueing-model': async () => (await import('./llm/queueing/policy.ts')).queueingModelPolicy,
  predictive: async () => (await import('./forecast/predictive.ts')).predictivePolicy,
  'sageserve-lt-u': async () => (await import('./forecast/sageserve-policy.ts')).sageServePolicy,
  oracle: async () => (await import('./bounds/policies.ts')).oraclePolicy,
  'zero-lead': async () => (await import('./bounds/policies.ts')).zeroLeadPolicy,
};

export const SCALING_POLICY_NAMES: readonly string[] = Object.keys(LOADERS);

/** Other names of policies. */
export const POLICY_ALIASES: Readonly<Record<string, string>> = { knative: 'kpa' };

const loaded = new Map<string, ScalingPolicy>();

/** Loads policies by their own names, all of them unless told which; in the order in which they are named. */
export function loadScalingPolicies(names = SCALING_POLICY_NAMES): Promise<ScalingPolicy[]> {
  return Promise.all(
    names.map(async (name) => {
      const policy = loaded.get(name) ?? (await LOADERS[name]());
      loaded.set(name, policy);
      return policy;
    }),
  );
}

/** The policy's own name, whether it or an alias is given; undefined where nobody has it. */
export function policyNameOf(name: string): string | undefined {
  const own = Object.hasOwn(POLICY_ALIASES, name) ? POLICY_ALIASES[name] : name;
  return Object.hasOwn(LOADERS, own) ? own : undefined;
}

/** One that was loaded; undefined where there is none of that name. */
export function findScalingPolicy(name: string): ScalingPolicy | undefined {
  const own = policyNameOf(name);
  if (own === undefined) return undefined;
  const policy = loaded.get(own);
  if (policy === undefined) throw new Error(`the scaling policy ${own} was not loaded`);
  return policy;
}

/** A scenario's policies are checked when it is loaded. */
export function scalingPolicyOf(name: string): ScalingPolicy {
  const policy = findScalingPolicy(name);
  if (policy === undefined) throw new Error(`there is no scaling policy ${name}`);
  return policy;
}

let manifests: typeof import('./manifests.ts') | undefined;

export async function loadManifestReader(): Promise<void> {
  manifests ??= await import('./manifests.ts');
}

/** Once it was loaded. */
export function manifestReader(): typeof import('./manifests.ts').readManifest {
  if (manifests === undefined) throw new Error('the reader of manifests was not loaded');
  return manifests.readManifest;
}
