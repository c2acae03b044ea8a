// What a comparison puts side by side: keys of summary.json with how they are read, and every part of the cost that any
// of the runs has. A row that no run has a value for is left out.
import { count, latency, percent, quantity, scaled, span, usd } from '../../format.ts';
import { totalUsd } from '../read/cost-parts.ts';
import type { RunView } from '../read/run-view.ts';

export interface Row {
  label: string;
  values: number[];
  text: (value: number) => string;
  /** Whether a difference in percent says something. */
  hasChange: boolean;
}

type Kind = 'usd' | 'ms' | 'share' | 'count' | 'quantity' | 'kwh' | 'seconds';

const TEXTS: Record<Kind, (value: number) => string> = {
  usd,
  ms: (value) => latency(value / 1000),
  share: percent,
  count,
  quantity,
  kwh: (value) => scaled(value * 1000, 'Wh'),
  seconds: span,
};

const BEFORE: readonly [key: string, label: string, kind: Kind][] = [
  ['simulated_seconds', 'simulated', 'seconds'],
  ['arrived', 'arrived', 'count'],
  ['failed', 'failed', 'count'],
  ['slo_attainment', 'SLO attainment', 'share'],
  ['p50_ttft_ms', 'p50 TTFT', 'ms'],
  ['p99_ttft_ms', 'p99 TTFT', 'ms'],
  ['p99_tpot_ms', 'p99 TPOT', 'ms'],
  ['p99_e2el_ms', 'p99 E2E', 'ms'],
  ['request_goodput', 'goodput, requests/s', 'quantity'],
  ['output_throughput', 'output tokens/s', 'quantity'],
];

const AFTER: readonly [key: string, label: string, kind: Kind][] = [
  ['usd_per_1k_requests', 'per 1,000 requests', 'usd'],
  ['usd_per_million_output_tokens', 'per million output tokens', 'usd'],
  ['node_hours', 'node-hours', 'quantity'],
  ['replicas_ready_mean', 'replicas ready, mean', 'quantity'],
  ['scaling_changes', 'scaling changes', 'count'],
  ['preemptions', 'preemptions', 'count'],
  ['duty_cycle', 'duty cycle', 'share'],
  ['batch_mean', 'batch, mean', 'quantity'],
  ['kv_use_peak', 'KV cache, peak', 'share'],
  ['mbu', 'MBU', 'share'],
  ['facility_kwh', 'facility energy', 'kwh'],
  ['idle_share', 'energy while idle', 'share'],
  ['wh_per_request', 'Wh per request', 'quantity'],
  ['location_kg', 'carbon by its grid, kg', 'quantity'],
  ['market_kg', 'carbon after contracts, kg', 'quantity'],
  ['embodied_kg', 'carbon embodied, kg', 'quantity'],
];

export function comparedRows(views: readonly RunView[]): Row[] {
  const rowOf = ([key, label, kind]: readonly [string, string, Kind]): Row => ({
    label,
    values: views.map(({ results }) => results.summary.number(key)),
    text: TEXTS[kind],
    hasChange: kind !== 'share' && kind !== 'seconds',
  });
  const labels = [...new Set(views.flatMap(({ parts }) => parts.map(({ label }) => label)))];
  const parts = labels.map((label): Row => {
    const values = views.map((view) => view.parts.find((part) => part.label === label)?.usd ?? 0);
    return { label: `– ${label}`, values, text: usd, hasChange: true };
  });
  const total: Row = {
    label: 'total cost',
    values: views.map(({ results }) => totalUsd(results)),
    text: usd,
    hasChange: true,
  };
  return [...BEFORE.map(rowOf), total, ...parts, ...AFTER.map(rowOf)].filter(
    ({ values }) => !values.every(Number.isNaN),
  );
}
