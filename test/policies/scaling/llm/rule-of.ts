// Calls a rule of this folder by its name, as `fleetday decide` does: input parsed, so that defaults count.
import { LLM_RULES } from '../../../../src/policies/scaling/llm/registry.ts';

export function call(name: string, input: unknown): Record<string, unknown> {
  const found = LLM_RULES.find((rule) => rule.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found.evaluate(found.input.parse(input)) as Record<string, unknown>;
}
