// summary.json: one flat object, the keys of `vllm bench serve` where they exist (percentiles as it names them:
// p99_ttft_ms, p99.9_ttft_ms). Nothing in it depends on the machine, its clock or the number of threads.
import { isoLocal, isoUtc } from '../kernel/clock.ts';
import { stepTimeError, type StepTimeError } from '../perf/known-limits.ts';
import type { RunResult } from '../run/result.ts';
import type { LoadedScenario, PoolSpec } from '../scenario/scenario.ts';
import { CARBON_FIELDS } from './cost/carbon-fields.ts';
import { COST_FIELDS } from './cost/cost-fields.ts';
import { ENERGY_FIELDS } from './cost/energy-fields.ts';
import { dayFigures, type DayFigures, type Peak } from './day.ts';
import { field, latencyFields, milliseconds, type Cell, type Field } from './field.ts';
import { SCALING_FIELDS } from './scaling/fields.ts';
import { scalingFigures, type ScalingFigures } from './scaling/figures.ts';

interface Source {
  result: RunResult;
  info: RunResult['info'];
  total: RunResult['total'];
  loaded: LoadedScenario;
  day: DayFigures;
  scaling: ScalingFigures;
  /** Of the pool whose step times are the least certain; undefined for fixed service times. */
  stepTimes: StepTimeError | undefined;
}

const RUN: Field<Source>[] = [
  field('scenario', '', 'name of the scenario', (s) => s.info.name),
  field('scenario_hash', '', 'start of the SHA-256 of scenario.resolved.yaml', (s) => s.loaded.hash),
  field('seed', '', 'seed of every random draw', (s) => s.info.seed),
  field('version', '', 'version of fleetday', (s) => s.info.version),
  field(
    'partial',
    '',
    'true: the run ended early, and everything covers only what was simulated until then',
    (s) => s.result.ending !== 'finished',
  ),
  field('start_utc', 'ISO 8601', 'start of the day simulated', (s) => isoUtc(s.info.startEpochMs)),
  field('time_zone', 'IANA', 'zone of local times', (s) => s.info.timeZone),
  field(
    'simulated_seconds',
    's',
    'length of the day, in which requests arrive: rates, means, energy and cost cover it',
    (s) => s.result.simulatedSeconds,
  ),
  field(
    'drain_seconds',
    's',
    'time it then took to serve what was left: counts and latencies include it, energy and cost do not',
    (s) => s.result.drainSeconds,
  ),
  field(
    'replicas',
    '',
    'copies of the model; of pools that scale, the most there may be',
    (s) => s.info.replicas,
  ),
  field('nodes', '', 'servers', (s) => s.info.nodes),
  field('gpus', '', 'GPUs', (s) => s.info.gpus),
  field(
    'step_times',
    '',
    'measured, or extrapolated where a pool’s step times are; null for fixed service times',
    (s) => s.stepTimes?.kind,
  ),
  field(
    'step_time_error_percent',
    '%',
    'about ± so much may a decode step be wrong, in the pool where it is worst',
    (s) => s.stepTimes?.decodeErrorPercent,
  ),
  field(
    'step_time_error_reasons',
    '',
    'why extrapolated, of that pool',
    (s) => s.stepTimes && s.stepTimes.reasons.join(', '),
  ),
];

const COUNTS: Field<Source>[] = [
  field('arrived', 'requests', 'all that came', (s) => s.total.arrived),
  field('completed', 'requests', 'served to the end', (s) => s.total.finished),
  field(
    'failed',
    'requests',
    'sum of the next five: arrived = completed + failed + running_at_end + waiting_at_end',
    (s) => s.day.failed,
  ),
  field(
    'rejected_queue_full',
    'requests',
    'rejected because the queue was at its limit',
    (s) => s.total.rejectedQueueFull,
  ),
  field(
    'rejected_too_long',
    'requests',
    'rejected because prompt + output exceed the longest the model serves',
    (s) => s.total.rejectedTooLong,
  ),
  field(
    'rejected_exceeds_kv',
    'requests',
    'rejected because prompt + output exceed the whole KV cache',
    (s) => s.total.rejectedExceedsKv,
  ),
  field('timed_out', 'requests', 'given up by the client', (s) => s.total.timedOut),
  field('lost', 'requests', 'lost with a replica that was taken away', (s) => s.total.lost),
  field(
    'running_at_end',
    'requests',
    'still in a batch (0 unless stopped early or cut)',
    (s) => s.total.running,
  ),
  field(
    'waiting_at_end',
    'requests',
    'still in a queue (0 unless stopped early or cut)',
    (s) => s.total.waiting,
  ),
  field(
    'truncated',
    'requests',
    'cut to the longest the model serves; counted among the others too',
    (s) => s.total.truncated,
  ),
  field(
    'preemptions',
    '',
    'times a running request lost its KV cache and was computed again',
    (s) => s.total.preemptions,
  ),
  field(
    'total_input_tokens',
    'tokens',
    'of prompts that were processed, once per request',
    (s) => s.total.promptTokens,
  ),
  field('total_output_tokens', 'tokens', 'delivered', (s) => s.total.outputTokens),
];

