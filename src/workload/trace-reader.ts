// Rows of a request trace in the format of the Azure LLM inference traces of 2023 and 2024: a CSV file with the columns
// TIMESTAMP, ContextTokens and GeneratedTokens, in any order and among others; lines may end in CR LF, the last in
// nothing. Every request has at least one prompt and one output token (so it is in those traces); a row with none is
// a mistake. Left out: quoted fields, compressed files.
import { UserError } from '../kernel/user-error.ts';
import { TOKENS_MAX } from './lengths/lengths.ts';
import { LineReader, type LinePlace } from './line-reader.ts';
import { parseTimestamp, wholeNumber, type Timestamp } from './timestamp.ts';

const TIMESTAMP = 'TIMESTAMP';
const PROMPT = 'ContextTokens';
const OUTPUT = 'GeneratedTokens';
const COMMA = 44;

export class TraceReader implements Timestamp {
  /** The current row. */
  epochSeconds = 0;
  nanoseconds = 0;
  promptTokens = 0;
  outputTokens = 0;

  readonly #lines: LineReader;
  readonly #timestampColumn: number;
  readonly #promptColumn: number;
  readonly #outputColumn: number;
  readonly #header: LinePlace;
  /** Field i of the current line is bytes #starts[i] to #starts[i + 1] - 1. */
  readonly #starts: Int32Array;

  /** Reads the header. UserError where there is none, a column is missing, or the file cannot be read. */
  constructor(path: string) {
    this.#lines = new LineReader(path);
    const names = readHeader(this.#lines);
    this.#header = this.#lines.place();
    this.#timestampColumn = names.indexOf(TIMESTAMP);
    this.#promptColumn = names.indexOf(PROMPT);
    this.#outputColumn = names.indexOf(OUTPUT);
    this.#starts = new Int32Array(names.length + 1);
  }

  /** Moves to the next row; false at the end. UserError where a row is malformed or there is none at all. */
  next(): boolean {
    const lines = this.#lines;
    if (!lines.next()) {
      if (lines.lineNumber === 1) this.fail('no request follows the header; name a trace that has some');
      return false;
    }
    this.#readRow();
    return true;
  }

  /** Back to before the first row. */
  rewind(): void {
    this.#lines.moveTo(this.#header);
  }

  /** Of the current row. */
  place(): LinePlace {
    return this.#lines.place();
  }

  /** Back or forward to a row. */
  moveTo(place: LinePlace): void {
    this.#lines.moveTo(place);
    this.#readRow();
  }

  /** Throws a UserError that points to the current line. */
  fail(problem: string): never {
    this.#lines.fail(problem);
  }

  #readRow(): void {
    this.#splitLine();
    const starts = this.#starts;
    const column = this.#timestampColumn;
    if (!parseTimestamp(this.#lines.buffer, starts[column], starts[column + 1] - 1, this)) {
      this.fail(`${TIMESTAMP} is ${this.#text(column)}; write it like 2023-11-16 18:15:46.6805900`);
    }
    this.promptTokens = this.#tokens(this.#promptColumn, PROMPT);
    this.outputTokens = this.#tokens(this.#outputColumn, OUTPUT);
  }

  #splitLine(): void {
    const { buffer, lineStart, lineEnd } = this.#lines;
    const starts = this.#starts;
    starts[0] = lineStart;
    let fields = 1;
    for (let i = lineStart; i < lineEnd; i++) {
      // A typed array ignores what is written beyond its end; the count remembers it.
      if (buffer[i] === COMMA) starts[fields++] = i + 1;
    }
    starts[fields] = lineEnd + 1;
    const expected = starts.length - 1;
    if (fields !== expected) {
      this.fail(`has ${fields} of ${expected} fields; the line is truncated or damaged, mend or remove it`);
    }
  }

  #tokens(column: number, name: string): number {
    const tokens = wholeNumber(this.#lines.buffer, this.#starts[column], this.#starts[column + 1] - 1);
    if (!(tokens >= 1 && tokens <= TOKENS_MAX)) {
      const text = this.#text(column);
      this.fail(
        `${name} is ${text}; it is a whole number from 1 to ${TOKENS_MAX}, correct or remove the line`,
      );
    }
    return tokens;
  }

  #text(column: number): string {
    return quoted(this.#lines.buffer.toString('utf8', this.#starts[column], this.#starts[column + 1] - 1));
  }
}

function readHeader(lines: LineReader): string[] {
  if (!lines.next()) throw new UserError(`${lines.path}: is empty; it begins with a header line`);
  const text = lines.buffer.toString('utf8', lines.lineStart, lines.lineEnd).replace(/^\uFEFF/, '');
  if (/[^\t\P{C}]|\uFFFD/u.test(text)) {
    lines.fail('is not text; unpack the file if it is compressed, save it as UTF-8 if it is UTF-16');
  }
  const names = text.split(',').map((name) => name.trim());
  const needed = [TIMESTAMP, PROMPT, OUTPUT];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    lines.fail(
      `no column ${missing.join(', ')} in the header ${quoted(text)}; rename the columns of the file`,
    );
  }
  const repeated = needed.filter((name) => names.indexOf(name) < names.lastIndexOf(name));
  if (repeated.length > 0) lines.fail(`${repeated.join(', ')} is twice in the header; rename one of them`);
  return names;
}

/** Fit for a message: printable and short. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
