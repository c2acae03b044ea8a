// The folder of a run's results. Files are written beside their final place, flushed, and only then moved in:
// - a new folder is moved in whole, by one rename;
// - in an existing one (which may hold other files, be a mount point or the working directory) the old summary.json goes
//   first and the new one comes last. A folder with a summary.json therefore always holds one whole set; where the
//   process dies between these few renames, the next run into the folder completes them.
// Nothing but the files named here is ever replaced or removed. Left out: two runs into one folder at the same time.
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from '../kernel/user-error.ts';

/** In the order in which they are moved in; the last one tells that the set is whole. */
export const RESULT_FILES = [
  'scenario.resolved.yaml',
  'windows.csv',
  'hourly.csv',
  'ledger.csv',
  'energy.csv',
  'latencies.csv',
  'scaling.csv',
  'events.yaml',
  'windows.parquet',
  'hourly.parquet',
  'requests.parquet',
  'trace.json',
  'report.html',
  'summary.json',
] as const;

export type ResultFile = (typeof RESULT_FILES)[number];

/** Every run has these; the others where they apply or are asked for. */
type AlwaysWritten =
  'scenario.resolved.yaml' | 'windows.csv' | 'hourly.csv' | 'ledger.csv' | 'energy.csv' | 'summary.json';

/** Contents, or the path of a file that holds them and is moved away from there (too large for memory). */
export type Contents = string | Uint8Array | { movedFrom: string };

export type ResultFiles = Record<AlwaysWritten, string> & { [name in ResultFile]?: Contents };

export const SUMMARY = 'summary.json';
export const SCENARIO = 'scenario.resolved.yaml';

/** In the folder: files being written; and, by rename of the former, a whole set being moved in. */
const STAGING = '.fleetday-staging-';
const COMMITTED = '.fleetday-committed';

/** A disk that cannot hold this is full. */
const PROBE_BYTES = 65_536;

/** `<root>/<scenario>-<seed>-<hash>`; letters that would mean something to a shell or a path become dashes. */
export function defaultOutDir(root: string, run: { name: string; seed: number; hash: string }): string {
  const name = run.name
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 60);
  return path.join(root, `${name || 'scenario'}-${run.seed}-${run.hash}`);
}

/**
 * Before a run: throws a UserError where its results could not be written to `dir`, or would replace others that are
 * not marked partial (unless `force`). A new folder is tried and removed again.
 */
export function prepareOutput(dir: string, { force }: { force: boolean }): void {
  explained(dir, () => {
    const isNew = makeFolder(dir);
    finishEarlierMove(dir);
    const probe = path.join(dir, STAGING);
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES), { flush: true });
    } finally {
      rmSync(probe, { force: true });
      if (isNew) rmdirSync(dir);
    }
  });
  const existing = RESULT_FILES.filter((name) => existsSync(path.join(dir, name)));
  for (const name of existing) {
    if (lstatSync(path.join(dir, name)).isDirectory()) {
      throw new UserError(`${dir}: a folder named ${name} is in the way; move it, or give another --out`);
    }
  }
  if (existing.length > 0 && !force && !isPartial(dir)) {
    throw new UserError(`${dir} holds results already; give --force to replace them, or another --out`);
  }
}

/** After it: all files or, where that fails, none; what was there before then stays whole. */
export function writeResults(dir: string, files: ResultFiles): void {
  const target = path.resolve(dir);
  explained(dir, () => {
    if (existsSync(target)) {
      finishEarlierMove(target);
      stage(path.join(target, STAGING), files, (staged) => renameSync(staged, path.join(target, COMMITTED)));
      moveIn(target);
    } else {
      const parent = path.dirname(target);
      makeFolder(parent);
      stage(path.join(parent, STAGING + path.basename(target).slice(-50)), files, (staged) => {
        renameSync(staged, target);
        flushFolder(parent);
      });
    }
  });
}

