// Reads a text file that a user named, and says plainly why it cannot be one: no file, a folder, too large, binary,
// another encoding. A byte order mark is taken off. Left out: files larger than memory (workload/line-reader.ts).
import { readFileSync, statSync } from 'node:fs';
import { UserError } from './user-error.ts';

export interface TextFileRules {
  bytesMax: number;
  /** What the file should be, for messages: `scenario`. */
  what: string;
}

export function readTextFile(filePath: string, { bytesMax, what }: TextFileRules): string {
  const bytes = readBytes(filePath, { bytesMax, what });
  if (bytes[0] + bytes[1] === 0xff + 0xfe) throw new UserError(`${filePath}: is UTF-16; save it as UTF-8`);
  if (bytes.includes(0)) throw new UserError(`${filePath}: is not a text file; name a ${what} file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${filePath}: is not valid UTF-8; save it as UTF-8`);
  }
}

function readBytes(filePath: string, { bytesMax, what }: TextFileRules): Buffer {
  const problem = fileProblem(filePath);
  if (problem !== undefined) throw new UserError(`${filePath}: ${problem}`);
  const { size } = statSync(filePath);
  if (size > bytesMax) {
    throw new UserError(
      `${filePath}: has ${size} bytes, a ${what} at most ${bytesMax}; is it the right file?`,
    );
  }
  try {
    return readFileSync(filePath);
  } catch (error) {
    throw new UserError(`${filePath}: ${unreadable(error as NodeJS.ErrnoException)}`);
  }
}

/** Why `filePath` cannot be read as a file, and what to do; undefined if it can. */
export function fileProblem(filePath: string): string | undefined {
  try {
    const stat = statSync(filePath);
    if (stat.isDirectory()) return 'is a folder; name a file in it';
    if (!stat.isFile()) return 'is not a regular file; copy it to one';
    return undefined;
  } catch (error) {
    return unreadable(error as NodeJS.ErrnoException);
  }
}

function unreadable({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read; change its permissions';
  if (code === 'ELOOP') return 'is a link that leads back to itself; name the file';
  return `cannot be read (${code ?? message}); check the path`;
}
