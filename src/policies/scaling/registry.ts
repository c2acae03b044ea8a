// Scaling policies by name: a new one is a file in a folder beside this one and a line here. So are the rules that can
// be called alone.
import { AWS_RULES } from './aws/rules.ts';
import { awsScheduledPolicy } from './aws/scheduled-policy.ts';
import { awsStepPolicy } from './aws/step-policy.ts';
import { awsTargetTrackingPolicy } from './aws/target-tracking-policy.ts';
import { BASIC_RULES } from './basic/rules.ts';
import { scheduledPolicy } from './basic/scheduled.ts';
import { staticPolicy } from './basic/static.ts';
import { thresholdPolicy } from './basic/threshold.ts';
import { oraclePolicy, zeroLeadPolicy } from './bounds/policies.ts';
import { BOUNDS_RULES } from './bounds/rules.ts';
import { predictivePolicy } from './forecast/predictive.ts';
import { FORECAST_RULES } from './forecast/rules.ts';
import { sageServePolicy } from './forecast/sageserve-policy.ts';
import { SAGESERVE_RULES } from './forecast/sageserve-rules.ts';
import { kpaPolicy } from './knative/kpa.ts';
import { KNATIVE_RULES } from './knative/rules.ts';
import { hpaPolicy } from './kubernetes/hpa/policy.ts';
import { HPA_RULES } from './kubernetes/hpa/rules/rules.ts';
import { kedaPolicy } from './kubernetes/keda/policy.ts';
import { KEDA_RULES } from './kubernetes/keda/rules.ts';
import { LLM_POLICIES, LLM_RULES } from './llm/registry.ts';
import type { ScalingPolicy } from './policy.ts';
import type { Rule } from './rule.ts';

export const SCALING_POLICIES: readonly ScalingPolicy[] = [
  staticPolicy,
  scheduledPolicy,
  thresholdPolicy,
  hpaPolicy,
  kedaPolicy,
  kpaPolicy,
  awsTargetTrackingPolicy,
  awsStepPolicy,
  awsScheduledPolicy,
  ...LLM_POLICIES,
  predictivePolicy,
  sageServePolicy,
  oraclePolicy,
  zeroLeadPolicy,
];

export const RULES: readonly Rule[] = [
  ...BASIC_RULES,
  ...HPA_RULES,
  ...KEDA_RULES,
  ...KNATIVE_RULES,
  ...AWS_RULES,
  ...LLM_RULES,
  ...FORECAST_RULES,
  ...SAGESERVE_RULES,
  ...BOUNDS_RULES,
];

/** Other names of policies. */
export const POLICY_ALIASES: Readonly<Record<string, string>> = { knative: 'kpa' };

export function findScalingPolicy(name: string): ScalingPolicy | undefined {
  const own = Object.hasOwn(POLICY_ALIASES, name) ? POLICY_ALIASES[name] : name;
  return SCALING_POLICIES.find((candidate) => candidate.name === own);
}

/** A scenario's policies are checked when it is loaded. */
export function scalingPolicyOf(name: string): ScalingPolicy {
  const policy = findScalingPolicy(name);
  if (policy === undefined) throw new Error(`there is no scaling policy ${name}`);
  return policy;
}
