// The unfinished requests.parquet in the folder of a run's results: grows while the run goes on. Its bytes are only ever
// appended to; a checkpoint says how many of them it knows of, and their SHA-256. A run that is gone on with copies those
// to a file of its own, from the unfinished file or from the results, where they stand at the beginning of the whole one.
// So whenever the process dies, what the newest checkpoint needs is still there, and no row is lost or doubled.
// A process that was killed leaves its file behind; the next run into the folder removes it.
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from '../../kernel/user-error.ts';

const PREFIX = '.fleetday-requests-';
const RESULT = 'requests.parquet';
const PIECE_BYTES = 1 << 24;

/** What a checkpoint knows of it. */
export interface SavedPart {
  name: string;
  bytes: number;
  sha256: string;
}

export class PartFile {
  readonly #dir: string;
  readonly #name: string;
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #isOpen = true;

  /** In a folder that exists. Beside those of other runs, since a checkpoint may still need them. */
  constructor(dir: string) {
    this.#dir = dir;
    const taken = new Set(partsIn(dir));
    let number = 1;
    while (taken.has(`${PREFIX}${number}`)) number++;
    this.#name = `${PREFIX}${number}`;
    this.#descriptor = openSync(path.join(dir, this.#name), 'wx');
  }

  /** Begins with the bytes that were saved; UserError where they are gone or others. */
  static resumed(dir: string, { name, bytes, sha256 }: SavedPart): PartFile {
    const source = [name, RESULT].map((file) => path.join(dir, file)).find((file) => sizeOf(file) >= bytes);
    if (source === undefined) throw unusable(path.join(dir, name), 'is gone or cut off');
    const part = new PartFile(dir);
    const from = openSync(source, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(bytes, PIECE_BYTES));
      while (part.#bytes < bytes) {
        const wanted = Math.min(buffer.length, bytes - part.#bytes);
        part.append(buffer.subarray(0, readSync(from, buffer, 0, wanted, part.#bytes)));
      }
    } finally {
      closeSync(from);
    }
    if (part.save().sha256 === sha256) return part;
    part.close();
    rmSync(path.join(dir, part.#name), { force: true });
    throw unusable(source, 'is not what the checkpoint knows of');
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(bytes: Uint8Array): void {
    // Where a disk becomes full only a part is taken, and the next attempt is refused.
    for (let from = 0; from < bytes.length;) from += writeSync(this.#descriptor, bytes, from);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** To be synced before a checkpoint is written that has this. */
  save(): SavedPart {
    return { name: this.#name, bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }

  /** On the disk for good. */
  sync(): void {
    if (this.#isOpen) fdatasyncSync(this.#descriptor);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  /** The same file under a second name, which may be moved away; a copy where the file system has no links. */
  secondName(): string {
    const file = path.join(this.#dir, this.#name);
    const second = `${file}-whole`;
    rmSync(second, { force: true });
    try {
      linkSync(file, second);
    } catch {
      copyFileSync(file, second);
    }
    return second;
  }

  /** Those of other runs in the folder: once a checkpoint of this one is written. */
  removeOthers(): void {
    removeParts(this.#dir, this.#name);
  }
}

/** Those that are in the folder, but for one. */
export function removeParts(dir: string, keep?: string): void {
  for (const name of partsIn(dir)) if (name !== keep) rmSync(path.join(dir, name), { force: true });
}

function partsIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).filter((name) => name.startsWith(PREFIX)) : [];
}

function sizeOf(file: string): number {
  if (!existsSync(file)) return -1;
  const descriptor = openSync(file, 'r');
  try {
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}

function unusable(file: string, why: string): UserError {
  return new UserError(
    `${file}: ${why}: the requests cannot be gone on with; run the scenario again with --force`,
  );
}
