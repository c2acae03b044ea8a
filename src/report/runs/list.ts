// The runs in a folder and those below it: what each one's summary says, and whether it is whole. A folder that should
// hold a run and does not is listed as damaged; nothing is changed. Left out: what links lead to, and folders deeper
// than a comparison or a sweep puts them.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../kernel/user-error.ts';
import { CHECKPOINT, hasCheckpoint } from '../checkpoint-file.ts';
import { isFolder, RESULT_FILES, SCENARIO, SUMMARY } from '../files.ts';

/** `interrupted`: can be gone on with, whether it has partial results or none yet. */
export type RunState = 'whole' | 'partial' | 'interrupted' | 'damaged';

export interface ListedRun {
  /** The folder. */
  dir: string;
  state: RunState;
  /** Why it is damaged. */
  problem?: string;
  /** When it was written, milliseconds since the epoch. */
  writtenMs: number;
  /** Undefined where there is none that can be read. */
  summary?: RunSummary;
}

/** What summary.json says; NaN and empty where it does not. */
export interface RunSummary {
  scenario: string;
  seed: number;
  version: string;
  simulatedSeconds: number;
  arrived: number;
  totalUsd: number;
  attainment: number;
  ttftP99Seconds: number;
}

/** out/compare/<comparison>/<run> is three below out. */
const DEPTH_MAX = 4;

/** The newest first; UserError where the folder cannot be read. */
export function listRuns(dir: string): ListedRun[] {
  if (!existsSync(dir)) {
    throw new UserError(
      `${dir}: there is no such folder; run a scenario first, or name the folder of your runs`,
    );
  }
  if (!isFolder(dir)) throw new UserError(`${dir}: is a file; name the folder of your runs`);
  const runs: ListedRun[] = [];
  walk(dir, 0, runs);
  return runs.toSorted((a, b) => b.writtenMs - a.writtenMs || (a.dir < b.dir ? -1 : 1));
}

function walk(dir: string, depth: number, runs: ListedRun[]): void {
  const entries = entriesOf(dir);
  if (entries === undefined) {
    runs.push({ dir, state: 'damaged', problem: 'may not be read; change its permissions', writtenMs: 0 });
    return;
  }
  const names = entries.map(({ name }) => name);
  if (names.includes(SUMMARY) || names.includes(CHECKPOINT) || names.includes(SCENARIO)) {
    runs.push(runIn(dir));
    return;
  }
  if (depth === DEPTH_MAX) return;
  for (const entry of entries) if (entry.isDirectory()) walk(path.join(dir, entry.name), depth + 1, runs);
}

function entriesOf(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function runIn(dir: string): ListedRun {
  const writtenMs = writtenAt(dir);
  const isInterrupted = hasCheckpoint(dir);
  if (!existsSync(path.join(dir, SUMMARY))) {
    if (isInterrupted) return { dir, state: 'interrupted', writtenMs };
    return { dir, state: 'damaged', problem: `has results, but no ${SUMMARY}`, writtenMs };
  }
  const read = readSummary(path.join(dir, SUMMARY));
  if (typeof read === 'string') return { dir, state: 'damaged', problem: read, writtenMs };
  const missing = ([SCENARIO, 'windows.csv', 'hourly.csv'] as const).filter(
    (name) => !existsSync(path.join(dir, name)),
  );
  const summary = summaryOf(read);
  if (missing.length > 0) {
    return { dir, state: 'damaged', problem: `has no ${missing.join(', ')}`, writtenMs, summary };
  }
  const whole = read.partial === true ? 'partial' : 'whole';
  return { dir, state: isInterrupted ? 'interrupted' : whole, writtenMs, summary };
}

/** The keys, or what is wrong with it. */
function readSummary(file: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isSummary = typeof value === 'object' && value !== null && 'scenario' in value;
    return isSummary ? (value as Record<string, unknown>) : `${SUMMARY} is not that of a run`;
  } catch (error) {
    return error instanceof SyntaxError ? `${SUMMARY} is cut off or no JSON` : `${SUMMARY} cannot be read`;
  }
}

function summaryOf(read: Record<string, unknown>): RunSummary {
  const number = (key: string) => (typeof read[key] === 'number' ? read[key] : NaN);
  const text = (key: string) => (typeof read[key] === 'string' ? read[key] : '');
  return {
    scenario: text('scenario'),
    seed: number('seed'),
    version: text('version'),
    simulatedSeconds: number('simulated_seconds'),
    arrived: number('arrived'),
    totalUsd: number('total_usd'),
    attainment: number('slo_attainment'),
    ttftP99Seconds: number('p99_ttft_ms') / 1000,
  };
}

/** Of the last file of a whole set and of a checkpoint; what was made from them later does not count. */
function writtenAt(dir: string): number {
  const modifiedMs = (name: string) =>
    statSync(path.join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const ofRun = Math.max(modifiedMs(SUMMARY), modifiedMs(CHECKPOINT));
  return ofRun > 0 ? ofRun : Math.max(...RESULT_FILES.map(modifiedMs));
}
