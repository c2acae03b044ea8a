// Lines of standard input, as they come, each decoded for itself: one that is no UTF-8 spoils no other. A byte order
// mark and carriage returns are taken off, empty lines are passed over but counted.

export interface Line {
  /** From 1. */
  number: number;
  /** Undefined: not UTF-8, or too long. */
  text: string | undefined;
}

const LINE_BYTES_MAX = 64 * 1024 * 1024;
const LINE_FEED = 10;

export async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const take = (): Line => {
    const line = {
      number: ++number,
      text: bytes > LINE_BYTES_MAX ? undefined : decoded(Buffer.concat(parts)),
    };
    parts = [];
    bytes = 0;
    return line;
  };
  const add = (part: Buffer) => {
    bytes += part.length;
    // Of a line that is too long, no more is kept.
    if (bytes <= LINE_BYTES_MAX) parts.push(part);
  };
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      yield take();
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (bytes > 0) yield take();
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return undefined;
  }
}
