// What has been simulated before, by the key of its point: a file each, written aside and renamed into place, so that
// several programs may share a folder and none is ever seen half written. An entry that does not check is no entry: the
// point is simulated again. Only summaries are kept, no errors. Left out: locks (two programs may simulate the same point;
// both come to the same bytes).
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { PointOutcome, Summary } from './point.ts';

export interface SweepCache {
  get(key: string): Summary | undefined;
  /** What cannot be written is told of in `problem`, and stops nothing. */
  put(outcome: PointOutcome): void;
  readonly problem: string | undefined;
}

export const NO_CACHE: SweepCache = { get: () => undefined, put: () => {}, problem: undefined };

const KEY = /^[0-9a-f]{64}$/;

export interface CacheOptions {
  dir: string;
  /** Makes a folder and those above it; from the room above. */
  makeFolder(dir: string): void;
  /** This room reads no clock. */
  nowMs(): number;
}

export function openCache({ dir, makeFolder, nowMs }: CacheOptions): SweepCache {
  let problem: string | undefined;
  return {
    get: (key) => read(placeOf(dir, key), key, nowMs()),
    put: (outcome) => {
      if (!outcome.ok || problem !== undefined) return;
      const place = placeOf(dir, outcome.key);
      const staged = `${place}.${process.pid}-${randomUUID().slice(0, 8)}.part`;
      try {
        makeFolder(path.dirname(place));
        writeFileSync(staged, entryText(outcome.key, outcome.summary));
        renameSync(staged, place);
      } catch (error) {
        if (existsSync(staged)) rmSync(staged);
        problem = `${dir}: results cannot be kept for a later sweep (${(error as Error).message}); make room, or give another --cache`;
      }
    },
    get problem() {
      return problem;
    },
  };
}

/** Two letters deep: a folder of a hundred thousand files is slow on some systems. */
function placeOf(dir: string, key: string): string {
  if (!KEY.test(key)) throw new Error(`not a key of a point: ${key}`);
  return path.join(dir, key.slice(0, 2), `${key}.json`);
}

function entryText(key: string, summary: Summary): string {
  const text = JSON.stringify(summary);
  return `${JSON.stringify({ key, check: checkOf(key, text) })}\n${text}\n`;
}

function checkOf(key: string, text: string): string {
  return createHash('sha256').update(`${key}\n${text}`).digest('hex');
}

function read(place: string, key: string, nowMs: number): Summary | undefined {
  let lines: string[];
  try {
    lines = readFileSync(place, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  try {
    const { check } = JSON.parse(lines[0]) as { check: string };
    if (lines.length !== 3 || check !== checkOf(key, lines[1])) return undefined;
    markUsed(place, nowMs);
    return JSON.parse(lines[1]) as Summary;
  } catch {
    return undefined;
  }
}

/** Pruning takes what has been unused for longest. */
function markUsed(place: string, nowMs: number): void {
  try {
    utimesSync(place, nowMs / 1000, nowMs / 1000);
  } catch {
    // A cache that may only be read, or an entry that was pruned this moment.
  }
}

export interface CacheSize {
  entries: number;
  bytes: number;
}

interface CacheFile {
  place: string;
  bytes: number;
  usedMs: number;
}

export function cacheSize(dir: string): CacheSize {
  const files = filesIn(dir);
  return { entries: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** What a program that died was writing; younger ones may still be written. */
const ABANDONED_MS = 3_600_000;

/** Removes what was unused for longest until no more than `bytesMax` are left, and what was never written to its end. */
export function pruneCache(
  dir: string,
  bytesMax: number,
  nowMs: number,
): { removed: CacheSize; left: CacheSize } {
  const files = filesIn(dir).toSorted((a, b) => b.usedMs - a.usedMs || (a.place < b.place ? -1 : 1));
  const removed = { entries: 0, bytes: 0 };
  const left = { entries: 0, bytes: 0 };
  for (const { place, bytes, usedMs } of files) {
    const isEntry = place.endsWith('.json');
    const goes = isEntry ? left.bytes + bytes > bytesMax : usedMs < nowMs - ABANDONED_MS;
    if (goes) rmSync(place, { force: true });
    const count = goes ? removed : left;
    count.entries++;
    count.bytes += bytes;
  }
  return { removed, left };
}

/** Only what the cache itself has put there. */
function filesIn(dir: string): CacheFile[] {
  return namesIn(dir)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((name) => namesIn(path.join(dir, name)).map((file) => path.join(dir, name, file)))
    .filter((place) => /^[0-9a-f]{64}\.json(\.\S+\.part)?$/.test(path.basename(place)))
    .flatMap((place) => {
      const stat = statSync(place, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ place, bytes: stat.size, usedMs: stat.mtimeMs }];
    });
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
