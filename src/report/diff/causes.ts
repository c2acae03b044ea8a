// What the differences between two runs come from, as far as that can be told from their files: a sentence for each
// cause that is sure. Guesses are left out.
import type { ScenarioDifference } from './scenario.ts';
import type { Summary } from './results.ts';

export interface Compared {
  a: Summary;
  b: Summary;
  scenario: readonly ScenarioDifference[];
  /** Whether any result differs. */
  resultsDiffer: boolean;
}

export function causes({ a, b, scenario, resultsDiffer }: Compared): string[] {
  const changed = scenario.filter(({ path }) => !LABELS.includes(path));
  const isOnly = (...roots: string[]) =>
    changed.length > 0 && changed.every(({ path }) => roots.some((root) => isIn(path, root)));
  return [
    ...sameness(a, b, changed, resultsDiffer),
    ...(isOnly('seed') ? ['Same scenario, other seed: what differs is chance.'] : []),
    ...(isOnly('economics') && isServedAlike(a, b)
      ? ['Only prices and energy accounting differ: both served the same requests in the same way.']
      : []),
    ...(isOnly('slo') && isServedAlike(a, b)
      ? ['Only the SLO differs: both served the same requests in the same way.']
      : []),
    ...(isOnly('output') ? ['Only what is written differs, or how the run ends.'] : []),
    ...arrivals(a, b, changed),
    ...lengths(a, b),
    ...(a.reproducible === false || b.reproducible === false
      ? ['A program missed its time to decide in one of them: that run cannot be repeated exactly.']
      : []),
  ];
}

/** They change no result. */
const LABELS = ['name', 'description'];

function isIn(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);
}

function sameness(
  a: Summary,
  b: Summary,
  changed: readonly ScenarioDifference[],
  resultsDiffer: boolean,
): string[] {
  if (changed.length > 0) return [];
  const same = 'Same scenario, same seed';
  if (!resultsDiffer) return [`${same}: the results are the same.`];
  if (a.version !== b.version) return [`${same}, but fleetday ${text(a.version)} and ${text(b.version)}.`];
  if (a.partial !== b.partial) return [`${same}: ${a.partial === true ? 'a' : 'b'} was stopped early.`];
  if (a.partial === true) return [`${same}: both were stopped early, not at the same moment.`];
  return [`${same}, same version, other results: an input file has changed, or a program decided otherwise.`];
}

/** To the token; no chance makes that up. */
function isServedAlike(a: Summary, b: Summary): boolean {
  const keys = ['arrived', 'completed', 'total_input_tokens', 'total_output_tokens'];
  return keys.every((key) => a[key] === b[key]);
}

/** Arrivals are drawn from streams named by seed and cell: whether both runs had the same ones. */
function arrivals(a: Summary, b: Summary, changed: readonly ScenarioDifference[]): string[] {
  if (changed.length === 0) return [];
  const paths = changed.map(({ path }) => path);
  const has = (...roots: string[]) => paths.some((path) => roots.some((root) => isIn(path, root)));
  const isOtherTraffic = has('workload', 'seed', 'start', 'timeZone', 'duration');
  // Cells with other shares draw others.
  const mayBeOthers = paths.some((path) => /\.(cells|share|replicas)$/.test(path)) && !isServedAlike(a, b);
  const [from, to] = [Number(a.arrived), Number(b.arrived)];
  if (isOtherTraffic && from > 0 && Math.abs(to / from - 1) >= 0.01) {
    return [`The traffic differs: b has ${(to / from).toPrecision(3)} times as many requests as a.`];
  }
  const isTold = ['economics', 'slo', 'output'].some((root) => paths.every((path) => isIn(path, root)));
  if (isOtherTraffic || mayBeOthers || from !== to || isTold) return [];
  return ['Both had the same requests at the same times.'];
}

function lengths(a: Summary, b: Summary): string[] {
  const [from, to] = [Number(a.simulated_seconds), Number(b.simulated_seconds)];
  if (from === to || !(from > 0) || !(to > 0)) return [];
  return [
    `Simulated times differ (${from} s and ${to} s): counts, energy and cost cannot be set against each other; rates, latencies and unit costs can.`,
  ];
}

function text(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'of unknown version';
}
