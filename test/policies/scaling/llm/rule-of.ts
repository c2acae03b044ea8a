// Calls a rule of this folder by its name, as `fleetday decide` does: input parsed, so that defaults count.
import { RULES } from '../../../support/all-policies.ts';

export function call(name: string, input: unknown): Record<string, unknown> {
  const found = RULES.find((rule) => rule.name === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found.evaluate(found.input.parse(input)) as Record<string, unknown>;
}
