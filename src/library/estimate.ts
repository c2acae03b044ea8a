// Published closed-form estimates from code, with numbers of one's own.
import { evaluated } from '../estimate/preset.ts';
import { PRESETS } from '../estimate/presets/registry.ts';
import { inputsWith } from '../estimate/settings.ts';
import { UserError } from '../kernel/user-error.ts';
import { suggestion } from '../settings/suggest.ts';

export interface EstimateOptions {
  /** Assumptions of your own, as `--set` on the command line: `visitorsPerDay=20M`. */
  set?: readonly string[];
}

export interface Estimate {
  preset: string;
  title: string;
  /** By name: the assumptions, and every step that follows from them. Units and formulas: docs/estimate.md. */
  values: Readonly<Record<string, number>>;
  /** Names of the values that answer the question, the most important first. */
  answers: readonly string[];
}

/** `preset`: see `fleetday estimate`. Throws a UserError for one that there is not, or for a wrong assumption. */
export function estimate(preset: string, { set = [] }: EstimateOptions = {}): Estimate {
  const found = PRESETS.find(({ name }) => name === preset);
  if (found === undefined) {
    const known = PRESETS.map(({ name }) => name);
    throw new UserError(`estimate: there is no preset "${preset}"; ${suggestion(preset, known)}`);
  }
  const problems: string[] = [];
  const inputs = inputsWith(found, set, problems);
  if (problems.length > 0) throw new UserError(problems);
  return { preset, title: found.title, values: evaluated(found, inputs), answers: found.answers };
}