const RATES: Field<Source>[] = [
  field('arrival_rate', 'requests/s', 'mean over the day', (s) => s.day.arrivals),
  field(
    'request_throughput',
    'requests/s',
    'completed within the day, per second of it',
    (s) => s.day.completions,
  ),
  field(
    'request_goodput',
    'requests/s',
    'of these, those within every SLO threshold; null without an SLO',
    (s) => s.day.goodput,
  ),
  field(
    'output_throughput',
    'tokens/s',
    'output tokens of the day, per second of it',
    (s) => s.day.outputTokens,
  ),
  field(
    'total_token_throughput',
    'tokens/s',
    'input and output tokens',
    (s) => s.day.inputTokens + s.day.outputTokens,
  ),
  field(
    'peak_arrival_rate',
    'requests/s',
    'of the busiest window (those shorter than half the window length aside)',
    (s) => s.day.busiest?.value,
  ),
  field('peak_arrival_at', 'ISO 8601', 'its start, local', (s) => timeOf(s, 'busiest')),
];

const SLO: Field<Source>[] = [
  field('slo_ttft_ms', 'ms', 'threshold; null where not set', (s) => milliseconds(s.info.slo.ttftSeconds)),
  field('slo_tpot_ms', 'ms', 'threshold; null where not set', (s) => milliseconds(s.info.slo.tpotSeconds)),
  field('slo_e2el_ms', 'ms', 'threshold; null where not set', (s) => milliseconds(s.info.slo.e2eSeconds)),
  field(
    'slo_attainment',
    'share',
    'completed within every threshold / arrived: rejected and unfinished requests count as misses',
    (s) => s.day.attainment,
  ),
  field('worst_window_p99_ttft_ms', 'ms', 'highest p99 TTFT of any window of the day', (s) =>
    milliseconds(s.day.worstTtftP99?.value),
  ),
  field('worst_window_p99_ttft_at', 'ISO 8601', 'its start, local', (s) => timeOf(s, 'worstTtftP99')),
];

const USE: Field<Source>[] = [
  field('duty_cycle', 'share', 'replica-time spent in steps', (s) => s.day.dutyCycle),
  field('batch_mean', 'sequences', 'batch size, mean over the time spent in steps', (s) => s.day.batchMean),
  field('kv_use_mean', 'share', 'KV cache in use, mean', (s) => s.day.kvUseMean),
  field('kv_use_peak', 'share', 'and its highest at a window end', (s) => s.day.kvUsePeak),
  field(
    'mbu',
    'share',
    'memory traffic / peak bandwidth, over all replica-time, idle included',
    (s) => s.day.mbu,
  ),
  field('mfu', 'share', 'model FLOP / peak FLOP, likewise', (s) => s.day.mfu),
];

/** In the order of the file. */
export const SUMMARY_FIELDS: readonly Field<Source>[] = [
  ...RUN,
  ...COUNTS,
  ...RATES,
  ...latencyFields<Source>(({ total }) => total, ['mean', 'median', 'p50', 'p90', 'p95', 'p99', 'p99.9']),
  ...SLO,
  ...SCALING_FIELDS,
  ...USE,
  ...ENERGY_FIELDS,
  ...COST_FIELDS,
  ...CARBON_FIELDS,
];

export function summaryJson(
  result: RunResult,
  loaded: LoadedScenario,
): Record<string, string | number | boolean | null> {
  const source = {
    result,
    info: result.info,
    total: result.total,
    loaded,
    day: dayFigures(result),
    scaling: scalingFigures(result),
    stepTimes: leastCertain(loaded.scenario.pools),
  };
  return Object.fromEntries(SUMMARY_FIELDS.map(({ key, read }) => [key, orNull(read(source))]));
}

function leastCertain(pools: readonly PoolSpec[]): StepTimeError | undefined {
  const errors = pools.flatMap(({ perf }) => (perf.kind === 'physical' ? [stepTimeError(perf)] : []));
  return errors.toSorted((a, b) => b.decodeErrorPercent - a.decodeErrorPercent)[0];
}

function orNull(value: Cell): string | number | boolean | null {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
}

function timeOf({ info, day }: Source, which: 'busiest' | 'worstTtftP99'): string | undefined {
  const peak: Peak | undefined = day[which];
  return peak && isoLocal(info.startEpochMs + peak.startSeconds * 1000, info.timeZone);
}
