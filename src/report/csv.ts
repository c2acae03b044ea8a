// windows.csv and hourly.csv: one row per metrics window, and per row of the ledger. RFC 4180 (CRLF, quotes where needed);
// numbers in the shortest form that reads back as the same double; empty where there is no value.
import { JOULES_PER_KWH } from '../economics/ledger.ts';
import { isoLocal, isoUtc } from '../kernel/clock.ts';
import type { LedgerRow } from '../economics/spec.ts';
import type { ReplicaHours, WindowMetrics } from '../metrics/window-metrics.ts';
import type { RunResult } from '../run/result.ts';
import { PART_COLUMNS, PRICE_COLUMNS, USE_COLUMNS } from './cost/row-columns.ts';
import { field, latencyFields, type Cell, type Field } from './field.ts';

interface Row {
  info: RunResult['info'];
  window: WindowMetrics;
}

interface HourRow extends Row {
  ledger: LedgerRow;
  replicaHours: ReplicaHours;
}

const epochMs = ({ info, window }: Row) => info.startEpochMs + window.startSeconds * 1000;

export const WINDOW_COLUMNS: readonly Field<Row>[] = [
  field('start_utc', 'ISO 8601', 'start of the row', (row) => isoUtc(epochMs(row))),
  field('start_local', 'ISO 8601', "the same in the scenario's time zone", (row) =>
    isoLocal(epochMs(row), row.info.timeZone),
  ),
  field('start_seconds', 's', 'start, from the start of the run', ({ window }) => window.startSeconds),
  field('end_seconds', 's', 'end, from the start of the run', ({ window }) => window.endSeconds),
  field('phase', '', '`day`, or `drain` once no more requests arrive', ({ window }) => window.phase),
  field('arrived', 'requests', 'that arrived in the row', ({ window }) => window.arrived),
  field('completed', 'requests', 'that finished in the row', ({ window }) => window.finished),
  field('rejected_queue_full', 'requests', 'as in summary.json', ({ window }) => window.rejectedQueueFull),
  field('rejected_too_long', 'requests', 'as in summary.json', ({ window }) => window.rejectedTooLong),
  field('rejected_exceeds_kv', 'requests', 'as in summary.json', ({ window }) => window.rejectedExceedsKv),
  field('timed_out', 'requests', 'as in summary.json', ({ window }) => window.timedOut),
  field('lost', 'requests', 'as in summary.json', ({ window }) => window.lost),
  field(
    'retried',
    'requests',
    'begun again elsewhere, their replica was taken away',
    ({ window }) => window.retried,
  ),
  field('truncated', 'requests', 'as in summary.json', ({ window }) => window.truncated),
  field('preemptions', '', 'as in summary.json', ({ window }) => window.preemptions),
  field(
    'input_tokens',
    'tokens',
    'of prompts whose processing ended in the row',
    ({ window }) => window.promptTokens,
  ),
  field('output_tokens', 'tokens', 'delivered in the row', ({ window }) => window.outputTokens),
  field('running', 'requests', 'in batches at the end of the row', ({ window }) => window.running),
  field('waiting', 'requests', 'in queues at the end of the row', ({ window }) => window.waiting),
  field('held', 'requests', 'of those waiting, because no replica is ready', ({ window }) => window.held),
  field('kv_use', 'share', 'KV cache in use at the end of the row', ({ window }) => window.kvUse),
  field('replicas_wanted', '', 'at the end of the row', ({ window }) => window.replicasWanted),
  field(
    'replicas_provisioning',
    '',
    'of these, waiting for their node',
    ({ window }) => window.replicasProvisioning,
  ),
  field('replicas_loading', '', 'loading weights, warming up', ({ window }) => window.replicasLoading),
  field('replicas_ready', '', 'serving', ({ window }) => window.replicasReady),
  field(
    'replicas_draining',
    '',
    'not wanted any more, finishing what they have',
    ({ window }) => window.replicasDraining,
  ),
  field(
    'batch_mean',
    'sequences',
    'batch size, mean over the time spent in steps',
    ({ window }) => window.batchMean,
  ),
  field('duty_cycle', 'share', 'replica-time spent in steps', ({ window }) => window.dutyCycle),
  field('mbu', 'share', 'as in summary.json', ({ window }) => window.mbu),
  field('mfu', 'share', 'as in summary.json', ({ window }) => window.mfu),
  field('it_kwh', 'kWh', 'drawn by the nodes', ({ window }) => window.itJoules / JOULES_PER_KWH),
  field(
    'idle_it_kwh',
    'kWh',
    'of these, while no step ran',
    ({ window }) => window.idleJoules / JOULES_PER_KWH,
  ),
  ...latencyFields<Row>(({ window }) => window, ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9']),
  field(
    'attained',
    'requests',
    "of the row's arrivals, finished within the SLO (then or later)",
    ({ window }) => window.attained,
  ),
  field('good', 'requests', "of the row's completions, within the SLO", ({ window }) => window.good),
];

export const LEDGER_COLUMNS: readonly Field<HourRow>[] = [
  ...USE_COLUMNS,
  field('replica_hours_provisioning', 'h', 'as in summary.json', ({ replicaHours }) => {
    return replicaHours.provisioning;
  }),
  field('replica_hours_loading', 'h', 'as in summary.json', ({ replicaHours }) => replicaHours.loading),
  field('replica_hours_ready', 'h', 'as in summary.json', ({ replicaHours }) => replicaHours.ready),
  field('replica_hours_draining', 'h', 'as in summary.json', ({ replicaHours }) => replicaHours.draining),
  ...PRICE_COLUMNS,
  ...PART_COLUMNS,
];

export function windowsCsv({ info, windows }: RunResult): string {
  function* rows(): Generator<Row> {
    for (const window of windows) yield { info, window };
  }
  return csv(WINDOW_COLUMNS, rows());
}

/** The windows' columns merged by hour, and then the ledger's. */
export function hourlyCsv({ info, hours, replicaHours, ledger }: RunResult): string {
  if (hours.length !== ledger.length) {
    throw new Error(`${hours.length} hours of metrics, but ${ledger.length} ledger rows`);
  }
  const rows = hours.map((window, i) => ({ info, window, ledger: ledger[i], replicaHours: replicaHours[i] }));
  return csv<HourRow>([...WINDOW_COLUMNS, ...LEDGER_COLUMNS], rows);
}

/** Line by line: the cells of all rows at once would take many times what the text takes. */
export function csv<Source>(columns: readonly Field<Source>[], rows: Iterable<Source>): string {
  const lines = [csvLine(columns.map(({ key }) => key))];
  for (const row of rows) lines.push(csvLine(columns.map(({ read }) => text(read(row)))));
  return lines.join('');
}

/** With its line end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(quoted).join(',') + '\r\n';
}

function text(cell: Cell): string {
  return cell === undefined || (typeof cell === 'number' && !Number.isFinite(cell)) ? '' : String(cell);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
