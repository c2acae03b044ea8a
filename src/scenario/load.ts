// From a scenario file and the command line's overrides to a Scenario, or to one UserError that lists every mistake
// as `file:line:column path: what is wrong, got value; fix`. Steps: read with positions, apply overrides, check every
// key by itself (zod), fill in what follows from other keys, check rules between keys, translate.
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { UserError } from '../kernel/user-error.ts';
import { check } from './load/checks.ts';
import { applyOverride, parseOverride, type Override } from './load/overrides.ts';
import { problemsOf, problemText, valueAt, writtenPath, type Problem } from './load/problems.ts';
import { withPolicyFromCode } from './load/pools/autoscaling-files.ts';
import { withNamedFiles } from './load/named-files.ts';
import { withDollars } from './load/economics/currencies.ts';
import { complete, scenarioOf, type CompleteFile } from './load/resolve.ts';
import {
  readScenarioSource,
  scenarioTextSource,
  type Path,
  type Place,
  type ScenarioSource,
} from './load/source.ts';
import { withoutMistakes } from './load/without-mistakes.ts';
import { resolvedText } from './resolved-text.ts';
import type { LoadedScenario, Scenario } from './scenario.ts';
import { scenarioFile } from './schema.ts';

const PROBLEMS_MAX = 50;
/** A file with more is no scenario with mistakes but something else; to look further would take long. */
const MISTAKES_MAX = 1000;

export interface LoadOptions {
  seed?: number;
  /** Applied last, in place of what the user has written. */
  also?: readonly Override[];
  /** Every pool that scales does so by the policy of that name, which code hands to the run. */
  policyFromCode?: string;
}

export function loadScenario(
  filePath: string,
  overrides: readonly string[],
  options: LoadOptions = {},
): LoadedScenario {
  return scenarioReader(filePath)(overrides, options);
}

/** Reads the file once, for many variants of it. */
export function scenarioReader(filePath: string) {
  const source = readScenarioSource(filePath);
  return (overrides: readonly string[], options: LoadOptions = {}): LoadedScenario =>
    loadedOf(completed(source, filePath, overrides, options));
}

/** The same of a file's text that has been read. */
export function loadScenarioText(text: string, filePath: string): LoadedScenario {
  return loadedOf(completed(scenarioTextSource(text, filePath), filePath, [], {}));
}

/** The same of data, such as code hands over; paths in it are relative to the working directory, or to `folder`. */
export function loadScenarioData(
  data: unknown,
  overrides: readonly string[],
  options: LoadOptions & { folder?: string } = {},
): LoadedScenario {
  return loadedOf(completedData(data, overrides, options));
}

/** Of data that is a resolved scenario already: without the text, which takes half of the time. */
export function resolvedScenario(data: unknown): Scenario {
  return scenarioOf(completedData(data, [], {}));
}

function completedData(
  data: unknown,
  overrides: readonly string[],
  options: LoadOptions & { folder?: string },
): CompleteFile {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new UserError('scenario: must be a mapping of keys, or the path of a file; give one of them');
  }
  const source = { data, repeatedKeys: [], locate: () => undefined };
  return completed(source, join(options.folder ?? '.', 'scenario'), overrides, options);
}

function completed(
  read: ScenarioSource,
  filePath: string,
  overrides: readonly string[],
  options: LoadOptions,
): CompleteFile {
  const { policyFromCode } = options;
  const source =
    policyFromCode === undefined ? read : { ...read, data: withPolicyFromCode(read.data, policyFromCode) };
  const { data: written, applied, problems } = withOverrides(source, overrides, options);
  const overrideAt = (path: Path) => overrideOf(path, applied, source);
  const context = {
    filePath,
    folderOf: (path: Path) => (overrideAt(path) ? process.cwd() : dirname(filePath)),
  };

  const inDollars = withDollars(written);
  const named = withNamedFiles(inDollars.data, context.folderOf);
  const { data } = named;
  const parsed = scenarioFile.safeParse(data);
  const mistakes = parsed.success ? [] : problemsOf(parsed.error.issues).slice(0, MISTAKES_MAX);
  mistakes.push(...inDollars.mistakes, ...named.mistakes);
  const unread = named.mistakes.map(({ path }) => path);
  const sound = parsed.success ? { file: parsed.data, leftOut: [] } : withoutMistakes(data, MISTAKES_MAX);
  const whole = sound && complete(sound.file, context);
  if (whole) {
    check(sound.file, whole, (path, message, related = [], atKey = false) => {
      const unknown = [...sound.leftOut, ...unread];
      const isSpoilt = [path, ...related].some((one) => unknown.some((other) => isWithin(one, other)));
      if (!isSpoilt) mistakes.push({ path, message, atKey });
    });
  }
  problems.push(...located(mistakes, { filePath, data, source, overrideAt }));
  if (problems.length > 0) throw new UserError(atMost(problems, PROBLEMS_MAX));
  return whole!;
}