/**
 * Makes the folder and those above it; false where it exists. Not by mkdirSync's own recursion, which in Node 20 never
 * ends where a folder takes no others (/proc, a deleted one).
 */
export function makeFolder(dir: string): boolean {
  if (isFolder(dir)) return false;
  try {
    mkdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = path.dirname(dir);
    // Another run may have made it meanwhile.
    if (code === 'EEXIST' && isFolder(dir)) return false;
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolder(parent);
    mkdirSync(dir);
  }
  return true;
}

export function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Writes the files to a folder, on the disk for good, and hands it over; a failure leaves nothing of it. */
function stage(staging: string, files: ResultFiles, handOver: (staging: string) => void): void {
  rmSync(staging, { recursive: true, force: true });
  try {
    mkdirSync(staging);
    for (const name of RESULT_FILES) {
      const contents = files[name];
      if (contents !== undefined) put(path.join(staging, name), contents);
    }
    flushFolder(staging);
    handOver(staging);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

function put(file: string, contents: Contents): void {
  if (typeof contents === 'object' && 'movedFrom' in contents) renameSync(contents.movedFrom, file);
  else writeFileSync(file, contents, { flush: true });
}

/** Moves the committed set to its place: may be begun again after it was interrupted anywhere. */
function moveIn(dir: string): void {
  const committed = path.join(dir, COMMITTED);
  if (existsSync(path.join(committed, SUMMARY))) {
    rmSync(path.join(dir, SUMMARY), { force: true });
    const isNew = (name: ResultFile) => existsSync(path.join(committed, name));
    // While the first is there none has been moved yet: what is missing is missing in the new set, and goes.
    const isUntouched = isNew(RESULT_FILES[0]);
    for (const name of RESULT_FILES) {
      if (isUntouched && !isNew(name)) rmSync(path.join(dir, name), { force: true });
    }
    for (const name of RESULT_FILES) {
      if (isNew(name)) renameSync(path.join(committed, name), path.join(dir, name));
    }
  }
  rmdirSync(committed);
  flushFolder(dir);
}

function finishEarlierMove(dir: string): void {
  if (existsSync(path.join(dir, COMMITTED))) moveIn(dir);
  rmSync(path.join(dir, STAGING), { recursive: true, force: true });
}

export function isPartial(dir: string): boolean {
  try {
    const summary: unknown = JSON.parse(readFileSync(path.join(dir, SUMMARY), 'utf8'));
    return (
      typeof summary === 'object' && summary !== null && 'partial' in summary && summary.partial === true
    );
  } catch {
    return false; // Not ours, or damaged: not to be replaced unasked.
  }
}

/** Makes renames in it durable, on file systems that can; they are atomic on all. */
export function flushFolder(dir: string): void {
  try {
    const folder = openSync(dir, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows and some network file systems refuse to flush a folder.
  }
}

const CAUSES: Record<string, string> = {
  EACCES: 'no permission to write there; change its permissions, or give another --out',
  EPERM: 'no permission to write there; change its permissions, or give another --out',
  EROFS: 'the file system is read-only; give another --out',
  ENOTDIR: 'a part of this path is a file, not a folder; give another --out',
  EEXIST: 'a file or a dangling link is in the way; move it, or give another --out',
  ENOENT: 'no folder can be made there; give another --out',
  ELOOP: 'the path is a circle of links; give another --out',
  ENAMETOOLONG: 'the name is too long; give a shorter --out',
  ENOSPC: 'the disk is full; make room, or give an --out on another one',
  EDQUOT: 'your disk quota is used up; make room, or give an --out on another disk',
};

/** Turns what the file system refuses into a message for the user; bugs pass unchanged. */
function explained(dir: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw explanation(`cannot write results to ${dir}`, error);
  }
}

/** What to throw instead of the error: a UserError that begins with `what` where the file system has refused. */
export function explanation(what: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const cause = CAUSES[String(error.code)] ?? `${error.message}; give another --out`;
  return new UserError(`${what}: ${cause}`);
}
