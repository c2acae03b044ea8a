// Traces and policy modules through the queue: by the hash of their contents, compressed, in pieces, once for all sweeps.
// A file that is too large for that has to lie in a folder that the workers see.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { UserError } from '../../kernel/user-error.ts';
import type { SweepPoint } from '../sweep/point.ts';
import type { Connection, Notice } from './server/connect.ts';
import { fileKey, KEPT_SECONDS } from './server/keys.ts';

type File = SweepPoint['files'][number];

/** Compressed; the server holds them in memory. */
const COMPRESSED_MAX = 256 * 1024 * 1024;
/** As fits it: a trace of a day has some 100 MB. */
const UNCOMPRESSED_MAX = 4 * 1024 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

/** Those of them that are not there already. What is too large is left out, with a notice. */
export async function uploadFiles(connection: Connection, points: readonly SweepPoint[], onNotice: Notice) {
  const files = new Map(points.flatMap((point) => point.files.map((file) => [file.sha256, file])));
  for (const file of files.values()) {
    const isThere = await connection.redis.expire(fileKey(file.sha256), KEPT_SECONDS);
    if (isThere) continue;
    if (!(await upload(connection, file))) {
      const most = `${COMPRESSED_MAX / 1024 / 1024} MB compressed`;
      onNotice(
        `${file.path} is too large for the queue (at most ${most}); start the workers with --files and a folder that has it`,
      );
    }
  }
}

async function upload({ redis }: Connection, { path, sha256 }: File): Promise<boolean> {
  const key = fileKey(sha256);
  const part = `${key}:${process.pid}`;
  const hash = createHash('sha256');
  const source = createReadStream(path);
  source.on('data', (chunk) => hash.update(chunk));
  let bytes = 0;
  let pieces = 0;
  try {
    const compressed = source.pipe(createGzip());
    source.on('error', (error) => compressed.destroy(error));
    for await (const piece of inPieces(compressed)) {
      bytes += piece.length;
      if (bytes > COMPRESSED_MAX) {
        source.destroy();
        await redis.del(part);
        return false;
      }
      await redis.hset(part, String(pieces++), piece);
      // Gone by itself if this program is.
      await redis.expire(part, 600);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new UserError(`${path}: cannot be read (${(error as Error).message}); put it back`);
  }
  if (hash.digest('hex') !== sha256)
    throw new UserError(`${path}: has other contents than a moment ago; leave it alone while a sweep starts`);
  await redis.multi().hset(part, 'pieces', pieces).rename(part, key).expire(key, KEPT_SECONDS).exec();
  return true;
}

async function* inPieces(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** To `path`, whole or not at all; false where the server does not have it. */
export async function downloadFile({ redis }: Connection, sha256: string, path: string): Promise<boolean> {
  const key = fileKey(sha256);
  const pieces = Number(await redis.hget(key, 'pieces'));
  if (pieces === 0) return false;
  async function* read() {
    for (let i = 0; i < pieces; i++) {
      const piece = await redis.hgetBuffer(key, String(i));
      if (piece === null) throw new UserError(`the file ${sha256} vanished from the queue; submit again`);
      yield piece;
    }
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const checked = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > UNCOMPRESSED_MAX) done(new UserError(`the file ${sha256} in the queue is too large`));
      else done(null, chunk);
    },
  });
  const part = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await pipeline(Readable.from(read()), createGunzip(), checked, createWriteStream(part, { mode: 0o700 }));
    if (hash.digest('hex') !== sha256)
      throw new UserError(`the file ${sha256} in the queue has other contents; delete ${key} there`);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
  return true;
}
