// Lines of a text file, one after the other, in constant memory: files larger than memory are fine. The file is
// opened anew for every chunk, so that hundreds of cells reading one trace hold no file open, and each time it must
// still be the file it was. Lines are handed out as bytes; nothing is allocated per line.
import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { UserError } from '../kernel/user-error.ts';

const CHUNK_BYTES = 64 * 1024;
export const LINE_BYTES_MAX = 16 * 1024;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

const REASONS: Record<string, string> = {
  ENOENT: 'no such file; check the path',
  EACCES: 'may not be read; check its permissions',
  EISDIR: 'is a directory; name the file in it',
};

/** A line's place in the file. */
export interface LinePlace {
  byte: number;
  lineNumber: number;
}

export class LineReader {
  readonly path: string;
  /** The current line, without its end: bytes lineStart to lineEnd of `buffer`. Counted from 1. */
  readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES + LINE_BYTES_MAX);
  lineStart = 0;
  lineEnd = 0;
  lineNumber = 0;

  #unread = 0;
  #filled = 0;
  #filePosition = 0;
  #fileBytes = 0;
  /** What must stay the same while the file is read. */
  #identity = '';

  /** UserError where there is no such file, or not a regular one. */
  constructor(path: string) {
    this.path = path;
    this.#readChunk();
  }

  /** Moves to the next line; false at the end of the file. */
  next(): boolean {
    let end = this.#findLineFeed();
    while (end === -1 && this.#filePosition < this.#fileBytes) {
      if (this.#filled - this.#unread > LINE_BYTES_MAX) break;
      this.#readChunk();
      end = this.#findLineFeed();
    }
    if (end === -1) end = this.#filled;
    if (end === this.#unread && end === this.#filled) return false;
    this.lineNumber++;
    if (end - this.#unread > LINE_BYTES_MAX)
      this.fail(`is longer than ${LINE_BYTES_MAX} bytes; is this a CSV file?`);
    this.lineStart = this.#unread;
    this.lineEnd = end > this.#unread && this.buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    this.#unread = Math.min(end + 1, this.#filled);
    return true;
  }

  /** Where the current line begins: to come back to it later, with another reader too. */
  place(): LinePlace {
    return { byte: this.#filePosition - this.#filled + this.lineStart, lineNumber: this.lineNumber };
  }

  moveTo({ byte, lineNumber }: LinePlace): void {
    this.#unread = 0;
    this.#filled = 0;
    this.#filePosition = byte;
    this.lineNumber = lineNumber - 1;
    this.#readChunk();
    this.next();
  }

  /** Throws the UserError of the current line. */
  fail(problem: string): never {
    throw new UserError(`${this.path}:${this.lineNumber}: ${problem}`);
  }

  #findLineFeed(): number {
    const found = this.buffer.indexOf(LINE_FEED, this.#unread);
    return found < this.#filled ? found : -1;
  }

  #readChunk(): void {
    this.buffer.copyWithin(0, this.#unread, this.#filled);
    this.#filled -= this.#unread;
    this.#unread = 0;
    try {
      this.#recognise(statSync(this.path));
      const file = openSync(this.path, 'r');
      try {
        const bytes = readSync(file, this.buffer, this.#filled, CHUNK_BYTES, this.#filePosition);
        this.#filled += bytes;
        this.#filePosition += bytes;
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if (error instanceof UserError) throw error;
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw new UserError(`${this.path}: ${REASONS[code] ?? message}`);
    }
  }

  /** Before it is opened: opening a named pipe would wait for somebody to write. */
  #recognise(stat: Stats): void {
    if (stat.isDirectory()) throw new UserError(`${this.path}: ${REASONS.EISDIR}`);
    if (!stat.isFile()) throw new UserError(`${this.path}: is not a regular file; copy it to one`);
    const identity = `${stat.dev}/${stat.ino}/${stat.size}/${stat.mtimeMs}`;
    if (this.#identity !== '' && this.#identity !== identity) {
      throw new UserError(`${this.path}: the file changed while it was being read; start the run again`);
    }
    this.#identity = identity;
    this.#fileBytes = stat.size;
  }
}
