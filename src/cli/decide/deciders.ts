// What one line asks of a policy or a rule, and what comes out. A line of a policy is { observation, parameters, state },
// as a simulation gives them; left out, parameters are those of the command line and the state is that of the start.
import { z } from 'zod';
import { UserError } from '../../kernel/user-error.ts';
import { observationSchema } from '../../policies/scaling/observation-schema.ts';
import type { Observation, Recommendation, ScalingPolicy } from '../../policies/scaling/policy.ts';
import type { Rule } from '../../policies/scaling/rule.ts';
import { problemsOf, problemText } from '../../scenario/load/problems.ts';
import { section } from '../../settings/keys.ts';

/** Throws a UserError for what is wrong with the input. */
export type Decider = (input: unknown) => unknown;

export interface PolicyDeciderOptions {
  /** As written; a line's own win, key by key. */
  parameters: Record<string, unknown>;
  /** Carries the state from line to line. */
  isStateful: boolean;
}

const lineSchema = section(
  {
    observation: z.unknown().optional(),
    parameters: z
      .record(z.string(), z.unknown(), { error: () => 'must be a mapping; give it the policy’s keys' })
      .optional(),
    state: z.unknown().optional(),
  },
  'A line for a policy.',
);

export function ruleDecider(rule: Rule): Decider {
  return (input) => {
    const parsed = parse(rule.input, input);
    try {
      return rule.evaluate(parsed);
    } catch (error) {
      throw failed(error, 'the rule cannot be applied to this input');
    }
  };
}

export function policyDecider(policy: ScalingPolicy, options: PolicyDeciderOptions): Decider {
  const recommend = recommender(policy, options);
  let carried: unknown;
  return (input) => {
    const line = parse(lineSchema, input);
    if (line.observation === undefined || line.observation === null) {
      throw new UserError(
        'observation: is missing; write {"observation": { … }}, as docs/policies.md describes it',
      );
    }
    const observation = checkedObservation(line.observation);
    const answer = recommend(observation, line.parameters, line.state ?? carried);
    if (options.isStateful) carried = answer.state;
    return answer;
  };
}

/** Parameters and state as written; undefined or null: those of the command line, that of the start. */
export function recommender(
  policy: ScalingPolicy,
  { parameters: base }: { parameters: Record<string, unknown> },
) {
  let usual: unknown;
  return (
    observation: Observation,
    written: Record<string, unknown> | undefined,
    state: unknown,
  ): Recommendation<unknown> => {
    const parameters = written
      ? checkedParameters(policy, { ...base, ...written })
      : (usual ??= checkedParameters(policy, base));
    const isGiven = state !== undefined && state !== null;
    try {
      const from = isGiven ? state : policy.start(parameters, observation.pool);
      return policy.recommend(parameters, observation, from);
    } catch (error) {
      throw failed(error, isGiven ? 'state: cannot be gone on from' : 'the policy cannot decide on this');
    }
  };
}

export function checkedParameters(policy: ScalingPolicy, written: Record<string, unknown>): unknown {
  return parse(z.object({ parameters: policy.parameters }), { parameters: written }).parameters;
}

/** Completed with defaults. */
export function checkedObservation(observation: unknown): Observation {
  return parse(z.object({ observation: observationSchema }), { observation }).observation;
}

function parse<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues).map((problem) => problemText(data, problem));
  throw new UserError(problems.map((problem) => problem.replace(/^scenario: /, 'the line: ')));
}

/** What a policy does with input that its original would not have survived either. */
function failed(error: unknown, what: string): UserError {
  if (error instanceof UserError) return error;
  const { message } = error as Error;
  return new UserError(`${what} (${message.split('\n')[0]}); mend the input`);
}
