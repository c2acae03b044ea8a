// One key of a result file: its name, its unit and meaning for people, and how to read it. The files and the tables in
// docs/results.md both come from lists of these, so that neither can have a key that the other lacks.
import type { LatencySummary, WindowMetrics } from '../metrics/window-metrics.ts';

export type Cell = string | number | boolean | undefined;

/** What people are told of a key. */
export interface Documented {
  key: string;
  unit: string;
  meaning: string;
}

export interface Field<Source> extends Documented {
  /** NaN and undefined where there is no value. */
  read: (source: Source) => Cell;
}

export function field<Source>(
  key: string,
  unit: string,
  meaning: string,
  read: (source: Source) => Cell,
): Field<Source> {
  return { key, unit, meaning, read };
}

/** Name as in `vllm bench serve`, where it is in the metrics, definition. */
const LATENCIES: readonly [string, 'ttft' | 'tpot' | 'itl' | 'e2e', string][] = [
  ['ttft', 'ttft', 'time to first token, from arrival, queueing included'],
  ['tpot', 'tpot', 'time per output token after the first, of requests with two or more'],
  ['itl', 'itl', 'time between consecutive tokens of a request, all gaps pooled'],
  ['e2el', 'e2e', 'end-to-end latency, from arrival to last token'],
];

const STATISTICS = {
  mean: (latency) => latency.meanSeconds,
  median: (latency) => latency.p50Seconds,
  p50: (latency) => latency.p50Seconds,
  p90: (latency) => latency.p90Seconds,
  p95: (latency) => latency.p95Seconds,
  p99: (latency) => latency.p99Seconds,
  'p99.9': (latency) => latency.p999Seconds,
} satisfies Record<string, (latency: LatencySummary) => number>;

/** `mean_ttft_ms` … `p99.9_e2el_ms`. */
export function latencyFields<Source>(
  metricsOf: (source: Source) => WindowMetrics,
  statistics: readonly (keyof typeof STATISTICS)[],
): Field<Source>[] {
  return LATENCIES.flatMap(([name, of, definition]) =>
    statistics.map((statistic, i) => ({
      key: `${statistic}_${name}_ms`,
      unit: 'ms',
      meaning: i === 0 ? `${statistic} ${definition}` : `${statistic} of the same`,
      read: (source: Source) => milliseconds(STATISTICS[statistic](metricsOf(source)[of])),
    })),
  );
}

/** Rounded to the nanosecond: digits without noise from the change of unit. */
export function milliseconds(seconds: number | undefined): number {
  return seconds === undefined ? NaN : Math.round(seconds * 1e9) / 1e6;
}
