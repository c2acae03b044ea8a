// Small derived values that several panels and the plain lines share.
import type { LedgerRow } from '../../economics/spec.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { RunInfo, Snapshot } from '../../run/snapshot.ts';

/** Simulated part of the workload's duration, 0 to 1. Draining is beyond it. */
export function progressOf(info: RunInfo, snapshot: Snapshot | undefined): number {
  return snapshot === undefined ? 0 : Math.min(1, snapshot.window.endSeconds / info.durationSeconds);
}

/**
 * Share of requests within the SLO among those whose fate is known: requests still in the system are left out, else
 * the share would seem to start at zero. At the end of a run it is the share of all that arrived.
 */
export function attainmentSoFar({ day }: Snapshot): number {
  return day.attained / knownFates(day);
}

/** Requests that have finished or were turned away. All of one moment: `day` may be older than `window`. */
export function knownFates(day: WindowMetrics): number {
  return day.arrived - day.running - day.waiting;
}

export function hoursOf(row: LedgerRow): number {
  return (row.endSeconds - row.startSeconds) / 3600;
}

/** An amount of the row as a rate, so that an hour under way compares with a whole one. */
export function usdPerHour(row: LedgerRow, amountUsd: number): number {
  return amountUsd / hoursOf(row);
}

/** Power of the facility in a window: that of the IT equipment times the hour's mean PUE. */
export function facilityWatts(window: WindowMetrics, hour: LedgerRow): number {
  const itWatts = window.itJoules / (window.endSeconds - window.startSeconds);
  return (itWatts * hour.facilityKwh) / hour.itKwh;
}

/** The description of a pool begins with its name. */
export function poolName({ pools }: RunInfo, pool: number): string {
  return pools[pool]?.split(':')[0] ?? `pool ${pool + 1}`;
}

/** The hours that are over and the one under way. */
export function ledgerOf(snapshot: Snapshot | undefined): LedgerRow[] {
  return snapshot === undefined ? [] : [...snapshot.hours, snapshot.hour];
}
