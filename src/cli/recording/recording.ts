// What a run writes about single requests and steps besides its usual results, from the first window until the files are
// in their place. It changes nothing else: where it fails, the run goes on without it and ends with exit code 2.
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TraceSpec } from '../../fleet/records/tracer.ts';
import { hasCheckpoint } from '../../report/checkpoint-file.ts';
import { explanation, makeFolder } from '../../report/files.ts';
import type { ResultFiles } from '../../report/files.ts';
import { removeParts } from '../../report/parquet/part-file.ts';
import { RequestFile } from '../../report/parquet/request-file.ts';
import type { RequestFileState } from '../../report/parquet/request-file.ts';
import { TraceFile, UNFINISHED_TRACE } from '../../report/trace/trace-file.ts';
import type { TraceFileState } from '../../report/trace/trace-file.ts';
import { planCells } from '../../fleet/cell-plan.ts';
import type { WatchOptions } from '../../run/records/watch-options.ts';
import type { Run } from '../../run/run.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** What is wanted. */
export interface RecordingSpec {
  recordedPart?: number;
  trace?: TraceSpec;
}

/** A part of a run's state: what was wanted, and how far it has got. */
export interface RecordingState extends RecordingSpec {
  requests?: RequestFileState;
  runs?: TraceFileState;
}

type MovedFiles = Pick<ResultFiles, 'requests.parquet' | 'trace.json'>;

export class Recording {
  readonly watch: WatchOptions;
  readonly #dir: string;
  readonly #madeFolder: boolean;
  readonly #requests: RequestFile | undefined;
  readonly #trace: TraceFile | undefined;

  /** Goes on from what was wanted and done before, where that is a state. UserError where the folder takes no file. */
  constructor(dir: string, scenario: Scenario, wanted: RecordingState) {
    const { recordedPart, trace } = wanted;
    this.#dir = dir;
    this.#madeFolder = made(dir);
    try {
      // Without a checkpoint nobody can go on with them.
      if (!hasCheckpoint(dir)) removeParts(dir);
      this.#requests = recordedPart === undefined ? undefined : requestFile(dir, scenario, wanted);
    } catch (error) {
      this.close();
      throw error;
    }
    this.#trace = trace && new TraceFile(wanted.runs);
    this.watch = {
      recordedPart,
      trace,
      onRequests: (chunks) => this.#requests?.add(chunks),
      onRuns: (runs) => this.#trace?.add(runs),
      save: (): RecordingState => {
        return { recordedPart, trace, requests: this.#requests?.save(), runs: this.#trace?.save() };
      },
    };
  }

  /** Before a checkpoint is written, what it counts on is put on the disk for good. */
  beforeCheckpoint(): void {
    this.#requests?.sync();
  }

  afterCheckpoint(): void {
    this.#requests?.checkpointed();
  }

  /** The files, to be moved to their place with the others. Call once, when the run has ended. */
  finish(info: Run['info']): MovedFiles {
    const requests = this.#requests?.finish();
    const trace = this.#trace?.finish(this.#dir, info);
    // Room for the other results.
    if (this.#requests?.problem !== undefined) removeParts(this.#dir);
    return {
      ...(requests !== undefined && { 'requests.parquet': { movedFrom: requests } }),
      ...(trace !== undefined && { 'trace.json': { movedFrom: trace } }),
    };
  }

  /** Once they are there, and nobody will go on with the run. */
  settled(): void {
    removeParts(this.#dir);
  }

  /** In whatever way the run has ended: leaves what a checkpoint needs. */
  close(): void {
    this.#requests?.close();
    rmSync(path.join(this.#dir, UNFINISHED_TRACE), { force: true });
    if (!hasCheckpoint(this.#dir)) removeParts(this.#dir);
    if (this.#madeFolder && existsSync(this.#dir)) {
      try {
        rmdirSync(this.#dir);
      } catch {
        // It holds the results.
      }
    }
  }

  /** What the user has to know of it. */
  problems({ recordsAll }: Pick<Run, 'recordsAll'>): string[] {
    const problems = [this.#requests, this.#trace].flatMap((file) => file?.problem?.problems ?? []);
    if (recordsAll) return problems;
    return [
      ...problems,
      'requests.parquet lacks the requests that were in the system when the run was stopped',
    ];
  }
}

function made(dir: string): boolean {
  try {
    return makeFolder(dir);
  } catch (error) {
    throw explanation(`cannot write results to ${dir}`, error);
  }
}

function requestFile(dir: string, scenario: Scenario, wanted: RecordingState): RequestFile {
  const { name, seed, startEpochMs, timeZone, pools } = scenario;
  const options = {
    dir,
    poolNames: pools.map((pool) => pool.name),
    poolOfCell: planCells(pools).map(({ pool }) => pool),
    facts: {
      scenario: name,
      seed,
      start_epoch_ms: startEpochMs,
      time_zone: timeZone,
      sample: wanted.recordedPart!,
    },
  };
  return new RequestFile(options, wanted.requests);
}
