// Who wants to know of single requests and steps of a run: what is to be told, and who takes it.
import type { RequestChunk } from '../../fleet/records/rows.ts';
import type { PackedRuns } from '../../fleet/records/tracer.ts';
import type { WatchSpec } from '../../scenario/build.ts';

export interface WatchOptions extends WatchSpec {
  /**
   * Rows of the requests that have left in a window, in order of cells; at the end of a run that was stopped, or cut at
   * its end, those of the requests in the system. Called before the window is shown to anybody.
   */
  onRequests?(chunks: readonly RequestChunk[]): void;
  /** Rows of the runs of steps that have ended in a window, in no particular order. */
  onRuns?(runs: readonly PackedRuns[]): void;
  /** Of who takes them, after the newest window: becomes a part of the run's state. */
  save?(): unknown;
}
