// The run in lines of text, for logs and pipes: the same facts as the dashboard's first glance, in columns of fixed
// width.
import type { RunInfo, Snapshot } from '../run/snapshot.ts';
import { clockMoment } from './clock.ts';
import { attainment, compact, figure, rate, span, usd } from './format.ts';
import { attainmentSoFar, progressOf, usdPerHour } from './model/reading.ts';

/** `14:23   60 %   3,861 req/s  p99 TTFT  1.52 s  SLO  99.93 %    $8,163/h  12 s left at 5.2M/s`. */
export function formatPlainLine(info: RunInfo, snapshot: Snapshot): string {
  const { window } = snapshot;
  const seconds = window.endSeconds - window.startSeconds;
  const fields = [
    clockMoment(info, window.endSeconds),
    `${Math.floor(progressOf(info, snapshot) * 100)} %`.padStart(5),
    `${rate(window.arrived / seconds)} req/s`.padStart(13),
    `p99 TTFT ${figure(window.ttft.p99Seconds).padStart(5)} s`,
    `SLO ${attainment(attainmentSoFar(snapshot)).padStart(8)}`,
    `${usd(usdPerHour(snapshot.hour, snapshot.hour.totalUsd))}/h`.padStart(10),
    situation(snapshot),
  ];
  return fields.join('  ').trimEnd();
}

/** Speeds are in simulated requests per real second. */
function situation({
  status,
  wallSeconds,
  wallSecondsLeft,
  requestsPerWallSecond,
  window,
}: Snapshot): string {
  // A run that is watched again simulates nothing.
  const speed = requestsPerWallSecond > 0 ? ` at ${compact(requestsPerWallSecond)}/s` : '';
  if (status === 'draining') return `draining, ${window.running + window.waiting} requests left`;
  if (status === 'finished') return `finished in ${span(wallSeconds)}${speed}`;
  if (status !== 'running') return status;
  return wallSecondsLeft === undefined ? '' : `${span(wallSecondsLeft)} left${speed}`;
}
