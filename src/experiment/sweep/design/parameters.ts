// `parameters` of an experiment, or `--param path=values`, as axes. A key is a path of the scenario; where its values are
// mappings of paths, those move together and the key is the axis' name.
import { splitList } from '../../compare/variants.ts';
import { levelOf, rounded, valueWithin, type Axis, type Level, type Range } from './axis.ts';
import type { Value } from '../point.ts';
import { isRange, parseRange, type Problem } from './values.ts';

const PATH = /^[\w-]+(\[\d{1,6}\])*(\.[\w-]+(\[\d{1,6}\])*)*$/;
const PATHS = 'write a path as --set takes it, like fleet.pools[0].replicas';
const RANGE_KEYS = ['from', 'to', 'points', 'scale', 'whole'];

/** A problem's `at`: the item of the list in which it lies. */
export interface AxisProblem extends Problem {
  at?: number;
}

/** Of `--param path=a,b,c`. */
export function parseParameter(argument: string): Axis | Problem {
  const equals = argument.indexOf('=');
  if (equals < 0) return { problem: 'has no "="; write --param path=values, e.g. --param duration=1h,2h' };
  const items = splitList(argument.slice(equals + 1)).map(plain);
  const name = argument.slice(0, equals).trim();
  return axisOf(name, items.length === 1 ? items[0] : items);
}

/** Numbers and flags are not text, so that columns of tables are numbers. */
function plain(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

export function axisOf(name: string, values: unknown): Axis | AxisProblem {
  if (isMapping(values)) return rangeAxis(name, values);
  const items = Array.isArray(values) ? (values as unknown[]) : [values];
  if (items.length === 0) return { problem: 'has no values; give some' };
  if (items.every(isMapping)) return togetherAxis(name, items);
  if (!PATH.test(name)) return { problem: `is not a path; ${PATHS}` };
  if (name === 'seed') return { problem: 'is not swept as a parameter; give seeds' };
  const levels: Level[] = [];
  for (const [at, item] of items.entries()) {
    if (!isValue(item))
      return { problem: 'must be a number, text, true or false; write one (a mapping in quotes)', at };
    const found = typeof item === 'string' && isRange(item) ? parseRange(item) : item;
    if (Array.isArray(found)) levels.push(...found.map((value: Value) => levelOf(name, value)));
    else if (typeof found === 'object' && 'problem' in found) return { ...found, at };
    else if (isValue(found)) levels.push(levelOf(name, found));
    else if (items.length === 1) return { kind: 'continuous', name, path: name, range: found };
    else return { problem: 'is a range without steps among other values; write from..to:step', at };
  }
  return distinct({ kind: 'discrete', name, levels });
}

function distinct(axis: Axis & { kind: 'discrete' }): Axis | AxisProblem {
  const labels = axis.levels.map(({ assignments }) => JSON.stringify(assignments));
  const twice = labels.findIndex((label, i) => labels.indexOf(label) < i);
  return twice < 0 ? axis : { problem: `has ${axis.levels[twice].label} twice; remove one of them` };
}

/** Mappings and lists in a level are written as JSON, which `--set` reads too. */
function togetherAxis(name: string, items: readonly Record<string, unknown>[]): Axis | AxisProblem {
  const levels: Level[] = [];
  const [first] = items;
  for (const [at, item] of items.entries()) {
    const paths = Object.keys(item);
    const wrong = paths.find((path) => !PATH.test(path) || path === 'seed');
    if (wrong !== undefined || paths.length === 0)
      return { problem: `sets "${wrong ?? ''}", which is no path of a scenario that may vary; ${PATHS}`, at };
    const differs = Object.keys(first).find((path) => !paths.includes(path));
    if (differs !== undefined || paths.length !== Object.keys(first).length)
      return { problem: 'sets other paths than the first; set the same ones in each', at };
    const assignments = Object.fromEntries(
      paths.map((path) => [path, isValue(item[path]) ? item[path] : JSON.stringify(item[path])]),
    );
    const label = Object.values(assignments).map(String).join(' ');
    levels.push({ label, assignments });
  }
  return distinct({ kind: 'discrete', name, levels });
}

/** `{ from: 10, to: 1000, points: 5, scale: log, whole: true }`; without `points` continuous. */
function rangeAxis(name: string, values: Record<string, unknown>): Axis | AxisProblem {
  const unknown = Object.keys(values).find((key) => !RANGE_KEYS.includes(key));
  if (unknown !== undefined)
    return { problem: `has the unknown key ${unknown}; known: ${RANGE_KEYS.join(', ')}` };
  if (!PATH.test(name)) return { problem: `is not a path; ${PATHS}` };
  const { from, to, points, scale = 'linear', whole = false } = values;
  if (typeof from !== 'number' || typeof to !== 'number' || !(to > from))
    return { problem: 'needs from and to, two numbers that go upwards; give them' };
  if (scale !== 'linear' && scale !== 'log')
    return { problem: 'has a scale other than linear or log; write one' };
  if (scale === 'log' && from <= 0) return { problem: 'begins at or below 0 on a log scale; begin above 0' };
  if (typeof whole !== 'boolean') return { problem: 'has a `whole` other than true or false; write one' };
  const range: Range = { from, to, isLogarithmic: scale === 'log', isWhole: whole, unit: '' };
  if (points === undefined) return { kind: 'continuous', name, path: name, range };
  if (typeof points !== 'number' || !Number.isInteger(points) || points < 2 || points > 10_000)
    return { problem: 'needs a whole number of points from 2 to 10000; write one' };
  const levels = Array.from({ length: points }, (_, i) => {
    const value = valueWithin(range, i / (points - 1));
    return levelOf(name, typeof value === 'number' ? rounded(value) : value);
  });
  return distinct({ kind: 'discrete', name, levels });
}

function isValue(value: unknown): value is Value {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
