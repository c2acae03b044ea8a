// A checkpoint as bytes: two lines that a person can read (`head -n 2`), the state of the run as Node's v8.serialize
// writes it, the state of every cell, and a SHA-256 over all of that. Made and checked in pieces, as it may be large.
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { UserError } from '../../kernel/user-error.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { InputFile } from '../inputs.ts';
import type { RunState, Schedule } from './saver.ts';

/** All that is needed to go on with a run. */
export interface Checkpoint {
  loaded: LoadedScenario;
  inputs: InputFile[];
  /** How often to save, as the run was told. */
  schedule: Schedule | undefined;
  state: RunState;
}

interface Header {
  /** Of fleetday, and of Node. */
  version: string;
  node: string;
  scenario: string;
  scenarioHash: string;
  windows: number;
  /** Of what follows: the run, then every cell. */
  bytes: number[];
}

const MAGIC = 'fleetday checkpoint, format ';
/** To be raised whenever the form of the bytes changes; that of the states is tied to the version of the program. */
const FORMAT = 2;
const DIGEST_BYTES = 32;
/** Both lines: there are at most some thousand cells. */
const HEADER_BYTES_MAX = 1 << 20;
const PIECE_BYTES = 1 << 24;

/** The bytes in pieces, none so large that handling it would keep the caller from its other business. */
export function* encodeCheckpoint(checkpoint: Checkpoint, version: string): Generator<Uint8Array> {
  const { state, loaded } = checkpoint;
  const run = serialize({ ...checkpoint, state: { ...state, cells: [] } });
  const header: Header = {
    version,
    node: process.version,
    scenario: loaded.scenario.name,
    scenarioHash: loaded.hash,
    windows: state.nextWindow,
    bytes: [run, ...state.cells].map((part) => part.length),
  };
  const hash = createHash('sha256');
  for (const part of [Buffer.from(`${MAGIC}${FORMAT}\n${JSON.stringify(header)}\n`), run, ...state.cells]) {
    for (let from = 0; from < part.length; from += PIECE_BYTES) {
      const piece = part.subarray(from, from + PIECE_BYTES);
      hash.update(piece);
      yield piece;
    }
  }
  yield hash.digest();
}

export interface Bytes {
  size: number;
  /** Those from `position` on, as many as there are at most. */
  read(position: number, bytes: number): Uint8Array;
}

/** UserError, beginning with `name`, for whatever is not a whole checkpoint of this version of the program. */
export function decodeCheckpoint(file: Bytes, name: string, version: string): Checkpoint {
  const { header, headerBytes } = readHeader(file, name);
  const size = header.bytes.reduce((sum, bytes) => sum + bytes, headerBytes + DIGEST_BYTES);
  if (file.size < size) throw new UserError(`${name}: is cut off: ${file.size} of ${size} bytes; ${REMEDY}`);
  const hash = createHash('sha256').update(file.read(0, headerBytes));
  let position = headerBytes;
  const parts = header.bytes.map((bytes) => {
    const part = file.read(position, bytes);
    for (let from = 0; from < bytes; from += PIECE_BYTES)
      hash.update(part.subarray(from, from + PIECE_BYTES));
    position += bytes;
    return part;
  });
  const isWhole = file.size === size && hash.digest().equals(file.read(position, DIGEST_BYTES));
  if (!isWhole) throw damaged(name);
  if (header.version !== version) {
    throw new UserError(
      `${name}: was saved by fleetday ${header.version}, this is ${version}; go on with that version, or run the scenario again`,
    );
  }
  const checkpoint = deserialized(parts[0], header, name);
  return { ...checkpoint, state: { ...checkpoint.state, cells: parts.slice(1) } };
}

const REMEDY = 'run the scenario again with --force';

function damaged(name: string): UserError {
  return new UserError(`${name}: is damaged, its checksum is wrong; ${REMEDY}`);
}

function readHeader(file: Bytes, name: string): { header: Header; headerBytes: number } {
  const start = Buffer.from(file.read(0, Math.min(file.size, HEADER_BYTES_MAX)));
  const firstEnd = start.indexOf('\n');
  const secondEnd = start.indexOf('\n', firstEnd + 1);
  const first = start.toString('latin1', 0, firstEnd < 0 ? start.length : firstEnd);
  const isShort = secondEnd < 0 && file.size < HEADER_BYTES_MAX;
  if (isShort && file.size > 0 && (first.startsWith(MAGIC) || MAGIC.startsWith(first))) {
    throw new UserError(`${name}: is cut off: only ${file.size} bytes; ${REMEDY}`);
  }
  if (!first.startsWith(MAGIC)) throw new UserError(`${name}: is not a checkpoint of fleetday; ${REMEDY}`);
  if (first !== `${MAGIC}${FORMAT}`) {
    throw new UserError(`${name}: has another format than this version of fleetday writes; ${REMEDY}`);
  }
  try {
    const header = JSON.parse(start.toString('utf8', firstEnd + 1, secondEnd)) as Header;
    if (!header.bytes.every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0)) throw damaged(name);
    return { header, headerBytes: secondEnd + 1 };
  } catch {
    throw damaged(name);
  }
}

/** Its bytes are sound: what can be in the way is Node, which reads what older versions of it have written, not newer. */
function deserialized(bytes: Uint8Array, { node }: Header, name: string): Checkpoint {
  try {
    return deserialize(bytes) as Checkpoint;
  } catch {
    throw new UserError(
      `${name}: was saved with Node ${node}, which this one (${process.version}) cannot read; use that version`,
    );
  }
}
