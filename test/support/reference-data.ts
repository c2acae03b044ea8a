// Measured timings and traces that tests check against. They are not part of the repository: FLEETDAY_DATA names the
// folder. Where it is missing these tests are skipped with a reason; continuous integration insists on it.
import { existsSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(process.env.FLEETDAY_DATA ?? '../shared/data');

export const referenceDataMissing = !existsSync(folder);

if (referenceDataMissing) {
  const message = `no reference data at ${folder}: set FLEETDAY_DATA to its folder`;
  if (process.env.CI) throw new Error(message);
  console.warn(`skipping tests against measurements: ${message}`);
}

/** Absolute path of a file in the reference data. */
export function referenceData(name: string): string {
  return path.join(folder, name);
}
