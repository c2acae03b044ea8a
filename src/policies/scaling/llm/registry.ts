// Policies for LLM inference, and their rules.
import type { ScalingPolicy } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { blisSaturationPolicy } from './blis/policy.ts';
import { BLIS_RULES } from './blis/rules.ts';
import { dynamoLoadPolicy } from './dynamo/load-policy.ts';
import { DYNAMO_LOAD_RULES } from './dynamo/rules.ts';
import { dynamoThroughputPolicy } from './dynamo/throughput-policy.ts';
import { DYNAMO_THROUGHPUT_RULES } from './dynamo/throughput-rules.ts';
import { queueingModelPolicy } from './queueing/policy.ts';
import { QUEUEING_RULES } from './queueing/rules.ts';
import { wvaV1Policy } from './wva1/policy.ts';
import { WVA1_RULES } from './wva1/rules.ts';
import { wvaV2Policy } from './wva2/policy.ts';
import { WVA2_RULES } from './wva2/rules.ts';

export const LLM_POLICIES: readonly ScalingPolicy[] = [
  wvaV1Policy,
  wvaV2Policy,
  blisSaturationPolicy,
  dynamoLoadPolicy,
  dynamoThroughputPolicy,
  queueingModelPolicy,
];

export const LLM_RULES: readonly Rule[] = [
  ...WVA1_RULES,
  ...WVA2_RULES,
  ...BLIS_RULES,
  ...DYNAMO_LOAD_RULES,
  ...DYNAMO_THROUGHPUT_RULES,
  ...QUEUEING_RULES,
];
