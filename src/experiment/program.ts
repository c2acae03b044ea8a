// Which program simulates: only the same one makes the same bytes. Version and Node's major number tell releases apart;
// a hash over the built files tells apart what a checkout was built of. It is part of a point's key in the cache, and of
// the queue's name, so that a worker never even sees the points of another program. Left out: the packages that the
// program uses, which its version fixes.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ProgramIdentity {
  version: string;
  nodeMajor: number;
  /** Start of a SHA-256 over every built file that may decide a result, and its name. */
  build: string;
}

const BUILD_DIGITS = 12;
/** Rooms that no thread of a sweep loads, but for its entry. */
const ROOMS_LEFT_OUT = ['accuracy', 'cli', 'estimate', 'library', 'ui'];
const ENTRY = 'cli/sweep-thread.js';

export function programIdentity(version: string): ProgramIdentity {
  return { version, nodeMajor: Number(process.versions.node.split('.')[0]), build: buildHash() };
}

export function shownProgram({ version, nodeMajor, build }: ProgramIdentity): string {
  return `fleetday ${version} (build ${build}) on Node ${nodeMajor}`;
}

export function isSameProgram(one: ProgramIdentity, other: ProgramIdentity): boolean {
  return queueName(one) === queueName(other);
}

export function queueName({ version, nodeMajor, build }: ProgramIdentity): string {
  return `points-${version}-node${nodeMajor}-${build}`;
}

let known: string | undefined;

/** From the sources (tests) of the built files too: those are what threads run. */
export function buildHash(): string {
  const root = import.meta.url.endsWith('.ts') ? '../../dist/' : '../';
  return (known ??= hashOf(fileURLToPath(new URL(root, import.meta.url))));
}

/** Some 15 ms of CPU: read into one piece of memory, without a stream or a string each. */
export function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(256 * 1024);
  for (const name of hashedFiles(folder)) {
    hash.update(`${name}\0`);
    addFile(hash, `${folder}/${name}`, piece);
  }
  return hash.digest('hex').slice(0, BUILD_DIGITS);
}

/** In a fixed order. */
export function hashedFiles(folder: string): string[] {
  const rooms = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !ROOMS_LEFT_OUT.includes(entry.name))
    .flatMap(({ name }) => filesBelow(folder, `${name}/`));
  return [...rooms, ENTRY].toSorted();
}

/** Faster than the recursive form of readdir, which looks at every file. */
function filesBelow(folder: string, prefix: string): string[] {
  return readdirSync(`${folder}/${prefix}`, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(folder, `${prefix}${entry.name}/`);
    return entry.name.endsWith('.js') ? [prefix + entry.name] : [];
  });
}

function addFile(hash: Hash, file: string, piece: Buffer): void {
  const handle = openSync(file, 'r');
  try {
    for (let bytes = piece.length; bytes === piece.length;) {
      bytes = readSync(handle, piece, 0, piece.length, null);
      hash.update(piece.subarray(0, bytes));
    }
  } finally {
    closeSync(handle);
  }
}
