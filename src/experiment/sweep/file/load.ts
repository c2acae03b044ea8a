// An experiment from its file, or from a scenario with `--param`; what the command line says comes on top. Every mistake is
// reported as `file:line:column key: what is wrong, got value; fix`, all of them at once.
import path from 'node:path';
import { UserError } from '../../../kernel/user-error.ts';
import { nearest } from '../../../settings/suggest.ts';
import { problemsOf, problemText, type Problem } from '../../../scenario/load/problems.ts';
import { readYamlSource, type FileSource, type Place } from '../../../scenario/load/source.ts';
import { parseParameter } from '../design/parameters.ts';
import type { Axis } from '../design/axis.ts';
import type { Design } from '../design/designs.ts';
import type { Value } from '../point.ts';
import {
  DEFAULT_CONFIDENCE,
  DEFAULT_OBJECTIVES,
  DEFAULT_RESPONSES,
  type Experiment,
  type Objective,
} from './experiment.ts';
import { experimentFile, type ExperimentFile } from './schema.ts';

export interface AskedFor {
  /** `path=values`; an axis of the same name in the file is replaced. */
  parameters: readonly string[];
  overrides: readonly string[];
  seeds?: number | number[];
  /** Those of summary.json. */
  knownKeys: readonly string[];
}

const KIND = { what: 'experiment', remedy: 'see docs/sweep.md for an example' };

export function loadExperiment(filePath: string, asked: AskedFor): Experiment {
  const source = readYamlSource(filePath, KIND);
  const { data } = source;
  const isExperiment = isMapping(data) && ('parameters' in data || typeof data.scenario === 'string');
  const base = isExperiment ? fromFile(filePath, source, asked.knownKeys) : fromScenario(filePath);
  const axes = [...base.axes];
  const problems: string[] = [];
  for (const argument of asked.parameters) {
    const axis = parseParameter(argument);
    if ('problem' in axis) {
      problems.push(`--param ${argument}: ${axis.problem}`);
      continue;
    }
    const same = axes.findIndex(({ name }) => name === axis.name);
    axes.splice(same < 0 ? axes.length : same, same < 0 ? 0 : 1, axis);
  }
  if (axes.length === 0 && problems.length === 0) {
    problems.push(
      `${filePath}: is a scenario; say what to vary, e.g. --param fleet.pools[0].replicas=10..50:10, or name an experiment file`,
    );
  }
  problems.push(...repeatedPaths(axes));
  if (problems.length > 0) throw new UserError(problems);
  return {
    ...base,
    axes,
    overrides: [...base.overrides, ...asked.overrides],
    seeds: asked.seeds ?? base.seeds,
  };
}

/** The same of data, such as code hands over: `scenario` is relative to the working directory. */
export function experimentOfData(data: unknown, knownKeys: readonly string[]): Experiment {
  const source = { data, repeatedKeys: [], locate: () => undefined };
  return fromFile('experiment', source, knownKeys);
}

function fromScenario(filePath: string): Experiment {
  return {
    name: nameOf(filePath),
    description: '',
    scenarioPath: filePath,
    overrides: [],
    axes: [],
    design: { kind: 'grid' },
    seeds: 1,
    responses: DEFAULT_RESPONSES,
    constraints: [],
    objectives: DEFAULT_OBJECTIVES,
    stop: undefined,
    confidence: DEFAULT_CONFIDENCE,
    baseline: undefined,
  };
}

type Source = Pick<FileSource, 'data' | 'repeatedKeys'> & {
  locate(path: Problem['path'], target?: 'key' | 'value'): Place | undefined;
};

function fromFile(filePath: string, source: Source, knownKeys: readonly string[]): Experiment {
  const parsed = experimentFile.safeParse(source.data);
  const mistakes = parsed.success ? rules(parsed.data, knownKeys) : problemsOf(parsed.error.issues);
  const found = source.repeatedKeys.map(({ place, key }) => ({
    place: place as Place | undefined,
    text: `${key}: key appears twice in one mapping; remove one of them`,
  }));
  for (const mistake of mistakes) {
    const place = source.locate(mistake.path, mistake.atKey ? 'key' : 'value');
    found.push({ place, text: problemText(source.data, mistake) });
  }
  // In the order of the file.
  const line = ({ place }: { place: Place | undefined }) => (place?.line ?? 0) * 1e6 + (place?.column ?? 0);
  found.sort((a, b) => line(a) - line(b));
  if (found.length > 0) throw new UserError(found.map(({ place, text }) => at(filePath, place) + text));
  return experimentOf(parsed.data!, filePath);
}

