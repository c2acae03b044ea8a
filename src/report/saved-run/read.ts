// The results of a run, read back from its files for people who watch it again: windows, ledger, decisions. What the
// files do not hold (older versions wrote fewer columns) is missing, not zero. Left out: histograms, single replicas.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { csvRecords, type SourceRecord } from '../../accuracy/records.ts';
import type { ScalingDecision } from '../../control/controller.ts';
import { JOULES_PER_KWH } from '../../economics/ledger.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { LatencySummary, WindowMetrics } from '../../metrics/window-metrics.ts';
import { SCENARIO, SUMMARY } from '../files.ts';
import { describeRun, poolNames } from '../../run/info.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import { Timeline } from '../../run/timeline.ts';
import { planCells } from '../../fleet/cell-plan.ts';
import { preload } from '../../scenario/load/preload.ts';
import type { RunEvent } from '../../scenario/events/event.ts';
import { readEvents } from '../../scenario/events/file.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { loadScenario } from '../../scenario/load.ts';
import { filesIn, type SavedFiles } from './files.ts';
import { numbersOf, readLedger, timedRecords, type SavedLedger } from './ledger.ts';

export interface SavedRun extends SavedLedger {
  info: RunInfo;
  /** In time order, the drain's last. */
  windows: WindowMetrics[];
  /** All of summary.json. */
  summary: Record<string, unknown>;
  scaling: ScalingDecision[];
  /** What was done to it. */
  events: RunEvent[];
  /** Of the whole run; counts are added up from the windows. */
  latencies: Pick<WindowMetrics, 'ttft' | 'tpot' | 'itl' | 'e2e'>;
  isPartial: boolean;
}

type Numbers = (key: string) => number;

export async function readResults(dir: string): Promise<SavedRun> {
  const files = filesIn(dir);
  checkIsRun(files);
  const scenario = await readScenario(dir);
  const info = infoOf(scenario, dir);
  const summary = readSummary(files);
  const windows = readWindows(files);
  const pools = poolNames(info);
  const scaling = scalingRecords(files).map((record) => decisionOf(record, pools));
  const number: Numbers = (key) => Number(summary[key] ?? NaN);
  return {
    info,
    windows,
    ...readLedger(files, pools),
    scaling,
    summary,
    events: await eventsOf(dir, scenario),
    latencies: latenciesOf(number, number('completed')),
    isPartial: summary.partial === true,
  };
}

export function checkIsRun({ dir, has }: SavedFiles): void {
  if (has(SUMMARY)) return;
  throw new UserError(`${dir}: holds no results of a run (no ${SUMMARY}); name the folder given as --out`);
}

async function readScenario(dir: string): Promise<Scenario> {
  const file = path.join(dir, SCENARIO);
  await preload(file, []);
  return loadScenario(file, []).scenario;
}

async function eventsOf(dir: string, scenario: Scenario): Promise<RunEvent[]> {
  const file = path.join(dir, 'events.yaml');
  return existsSync(file) ? readEvents(file, scenario, { areDone: true }) : [];
}

function infoOf(scenario: Scenario, dir: string): RunInfo {
  const windowEnds = new Timeline(scenario).dayEnds;
  const cells = planCells(scenario.pools).length;
  return describeRun(scenario, { cells, threads: 0, version: '', outDir: dir, windowEnds });
}

export function readWindows(files: SavedFiles): WindowMetrics[] {
  return timedRecords(files, 'windows.csv').map((record) => windowOf(numbersOf(record), record));
}

export function readSummary(files: SavedFiles): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(files.text(SUMMARY));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Told below.
  }
  const file = path.join(files.dir, SUMMARY);
  throw new UserError(`${file}: is no summary of a run; run the scenario again with --force`);
}

/** A run that never changed what it wanted leaves a header alone. */
function scalingRecords(files: SavedFiles): SourceRecord[] {
  if (!files.has('scaling.csv')) return [];
  const text = files.text('scaling.csv');
  const file = path.join(files.dir, 'scaling.csv');
  return text.trim().split('\n', 2).length === 1 ? [] : csvRecords(file, text, () => undefined);
}

function latenciesOf(number: Numbers, count: number): SavedRun['latencies'] {
  const of = (name: string): LatencySummary => ({
    count,
    meanSeconds: number(`mean_${name}_ms`) / 1000,
    p50Seconds: number(`p50_${name}_ms`) / 1000,
    p90Seconds: number(`p90_${name}_ms`) / 1000,
    p95Seconds: number(`p95_${name}_ms`) / 1000,
    p99Seconds: number(`p99_${name}_ms`) / 1000,
    p999Seconds: number(`p99.9_${name}_ms`) / 1000,
  });
  return { ttft: of('ttft'), tpot: of('tpot'), itl: of('itl'), e2e: of('e2el') };
}

function windowOf(number: Numbers, { fields }: SourceRecord): WindowMetrics {
  const counted = (key: string): number => number(key) || 0;
  return {
    startSeconds: number('start_seconds'),
    endSeconds: number('end_seconds'),
    phase: fields.phase === 'drain' ? 'drain' : 'day',
    arrived: counted('arrived'),
    finished: counted('completed'),
    rejectedQueueFull: counted('rejected_queue_full'),
    rejectedTooLong: counted('rejected_too_long'),
    rejectedExceedsKv: counted('rejected_exceeds_kv'),
    truncated: counted('truncated'),
    timedOut: counted('timed_out'),
    lost: counted('lost'),
    retried: counted('retried'),
    preemptions: counted('preemptions'),
    promptTokens: counted('input_tokens'),
    outputTokens: counted('output_tokens'),
    running: counted('running'),
    waiting: counted('waiting'),
    held: counted('held'),
    kvUse: number('kv_use'),
    replicasWanted: number('replicas_wanted'),
    replicasProvisioning: number('replicas_provisioning'),
    replicasLoading: number('replicas_loading'),
    replicasReady: number('replicas_ready'),
    replicasDraining: number('replicas_draining'),
    batchMean: number('batch_mean'),
    dutyCycle: number('duty_cycle'),
    mbu: number('mbu'),
    mfu: number('mfu'),
    itJoules: number('it_kwh') * JOULES_PER_KWH,
    idleJoules: number('idle_it_kwh') * JOULES_PER_KWH,
    ...latenciesOf(number, counted('completed')),
    attained: counted('attained'),
    good: counted('good'),
  };
}

function decisionOf({ fields }: SourceRecord, pools: readonly string[]): ScalingDecision {
  return {
    atSeconds: Number(fields.at_seconds),
    pool: Math.max(0, pools.indexOf(fields.pool)),
    fromReplicas: Number(fields.from),
    toReplicas: Number(fields.to),
    recommendedReplicas: fields.recommended === '' ? null : Number(fields.recommended),
    readyReplicas: Number(fields.ready),
    reason: fields.reason ?? '',
  };
}
