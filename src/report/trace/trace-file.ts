// Collects traced runs of steps while a run goes on and writes them as trace.json. More of them than a viewer could show
// are refused: then the run goes on without a trace, and says so at its end.
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { runCount, TRACED_RUNS_MAX, unpackRuns } from '../../fleet/records/tracer.ts';
import type { PackedRuns } from '../../fleet/records/tracer.ts';
import { UserError } from '../../kernel/user-error.ts';
import { explanation } from '../files.ts';
import { chromeTraceParts } from './chrome.ts';
import type { TraceInfo } from './chrome.ts';

const UNFINISHED = '.fleetday-trace-unfinished';
const PIECE_CHARACTERS = 1 << 20;

/** Between two windows. */
export type TraceFileState = { problem: string } | { runs: PackedRuns[] };

export class TraceFile {
  /** Why there will be no file. */
  problem: UserError | undefined;
  #runs: PackedRuns[] = [];
  #count = 0;

  constructor(state?: TraceFileState) {
    if (state === undefined) return;
    if ('problem' in state) this.problem = new UserError(state.problem);
    else this.add(state.runs);
  }

  add(runs: readonly PackedRuns[]): void {
    if (this.problem !== undefined) return;
    this.#runs.push(...runs);
    for (const packed of runs) this.#count += runCount(packed);
    if (this.#count <= TRACED_RUNS_MAX) return;
    this.problem = new UserError(
      `--trace: more than ${TRACED_RUNS_MAX.toLocaleString('en-US')} runs of steps, so there is no trace.json; ` +
        'give a shorter stretch, or fewer replicas',
    );
    this.#runs = [];
  }

  save(): TraceFileState {
    return this.problem === undefined ? { runs: this.#runs.slice() } : { problem: this.problem.message };
  }

  /** The whole file in the folder, to be moved to its place; undefined where there is a problem. */
  finish(dir: string, info: TraceInfo): string | undefined {
    if (this.problem !== undefined) return undefined;
    const file = path.join(dir, UNFINISHED);
    try {
      this.#write(file, info);
      return file;
    } catch (error) {
      const explained = explanation(`cannot write trace.json to ${dir}`, error);
      if (!(explained instanceof UserError)) throw error;
      this.problem = explained;
      return undefined;
    }
  }

  /** In pieces: the whole may be longer than a string can be. */
  #write(file: string, info: TraceInfo): void {
    const descriptor = openSync(file, 'w');
    try {
      let piece = '';
      const write = () => {
        const bytes = Buffer.from(piece);
        for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
        piece = '';
      };
      for (const part of chromeTraceParts(this.#runs.flatMap(unpackRuns), info)) {
        piece += part;
        if (piece.length >= PIECE_CHARACTERS) write();
      }
      write();
    } finally {
      closeSync(descriptor);
    }
  }
}

export { UNFINISHED as UNFINISHED_TRACE };
