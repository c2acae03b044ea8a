// Reads the measured rows and compares predictions with them.
import { readFileSync } from 'node:fs';
import { referenceData } from '../support/reference-data.ts';

export type Row = Record<string, string>;

/** Comma-separated with quoted fields. */
export function readRows(file: string): Row[] {
  const [header, ...lines] = readFileSync(referenceData(file), 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const fields = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((m) => m[1] ?? m[2]);
    return Object.fromEntries(names.map((name, i) => [name, fields[i]]));
  });
}

/** Median and p90 of |error| in percent, linearly interpolated between ranks. */
export function errorsPercent(relativeErrors: number[]): { rows: number; median: number; p90: number } {
  const sorted = relativeErrors.map((error) => 100 * Math.abs(error)).toSorted((a, b) => a - b);
  const quantile = (p: number) => {
    const rank = p * (sorted.length - 1);
    const below = Math.floor(rank);
    return sorted[below] + (rank - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return { rows: sorted.length, median: quantile(0.5), p90: quantile(0.9) };
}
