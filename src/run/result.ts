// Everything a run leaves behind, for files, summary and comparison. Plain data, free of wall-clock times, so that
// the same scenario and seed give the same bytes.
import type { ScalingDecision } from '../control/controller.ts';
import type { OutsideAccount } from '../control/external/outside.ts';
import type { DemandCharge, LedgerWindows } from '../economics/ledger.ts';
import type { LedgerRow } from '../economics/spec.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { LatencyHistograms } from '../metrics/latencies.ts';
import type { ReplicaHours, WindowMetrics } from '../metrics/window-metrics.ts';
import type { RunEvent } from '../scenario/events/event.ts';
import type { Reclaimed } from './control-room.ts';
import type { RunInfo } from './snapshot.ts';
import type { WindowList } from './window-table.ts';

/** `stopped` on demand; `undrained`: the drain had lasted as long as it may (see Timeline), and requests were left. */
export type Ending = 'finished' | 'stopped' | 'undrained';

export interface RunResult {
  info: RunInfo;
  /** Unless the run has finished, everything covers what was simulated. */
  ending: Ending;
  /** Simulated seconds that count as the day (= duration unless stopped), and that it took to drain afterwards. */
  simulatedSeconds: number;
  drainSeconds: number;
  /** In time order, drain windows (phase `drain`) last. */
  windows: WindowList;
  /** The day's windows merged by row of the ledger: same length and bounds as `ledger`. */
  hours: WindowMetrics[];
  /** Of the same rows. */
  replicaHours: ReplicaHours[];
  /** All windows merged, drain included: counts, latencies, attainment. */
  total: WindowMetrics;
  /** The histograms that its latencies were read from. */
  latencies: LatencyHistograms<SparseHistogram>;
  /** Ledger rows of the day; the drain costs nothing here and its IT energy is in `drainItKwh`. */
  ledger: LedgerRow[];
  /** The same rows of each pool. */
  ledgerByPool: LedgerRow[][];
  /** What they were made of, window by window of the day. */
  ledgerWindows: LedgerWindows;
  /** Belongs to no row; undefined where the scenario has none. */
  demandCharge: DemandCharge | undefined;
  drainItKwh: number;
  /** Changes of how many replicas were wanted, and what is worth telling beside (as many as before), in time order. */
  scaling: ScalingDecision[];
  /** What was done to the run, with the times at which it took effect; and what was to be done when it was over; undefined: nothing. */
  events?: { applied: RunEvent[]; waiting: RunEvent[] };
  /** How often a node was ordered and no capacity found. */
  capacityRefusals: number;
  /** Spot nodes taken back, and requests that this cut off; undefined where there are none. */
  reclaimed?: Reclaimed;
  /** By pool that a program of the user's own decides for; undefined where none does. */
  programs?: ({ pool: number } & OutsideAccount)[];
}
