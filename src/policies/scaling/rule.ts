// One rule of a policy that can be called alone, outside any simulation: a pure function over JSON. `fleetday decide`
// finds it by name; a policy is built of the same functions.
import type { z } from 'zod';

export interface Rule<I = unknown, O = unknown> {
  /** `hpa/replicas`, `knative/average`, …: policy or family, then what it decides. */
  name: string;
  summary: string;
  /** The original: project, document, version or commit, year. */
  source: string;
  /** Defaults filled in, unknown keys refused. */
  input: z.ZodType<I>;
  evaluate(input: I): O;
  /** An input as one writes it, and what comes out: shown in docs/policies.md and run by a test. */
  example: { input: unknown; output: O };
}

/** Keeps the types of input and output together where a rule is defined. */
export function rule<I, O>(definition: Rule<I, O>): Rule {
  return definition as unknown as Rule;
}
