// What only a simulation knows, or only fleetday: simulated time, arrivals and what became of them, replicas by state,
// cost, SLO. To have rates per simulated second, divide by the rate of fleetday_simulated_seconds_total.
import { Window } from '../../fleet/window-fields.ts';
import type { RunInfo, Snapshot } from '../../run/snapshot.ts';
import type { Family, Labels, Sample } from './exposition.ts';
import type { LabelledPool } from './vllm.ts';

const STATUSES = ['starting', 'running', 'paused', 'draining', 'finished', 'stopped', 'failed'] as const;

export function runFamilies(info: RunInfo, snapshot: Snapshot | undefined): Family[] {
  const { name: scenario, seed, version, startEpochMs, slo } = info;
  const now = snapshot?.status ?? 'starting';
  const simulatedSeconds = snapshot?.window.endSeconds ?? 0;
  const thresholds = { ttft: slo.ttftSeconds, tpot: slo.tpotSeconds, e2e: slo.e2eSeconds };
  const family = (type: Family['type'], name: string, help: string, samples: readonly Sample[]): Family => {
    return { name, type, help, samples };
  };
  return [
    family('gauge', 'fleetday_run_info', 'The run.', one(1, { scenario, seed: String(seed), version })),
    family(
      'gauge',
      'fleetday_run_status',
      '1 for what the run does.',
      STATUSES.map((status) => ({ labels: { status }, value: status === now ? 1 : 0 })),
    ),
    family('counter', 'fleetday_simulated_seconds_total', 'Simulated time.', one(simulatedSeconds)),
    family(
      'gauge',
      'fleetday_simulated_timestamp_seconds',
      'The moment shown, seconds since 1970.',
      one(startEpochMs / 1000 + simulatedSeconds),
    ),
    family(
      'gauge',
      'fleetday_slo_threshold_seconds',
      'Thresholds of the SLO.',
      Object.entries(thresholds).flatMap(([metric, value]) =>
        value === undefined ? [] : [{ labels: { metric }, value }],
      ),
    ),
    ...(snapshot
      ? dayFamilies(
          snapshot,
          Object.values(thresholds).some((value) => value !== undefined),
        )
      : []),
  ];
}

function dayFamilies({ day, hour, cost, window }: Snapshot, hasSlo: boolean): Family[] {
  const gauge = (name: string, help: string, samples: readonly Sample[]): Family => {
    return { name, type: 'gauge', help, samples };
  };
  const parts = Object.entries(cost).filter(([key]) => key.endsWith('Usd') && key !== 'totalUsd');
  const hours = (hour.endSeconds - hour.startSeconds) / 3600;
  return [
    gauge(
      'fleetday_slo_attainment_ratio',
      'Of all requests so far, served within the SLO.',
      hasSlo && day.arrived > 0 ? one(day.attained / day.arrived) : [],
    ),
    // No counters: a negative price of electricity lets them fall.
    gauge(
      'fleetday_cost_usd',
      'Cost so far, by part.',
      parts.map(([key, value]) => ({ labels: { part: key.slice(0, -'Usd'.length) }, value })),
    ),
    gauge(
      'fleetday_cost_usd_per_hour',
      'Cost per hour, of the hour under way.',
      hours > 0 ? one(hour.totalUsd / hours) : [],
    ),
    {
      name: 'fleetday_facility_energy_kwh_total',
      type: 'counter',
      help: 'Energy so far.',
      samples: one(cost.facilityKwh),
    },
    gauge('fleetday_duty_cycle_ratio', 'Replica-time spent in steps, newest window.', one(window.dutyCycle)),
    gauge('fleetday_batch_mean', 'Mean batch while steps run, newest window.', one(window.batchMean)),
  ];
}

export function poolFamilies(pools: readonly LabelledPool[]): Family[] {
  const family = (
    type: Family['type'],
    [name, help]: readonly [string, string],
    samples: (pool: LabelledPool) => Sample[],
  ): Family => ({ name: `fleetday_${name}`, type, help, samples: pools.flatMap(samples) });
  const count = (field: Window) => (pool: LabelledPool) => one(pool.total.counts[field], pool.labels);
  const rejected = {
    queue_full: Window.rejectedQueueFull,
    too_long: Window.rejectedTooLong,
    exceeds_kv: Window.rejectedExceedsKv,
  };
  return [
    family('counter', ['requests_arrived_total', 'Requests that came.'], count(Window.arrived)),
    family('counter', ['requests_good_total', 'Served within the SLO.'], count(Window.good)),
    family('counter', ['requests_rejected_total', 'Requests rejected.'], ({ labels, total }) =>
      Object.entries(rejected).map(([reason, field]) => {
        return { labels: { ...labels, reason }, value: total.counts[field] };
      }),
    ),
    family('counter', ['requests_lost_total', 'Lost with their replica.'], count(Window.lost)),
    family('counter', ['requests_retried_total', 'Begun again elsewhere.'], count(Window.retried)),
    family('gauge', ['requests_held', 'Waiting as no replica is ready.'], count(Window.held)),
    family('gauge', ['replicas', 'Replicas by state.'], ({ labels, total }) =>
      Object.entries(total.states).map(([state, value]) => ({ labels: { ...labels, state }, value })),
    ),
    family('gauge', ['replicas_wanted', 'As the controller wants.'], (pool) =>
      one(pool.total.wanted, pool.labels),
    ),
  ];
}

function one(value: number, labels: Labels = {}): Sample[] {
  return [{ labels, value }];
}
