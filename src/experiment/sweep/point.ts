// One point of a sweep: a scenario with everything that decides its result, so that it can be simulated in any thread, on
// any machine, and need never be simulated twice. A point becomes exactly one outcome: its summary, or why there is none.
// Left out: windows and other tables of the runs; the command in the table of results makes them again.
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { LastUsed } from '../../kernel/last-used.ts';
import { UserError } from '../../kernel/user-error.ts';
import { loadOwnPolicies } from '../../run/policies/own-policies.ts';
import type { RunResult } from '../../run/result.ts';
import { Run } from '../../run/run.ts';
import { resolvedScenario } from '../../scenario/load.ts';
import { preloadFor } from '../../scenario/load/preload.ts';
import type { LoadedScenario, Scenario } from '../../scenario/scenario.ts';
import { withReplicaCapacities } from '../capacity.ts';
import { checkUnchanged } from './unchanged.ts';

export type Value = string | number | boolean;

/** The keys of summary.json. */
export type Summary = Record<string, Value | null>;

export interface SweepPoint {
  /** SHA-256 (hex) over: resolved scenario text, seed, the program (../program.ts), hashes of the files read. */
  key: string;
  /** Row in the table. */
  index: number;
  /** Path → value, as `--set` takes it. */
  assignments: Record<string, Value>;
  seed: number;
  /** Stands alone but for the files below. */
  resolvedYaml: string;
  /** Traces and policy modules, by the absolute paths that the scenario names. */
  files: { path: string; sha256: string }[];
}

export interface PointError {
  /** user: a mistake in the scenario; bug: one of the program; lost: whatever simulated it died. */
  kind: 'user' | 'bug' | 'lost';
  message: string;
}

export type PointOutcome =
  { key: string; ok: true; summary: Summary } | { key: string; ok: false; error: PointError };

export interface PointExecutor {
  /** Every point ends as exactly one outcome; order is free. Rejects only when the executor itself fails. */
  run(
    points: readonly SweepPoint[],
    onOutcome: (outcome: PointOutcome) => void,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/** What is sent to a thread: plain data. */
export interface PointTask {
  point: SweepPoint;
  /** Where this machine has the point's files, by SHA-256; for those that lie elsewhere than the point says. */
  places?: Readonly<Record<string, string>>;
  /** Whether programs may be run that the scenario names as its policy. */
  allowExec?: boolean;
}

/** What a thread cannot know by itself. */
export interface Program {
  version: string;
  /** From the room above: summaryJson. */
  summarise(result: RunResult, loaded: LoadedScenario): Summary;
}

/** In whatever process, and wherever the files are: the same bytes. Never rejects. */
export async function simulatePoint(task: PointTask, program: Program): Promise<PointOutcome> {
  const { key } = task.point;
  try {
    return { key, ok: true, summary: await summaryOf(task, program) };
  } catch (error) {
    const isUser = error instanceof UserError;
    const { message, stack } = error as Error;
    return {
      key,
      ok: false,
      error: { kind: isUser ? 'user' : 'bug', message: isUser ? message : (stack ?? message) },
    };
  }
}

async function summaryOf({ point, places = {}, allowExec = false }: PointTask, program: Program) {
  const { resolvedYaml, files } = point;
  const moved = new Map(files.map(({ path, sha256 }) => [path, places[sha256] ?? path]));
  await checkUnchanged(files.map(({ path, sha256 }) => ({ path: moved.get(path)!, sha256 })));
  await preloadFor(resolvedYaml);
  const scenario = scenarioOf(point, moved);
  const policies = await loadOwnPolicies(scenario, { allowExec });
  // Where the files lie on this machine is not part of the result.
  const hash = createHash('sha256').update(resolvedYaml).digest('hex').slice(0, 8);
  const loaded = withReplicaCapacities({ scenario, resolvedYaml, hash }, policies);
  const run = new Run(loaded, { threads: 0, outDir: '', version: program.version, policies });
  return program.summarise(await run.execute(), loaded);
}

/**
 * By text without its seed: the points of a variant differ in nothing else, and reading it takes as long as simulating
 * thousands of requests. Not where files are read, which a scenario may hold in memory.
 */
const known = new LastUsed<Scenario>(256);

function scenarioOf({ resolvedYaml, seed, files }: SweepPoint, moved: ReadonlyMap<string, string>): Scenario {
  const parts = resolvedYaml.split(`\nseed: ${seed}\n`);
  if (files.length > 0 || parts.length !== 2) return resolvedScenario(withPaths(parse(resolvedYaml), moved));
  const key = parts.join('\n');
  const scenario = known.get(key) ?? resolvedScenario(parse(resolvedYaml));
  known.set(key, scenario);
  return { ...scenario, seed };
}

/** Paths are absolute: no other text of a scenario is like one by chance. */
function withPaths(data: unknown, moved: ReadonlyMap<string, string>): unknown {
  if (typeof data === 'string') return moved.get(data) ?? data;
  if (Array.isArray(data)) return data.map((item) => withPaths(item, moved));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withPaths(value, moved)]));
}
