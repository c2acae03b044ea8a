// The rules of the horizontal autoscaler that can be called alone: the policy `hpa` is built of the same functions.
import type { Rule } from '../../../rule.ts';
import { CALCULATION_RULES } from './calculation.ts';
import { CHANGE_RULES } from './change.ts';

export const HPA_RULES: readonly Rule[] = [...CALCULATION_RULES, ...CHANGE_RULES];
