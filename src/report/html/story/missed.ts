// When the SLO was missed: stretches of windows in which more than one arrival in a hundred was not served within it, by
// window of arrival. Windows with a good one between them are one stretch, so that noise does not cut it into pieces.
import type { CsvTable } from '../read/csv-table.ts';

/** Objectives are on the 99th percentile, here as in the dashboard. */
export const MISSED_SHARE_MAX = 0.01;

export interface MissedStretch {
  fromSeconds: number;
  toSeconds: number;
  /** Windows [first, end). */
  first: number;
  end: number;
  arrived: number;
  missed: number;
}

/** Windows between two bad ones that join them. */
const JOINED_MAX = 2;

/** In time order. */
export function missedStretches(windows: CsvTable): MissedStretch[] {
  const arrived = windows.numbers('arrived');
  const attained = windows.numbers('attained');
  const isBad = (i: number) => arrived[i] - attained[i] > MISSED_SHARE_MAX * arrived[i];
  const stretches: MissedStretch[] = [];
  for (let i = 0; i < windows.length; i++) {
    if (!isBad(i)) continue;
    const last = stretches[stretches.length - 1];
    if (last !== undefined && i - last.end <= JOINED_MAX) last.end = i + 1;
    else stretches.push({ fromSeconds: 0, toSeconds: 0, first: i, end: i + 1, arrived: 0, missed: 0 });
  }
  const starts = windows.numbers('start_seconds');
  const ends = windows.numbers('end_seconds');
  for (const stretch of stretches) {
    stretch.fromSeconds = starts[stretch.first];
    stretch.toSeconds = ends[stretch.end - 1];
    for (let i = stretch.first; i < stretch.end; i++) {
      stretch.arrived += arrived[i];
      stretch.missed += arrived[i] - attained[i];
    }
  }
  return stretches;
}
