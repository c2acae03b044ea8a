// The rules of scaling policies that can be called alone, a family a line.
import { AWS_RULES } from './aws/rules.ts';
import { BASIC_RULES } from './basic/rules.ts';
import { BOUNDS_RULES } from './bounds/rules.ts';
import { FORECAST_RULES } from './forecast/rules.ts';
import { SAGESERVE_RULES } from './forecast/sageserve-rules.ts';
import { KNATIVE_RULES } from './knative/rules.ts';
import { HPA_RULES } from './kubernetes/hpa/rules/rules.ts';
import { KEDA_RULES } from './kubernetes/keda/rules.ts';
import { BLIS_RULES } from './llm/blis/rules.ts';
import { DYNAMO_LOAD_RULES } from './llm/dynamo/rules.ts';
import { DYNAMO_THROUGHPUT_RULES } from './llm/dynamo/throughput-rules.ts';
import { QUEUEING_RULES } from './llm/queueing/rules.ts';
import { WVA1_RULES } from './llm/wva1/rules.ts';
import { WVA2_RULES } from './llm/wva2/rules.ts';
import type { Rule } from './rule.ts';

export const RULES: readonly Rule[] = [
  ...BASIC_RULES,
  ...HPA_RULES,
  ...KEDA_RULES,
  ...KNATIVE_RULES,
  ...AWS_RULES,
  ...WVA1_RULES,
  ...WVA2_RULES,
  ...BLIS_RULES,
  ...DYNAMO_LOAD_RULES,
  ...DYNAMO_THROUGHPUT_RULES,
  ...QUEUEING_RULES,
  ...FORECAST_RULES,
  ...SAGESERVE_RULES,
  ...BOUNDS_RULES,
];
