// Every scaling policy and rule, loaded.
import { loadScalingPolicies } from '../../src/policies/scaling/registry.ts';

export const SCALING_POLICIES = await loadScalingPolicies();
export { RULES } from '../../src/policies/scaling/rules.ts';
