// Writes requests.parquet while a run goes on: rows are kept until there are enough of them, then written as row groups,
// by stretch of time, in it by cell, in a cell by window and number. When to write follows from the rows alone, so that
// neither threads nor checkpoints are to be seen in the file; what is not written yet goes into a checkpoint.
// Memory: the rows of a stretch and those of one window, and some 15 KB for every row group, whose description
// comes at the end of a Parquet file. Where the disk refuses, the run goes on without the file and says so at its end.
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { SchemaElement } from 'hyparquet';
import type { RequestChunk } from '../../fleet/records/rows.ts';
import { UserError } from '../../kernel/user-error.ts';
import { explanation } from '../files.ts';
import { PartFile } from './part-file.ts';
import type { SavedPart } from './part-file.ts';
import { FILE_FACTS, REQUEST_COLUMNS } from './request-columns.ts';
import { columnData, joined } from './request-values.ts';
import type { ChunkRange } from './request-values.ts';

/** A third of a second of work. */
const ROWS_TOGETHER = 131_072;

export type FileFacts = Record<keyof typeof FILE_FACTS, string | number>;

export interface RequestFileOptions {
  dir: string;
  /** By pool. */
  poolNames: readonly string[];
  /** By index of the cell: its pool. */
  poolOfCell: readonly number[];
  facts: FileFacts;
  /**
   * Rows that are written as soon as there are so many, and that a row group has at most; it ends with a cell once it has
   * half of them. Other values than the default are for tests.
   */
  rowsTogether?: number;
}

/** Between two windows: what was written, and what waits. */
export type RequestFileState =
  | { problem: string }
  | { part: SavedPart; rowGroups: ParquetWriter['row_groups']; rows: number; waiting: RequestChunk[] };

export class RequestFile {
  /** Why there will be no file. */
  problem: UserError | undefined;
  readonly #options: RequestFileOptions;
  readonly #rowsTogether: number;
  #part!: PartFile;
  #writer!: ParquetWriter;
  #bytes!: ByteWriter;
  #waiting: RequestChunk[] = [];
  #waitingRows = 0;

  /** UserError where the folder takes no file, or the file of the state is gone. */
  constructor(options: RequestFileOptions, state?: RequestFileState) {
    this.#options = options;
    this.#rowsTogether = options.rowsTogether ?? ROWS_TOGETHER;
    if (state !== undefined && 'problem' in state) {
      this.problem = new UserError(state.problem);
      return;
    }
    try {
      this.#part =
        state === undefined ? new PartFile(options.dir) : PartFile.resumed(options.dir, state.part);
    } catch (error) {
      throw this.#explained(error);
    }
    this.#bytes = new ByteWriter(1 << 20);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schema(),
      kvMetadata: Object.entries(options.facts).map(([key, value]) => ({ key, value: String(value) })),
      createdBy: 'fleetday',
    });
    if (state === undefined) {
      // The letters with which it begins, so that a part of the file always has them.
      this.#try(() => this.#flush());
      return;
    }
    this.#bytes.index = 0;
    this.#bytes.offset = this.#part.bytes;
    this.#writer.row_groups = state.rowGroups;
    this.#writer.num_rows = BigInt(state.rows);
    this.#keep(state.waiting);
  }

  /** In order of cells. */
  add(chunks: readonly RequestChunk[]): void {
    if (this.problem !== undefined) return;
    this.#keep(chunks);
    if (this.#waitingRows >= this.#rowsTogether) this.#try(() => this.#writeStretch());
  }

  save(): RequestFileState {
    if (this.problem !== undefined) return { problem: this.problem.message };
    const { row_groups: rowGroups, num_rows: rows } = this.#writer;
    return {
      part: this.#part.save(),
      // What comes later is added to the list, not to those in it.
      rowGroups: rowGroups.slice(),
      rows: Number(rows),
      waiting: this.#waiting.slice(),
    };
  }

  /** Before a checkpoint with its state is written. */
  sync(): void {
    if (this.problem === undefined) this.#try(() => this.#part.sync());
  }

  /** After it. */
  checkpointed(): void {
    if (this.problem === undefined) this.#try(() => this.#part.removeOthers());
  }

  /** The whole file, to be moved to its place; undefined where there is a problem. Call once. */
  finish(): string | undefined {
    let file: string | undefined;
    if (this.problem === undefined) {
      this.#try(() => {
        this.#writeStretch();
        this.#writer.finish();
        this.#flush();
        this.#part.sync();
        file = this.#part.secondName();
      });
    }
    this.close();
    return file;
  }

  close(): void {
    if (this.#part !== undefined) this.#part.close();
  }

  #keep(chunks: readonly RequestChunk[]): void {
    for (const chunk of chunks) {
      this.#waiting.push(chunk);
      this.#waitingRows += chunk.request.length;
    }
  }

  #writeStretch(): void {
    const chunks = this.#waiting.toSorted((a, b) => a.cell - b.cell);
    for (const group of rowGroupsOf(chunks, this.#rowsTogether)) {
      const rows = joined(group);
      const pools = this.#options.poolOfCell.map((pool) => this.#options.poolNames[pool]);
      this.#writer.write({ columnData: columnData(rows, pools), rowGroupSize: this.#rowsTogether });
      this.#flush();
    }
    this.#waiting = [];
    this.#waitingRows = 0;
  }

  #flush(): void {
    this.#part.append(this.#bytes.getBytes());
    this.#bytes.index = 0;
    // Descriptions of pages, which nobody asked for.
    this.#writer.pendingIndexes = [];
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      const explained = this.#explained(error);
      if (!(explained instanceof UserError)) throw error;
      this.problem = explained;
      this.#waiting = [];
    }
  }

  #explained(error: unknown): unknown {
    return explanation(`cannot write requests.parquet to ${this.#options.dir}`, error);
  }
}

/** Cells in order, as many to a group as it takes. */
function* rowGroupsOf(chunks: readonly RequestChunk[], rowsMax: number): Generator<ChunkRange[]> {
  let group: ChunkRange[] = [];
  let rows = 0;
  for (const [i, chunk] of chunks.entries()) {
    for (let from = 0; from < chunk.request.length;) {
      const to = Math.min(chunk.request.length, from + rowsMax - rows);
      group.push({ chunk, from, to });
      rows += to - from;
      from = to;
      const isLastOfCell = to === chunk.request.length && chunks[i + 1]?.cell !== chunk.cell;
      if (rows < (isLastOfCell ? rowsMax / 2 : rowsMax)) continue;
      yield group;
      group = [];
      rows = 0;
    }
  }
  if (rows > 0) yield group;
}

const TYPES = {
  uint32: { type: 'INT32', converted_type: 'UINT_32' },
  int32: { type: 'INT32' },
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
} as const satisfies Record<string, Partial<SchemaElement>>;

function schema(): SchemaElement[] {
  const columns = REQUEST_COLUMNS.map(({ name, type, nullable }): SchemaElement => {
    return { name, ...TYPES[type], repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' };
  });
  return [{ name: 'requests', num_children: columns.length }, ...columns];
}