function at(filePath: string, place: Place | undefined): string {
  return place === undefined ? '' : `${filePath}:${place.line}:${place.column} `;
}

function experimentOf(file: ExperimentFile, filePath: string): Experiment {
  const { scenario, set, parameters, objectives, responses = DEFAULT_RESPONSES, baseline } = file;
  return {
    name: file.name ?? nameOf(filePath),
    description: file.description,
    scenarioPath: path.isAbsolute(scenario) ? scenario : path.join(path.dirname(filePath), scenario),
    overrides: Object.entries(set).map(([key, value]) => `${key}=${asText(value)}`),
    axes: parameters,
    design: file.design as Design,
    seeds: file.seeds,
    responses,
    constraints: file.constraints,
    objectives: objectives === undefined ? DEFAULT_OBJECTIVES : objectivesOf(objectives),
    stop: file.stop,
    confidence: file.confidence,
    baseline: baseline as Record<string, Value> | undefined,
  };
}

function objectivesOf({ minimise, maximise }: { minimise: string[]; maximise: string[] }): Objective[] {
  return [
    ...minimise.map((key) => ({ key, sense: 'minimise' as const })),
    ...maximise.map((key) => ({ key, sense: 'maximise' as const })),
  ];
}

/** As `--set` takes it. */
function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Those between keys, and the names of the summary's. */
function rules(file: ExperimentFile, knownKeys: readonly string[]): Problem[] {
  const { design, stop, seeds, responses = [], constraints, objectives } = file;
  const problems: Problem[] = [];
  const isCube = design.kind === 'latin-hypercube';
  if (isCube && design.points === undefined)
    problems.push({
      path: ['design'],
      message: 'has no points; write { kind: latin-hypercube, points: 20 }',
    });
  if (!isCube && design.points !== undefined)
    problems.push({ path: ['design', 'points'], message: 'is for a latin-hypercube; remove it' });
  if (stop !== undefined) {
    const { relativeHalfWidth, absoluteHalfWidth } = stop;
    if ((relativeHalfWidth === undefined) === (absoluteHalfWidth === undefined))
      problems.push({
        path: ['stop'],
        message: 'needs either relativeHalfWidth or absoluteHalfWidth; give one',
        atKey: true,
      });
    if (typeof seeds !== 'number')
      problems.push({
        path: ['seeds'],
        message: 'is a list, to which stop adds none; write how many',
        atKey: true,
      });
  }
  const named: [string, Problem['path']][] = [
    ...responses.map((key, i): [string, Problem['path']] => [key, ['responses', i]]),
    ...constraints.map(({ key }, i): [string, Problem['path']] => [key, ['constraints', i]]),
    ...(objectives?.minimise ?? []).map((key, i): [string, Problem['path']] => [
      key,
      ['objectives', 'minimise', i],
    ]),
    ...(objectives?.maximise ?? []).map((key, i): [string, Problem['path']] => [
      key,
      ['objectives', 'maximise', i],
    ]),
    ...(stop === undefined ? [] : [[stop.response, ['stop', 'response']] as [string, Problem['path']]]),
  ];
  for (const [key, where] of named) {
    if (!knownKeys.includes(key))
      problems.push({ path: where, message: `is no key of summary.json; ${hint(key, knownKeys)}` });
  }
  return problems;
}

function hint(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `${near === undefined ? '' : `did you mean "${near}"? `}docs/results.md lists them`;
}

function repeatedPaths(axes: readonly Axis[]): string[] {
  const owner = new Map<string, string>();
  const problems: string[] = [];
  for (const axis of axes) {
    const paths = axis.kind === 'continuous' ? [axis.path] : Object.keys(axis.levels[0].assignments);
    for (const one of paths) {
      if (owner.has(one))
        problems.push(`parameters: ${one} is set by ${owner.get(one)} and ${axis.name}; remove one`);
      owner.set(one, axis.name);
    }
  }
  return problems;
}

function nameOf(filePath: string): string {
  const stem = path.basename(filePath).replace(/\.ya?ml$/i, '');
  return (
    stem
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .slice(0, 60) || 'experiment'
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
