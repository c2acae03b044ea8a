// The checkpoint in the folder of a run's results: there while the run is unfinished, gone when it has finished. It is
// written beside its place, flushed, and moved in by one rename, so that it is whole whenever the process dies; the one
// before it stands until then. It is removed once the whole run's results are in their place: where the process dies
// just before, the run can be gone on with as if it had not come so far, and ends with the same files.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../kernel/user-error.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../run/saving/checkpoint.ts';
import type { Checkpoint } from '../run/saving/checkpoint.ts';
import { explanation, flushFolder, isFolder, isPartial, makeFolder, SCENARIO, SUMMARY } from './files.ts';

export const CHECKPOINT = 'fleetday.checkpoint';
const UNFINISHED = '.fleetday.checkpoint-unfinished';

export function hasCheckpoint(dir: string): boolean {
  return existsSync(path.join(dir, CHECKPOINT));
}

/** Replaces the one that is there; UserError where the file system refuses, the old one then stays. */
export async function writeCheckpoint(dir: string, checkpoint: Checkpoint, version: string): Promise<void> {
  const unfinished = path.join(dir, UNFINISHED);
  try {
    if (makeFolder(dir)) flushFolder(path.dirname(path.resolve(dir)));
    await pipeline(
      Readable.from(encodeCheckpoint(checkpoint, version)),
      createWriteStream(unfinished, { flush: true }),
    );
    renameSync(unfinished, path.join(dir, CHECKPOINT));
    flushFolder(dir);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw explanation(`cannot write a checkpoint to ${dir}`, error);
  }
}

/** Once the run has ended for good. */
export function removeCheckpoint(dir: string): void {
  rmSync(path.join(dir, UNFINISHED), { force: true });
  rmSync(path.join(dir, CHECKPOINT), { force: true });
  flushFolder(dir);
}

/** UserError where there is none to go on from, or where it would replace another scenario's results (unless `force`). */
export function readCheckpoint(dir: string, version: string, { force }: { force: boolean }): Checkpoint {
  try {
    const checkpoint = checkpointIn(dir, version);
    if (!force) checkBelongs(dir, checkpoint);
    return checkpoint;
  } catch (error) {
    const isRefusal = error instanceof Error && 'syscall' in error;
    throw isRefusal ? new UserError(`${dir}: cannot be read (${error.message})`) : error;
  }
}

function checkpointIn(dir: string, version: string): Checkpoint {
  const file = path.join(dir, CHECKPOINT);
  if (!isFolder(dir)) {
    const what = existsSync(dir) ? 'is a file' : 'there is no such folder';
    throw new UserError(`${dir}: ${what}; name the folder of an interrupted run`);
  }
  if (!existsSync(file)) throw new UserError(`${dir}: ${whyNone(dir)}`);
  const descriptor = openSync(file, 'r');
  try {
    const read = (position: number, bytes: number) => bytesAt(descriptor, position, bytes);
    return decodeCheckpoint({ size: fstatSync(descriptor).size, read }, file, version);
  } finally {
    closeSync(descriptor);
  }
}

function checkBelongs(dir: string, { loaded: { hash, scenario } }: Checkpoint): void {
  const results = path.join(dir, SCENARIO);
  if (!existsSync(results)) return;
  const there = createHash('sha256').update(readFileSync(results)).digest('hex').slice(0, 8);
  if (there === hash) return;
  throw new UserError(
    `${path.join(dir, CHECKPOINT)}: is of scenario ${scenario.name} (${hash}), but the results beside it are of another ` +
      `one (${there}); give --force to go on and replace them`,
  );
}

function whyNone(dir: string): string {
  if (!existsSync(path.join(dir, SUMMARY))) return 'holds no interrupted run; name the folder of one';
  return isPartial(dir)
    ? 'holds partial results, but no checkpoint to go on from; run the scenario again'
    : 'this run has finished, there is nothing to go on with';
}

function bytesAt(descriptor: number, position: number, bytes: number): Uint8Array {
  const buffer = Buffer.alloc(bytes);
  let done = 0;
  while (done < bytes) {
    const read = readSync(descriptor, buffer, done, Math.min(bytes - done, 1 << 30), position + done);
    if (read === 0) break;
    done += read;
  }
  return buffer;
}
