// How simple policies name what they scale on: a signal, or a metric name that stands for one, and a statistic of it.
import { choice } from '../../../settings/keys.ts';
import type { Observation, SignalNeed } from '../policy.ts';
import { KNOWN_METRICS, mappedSignal, needsOf, SIGNAL_NAMES, signalOf } from '../signals.ts';

export const metricKey = choice(
  [...SIGNAL_NAMES, ...KNOWN_METRICS],
  'A signal of the pool, or a metric name that stands for one.',
);

const STATISTICS = ['average', 'maximum', 'sum'] as const;
export type Statistic = (typeof STATISTICS)[number];

export const statisticKey = choice(
  STATISTICS,
  'Of the ready replicas: their mean or largest value, or the whole of the pool (as gateway-queue always is).',
).default('average');

export function metricNeeds(metrics: readonly string[]): SignalNeed[] {
  return needsOf(metrics.map((metric) => mappedSignal(metric, {})!.signal));
}

/** Null without data, as while no replica is ready. */
export function metricValue(observation: Observation, metric: string, statistic: Statistic): number | null {
  const { signal, factor } = mappedSignal(metric, {})!;
  const { perReplica, total } = signalOf(observation, signal);
  if (statistic === 'sum' || perReplica === null) return total === null ? null : total * factor;
  if (perReplica.length === 0) return null;
  if (statistic === 'maximum') return perReplica.reduce((most, value) => Math.max(most, value)) * factor;
  return (perReplica.reduce((sum, value) => sum + value, 0) / perReplica.length) * factor;
}
