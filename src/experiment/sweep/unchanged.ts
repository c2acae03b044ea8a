// Whether the files of a point are still those that its key is about. They are read once per thread while size and time of
// their last change stay as they are: a trace may be large, and a sweep has many points.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { UserError } from '../../kernel/user-error.ts';

const known = new Map<string, Promise<string>>();

/** UserError where one is gone or has other contents. */
export async function checkUnchanged(files: readonly { path: string; sha256: string }[]): Promise<void> {
  for (const { path, sha256 } of files) {
    if ((await hashOf(path)) === sha256) continue;
    throw new UserError(`${path}: has changed since the sweep was planned; start the sweep again`);
  }
}

async function hashOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    const key = JSON.stringify([path, size, mtimeMs, ino]);
    if (!known.has(key)) known.set(key, read(path));
    return await known.get(key)!;
  } catch (error) {
    throw new UserError(`${path}: cannot be read (${(error as Error).message}); put it back`);
  }
}

async function read(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
