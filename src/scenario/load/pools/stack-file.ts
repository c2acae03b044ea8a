// A stack file: the mapping of schema/stack.ts in a YAML file of its own, as `fleetday calibrate --out` writes it.
// What is wrong with it is told with its own file:line:column, all at once.
import { UserError } from '../../../kernel/user-error.ts';
import { stackMapping, type StackFile } from '../../schema/stack.ts';
import { problemsOf, problemText } from '../problems.ts';
import { readYamlSource } from '../source.ts';

/** Text that ends so is a path; the name of a preset never does. */
export function isStackFile(text: string): boolean {
  return /\.ya?ml$/i.test(text);
}

/** Throws a UserError with all that is wrong. */
export function readStackFile(filePath: string): StackFile {
  const source = readYamlSource(filePath, {
    what: 'stack',
    remedy: '`fleetday calibrate --out` writes one',
  });
  const { data } = source;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UserError(`${filePath}: is no mapping; \`fleetday calibrate --out\` writes a stack file`);
  }
  const problems = source.repeatedKeys.map(({ place, key }) => ({
    place,
    text: `${key}: key appears twice in one mapping; remove one of them`,
  }));
  const parsed = stackMapping.safeParse(data);
  for (const problem of parsed.success ? [] : problemsOf(parsed.error.issues)) {
    const place = source.locate(problem.path, problem.atKey ? 'key' : 'value');
    problems.push({ place, text: problemText(data, problem) });
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  problems.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  throw new UserError(problems.map(({ place, text }) => `${filePath}:${place.line}:${place.column} ${text}`));
}
