// What the user wants to see of the zoo: its own entrants by name, others as `compare` takes them; scenarios by name.
import { UserError } from '../../kernel/user-error.ts';
import { failureScenarios } from '../../scenario/shipped.ts';
import { suggestion } from '../../settings/suggest.ts';
import { parseVariants, splitList } from '../compare/variants.ts';
import { ENTRANTS, type Entrant } from './entrants.ts';

/** All where a list is empty. UserError with everything that is wrong with both. */
export function chosenOfZoo(options: { policies: readonly string[]; scenarios: readonly string[] }) {
  const problems: string[] = [];
  const attempt = <T>(choose: () => T): T | undefined => {
    try {
      return choose();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const entrants = attempt(() => chosenEntrants(options.policies));
  const scenarios = attempt(() => chosenScenarios(options.scenarios));
  if (problems.length > 0) throw new UserError(problems);
  return { entrants: entrants!, scenarios };
}

export function chosenEntrants(lists: readonly string[]): readonly Entrant[] {
  const items = lists.flatMap(splitList);
  if (items.length === 0) return ENTRANTS;
  const own = items.filter((item) => !ENTRANTS.some(({ name }) => name === item));
  const labels = items.filter((item) => !own.includes(item));
  // Together, so that two of one name are noticed.
  const variants = own.length === 0 ? [] : parseVariants(own);
  const twice = [...labels, ...variants.map(({ label }) => label)].find(
    (name, i, all) => all.indexOf(name) < i,
  );
  if (twice !== undefined)
    throw new UserError(`--policies: two are called ${twice}; give one a label of its own`);
  return items.map((item) => {
    const entrant = ENTRANTS.find(({ name }) => name === item);
    if (entrant !== undefined) return entrant;
    const { label, autoscaling } = variants[own.indexOf(item)];
    return { name: label, settings: item, least: 1, autoscaling: () => autoscaling };
  });
}

/** Undefined: all. */
export function chosenScenarios(lists: readonly string[]): string[] | undefined {
  const names = lists.flatMap(splitList);
  if (names.length === 0) return undefined;
  const known = failureScenarios().map(({ name }) => name);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => `--scenarios: there is no scenario "${name}" in the zoo; ${suggestion(name, known)}`);
  if (problems.length > 0) throw new UserError(problems);
  return names;
}