function loadedOf(file: CompleteFile): LoadedScenario {
  const resolvedYaml = resolvedText(file);
  const hash = createHash('sha256').update(resolvedYaml).digest('hex').slice(0, 8);
  return { scenario: scenarioOf(file), resolvedYaml, hash };
}

/** The file with its overrides, unchecked: what the user himself has written. */
export function writtenData(filePath: string, overrides: readonly string[]): unknown {
  return withOverrides(readScenarioSource(filePath), overrides, {}).data;
}

function withOverrides(
  source: ScenarioSource,
  overrides: readonly string[],
  { seed, also = [] }: LoadOptions,
) {
  let { data } = source;
  const applied: Override[] = [];
  const problems: string[] = [];
  const parsed = overrides.map(parseOverride);
  if (seed !== undefined) parsed.push({ path: ['seed'], value: seed, written: `--seed ${seed}` });
  for (const override of [...parsed, ...also]) {
    const result = 'problem' in override ? override : applyOverride(data, override);
    if ('problem' in result) problems.push(result.problem);
    else {
      data = result.data;
      applied.push(override as Override);
    }
  }
  return { data, applied, problems };
}

/** The override that wrote the value at `path`, or what stands above it. */
function overrideOf(path: Path, applied: readonly Override[], source: ScenarioSource): Override | undefined {
  return applied.findLast(
    (override) =>
      isPrefix(override.path, path) ||
      (isPrefix(path, override.path) && valueAt(source.data, path).isMissing),
  );
}

function isPrefix(short: Path, long: Path): boolean {
  return short.every((key, i) => key === long[i]);
}

function isWithin(one: Path, other: Path): boolean {
  return isPrefix(one, other) || isPrefix(other, one);
}

interface Origin {
  filePath: string;
  data: unknown;
  source: ScenarioSource;
  overrideAt(path: Path): Override | undefined;
}

/** Messages in the order of the file, those of the command line last. */
function located(mistakes: readonly Problem[], { filePath, data, source, overrideAt }: Origin): string[] {
  const inFile = source.repeatedKeys.map(({ place, key }) => {
    const message = 'key appears twice in one mapping; remove one of them';
    return { place, message, text: `${key}: ${message}` };
  });
  const onCommandLine: string[] = [];
  const nowhere: string[] = [];
  for (const mistake of mistakes) {
    const override = overrideAt(mistake.path);
    const text = problemText(data, mistake);
    if (override) {
      const own = `${writtenPath(override.path)}: `;
      onCommandLine.push(
        text.startsWith(own)
          ? `${override.written}: ${text.slice(own.length)}`
          : `${override.written} ${text}`,
      );
    } else {
      const place = source.locate(mistake.path, mistake.atKey ? 'key' : 'value');
      if (place === undefined) {
        nowhere.push(text);
        continue;
      }
      // Through aliases one mistake can be several keys' mistake.
      const isKnown = inFile.some(
        (other) => isSamePlace(other.place, place) && other.message === mistake.message,
      );
      if (!isKnown) inFile.push({ place, message: mistake.message, text });
    }
  }
  inFile.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const lines = inFile.map(({ place, text }) => `${filePath}:${place.line}:${place.column} ${text}`);
  return [...lines, ...nowhere, ...onCommandLine];
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.line === b.line && a.column === b.column;
}

function atMost(problems: string[], limit: number): string[] {
  if (problems.length <= limit) return problems;
  return [...problems.slice(0, limit), `… and ${problems.length - limit} more`];
}
