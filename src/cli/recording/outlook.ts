// How large requests.parquet will be and how long it takes to write, before a run begins: a rough figure. Nothing is said
// of a trace, whose requests are not counted before they are read.
import { UserError } from '../../kernel/user-error.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { grouped } from '../../ui/format.ts';
import { expectedRequests } from '../../workload/create.ts';

/** Measured, see docs/results.md: 24 bytes there, 27 in a day of a small fleet. */
const BYTES_PER_ROW = 27;
const SECONDS_PER_ROW = 2.5e-6;
const UNCERTAINTY = 2;

/** More are not written unasked. */
const ROWS_MAX = 10_000_000;

/** A line of text where it is a lot and forced; UserError where it is a lot and not. */
export function recordingOutlook(
  { workload, startEpochMs, durationSeconds }: Scenario,
  part: number,
  { force }: { force: boolean },
): string | undefined {
  const requests = expectedRequests({ spec: workload, startEpochMs, durationSeconds });
  const rows = (requests ?? 0) * part;
  if (rows <= ROWS_MAX) return undefined;
  const minutes = (rows * SECONDS_PER_ROW) / 60;
  const time = `${Math.max(1, Math.floor(minutes))}–${Math.ceil(minutes * UNCERTAINTY)} min`;
  const gigabytes = ((rows * BYTES_PER_ROW) / 1e9).toPrecision(2);
  const text = `about ${grouped(Math.round(rows / 1e6))} million rows in requests.parquet, some ${gigabytes} GB and ${time} of writing`;
  if (force) return `Requests: ${text}`;
  const percent = roundedDown((100 * ROWS_MAX) / requests!);
  throw new UserError(
    `--requests: ${text}; give --force for that, or record a part: --requests sample=${percent}%`,
  );
}

/** One digit of it. */
function roundedDown(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Number((Math.floor(value / unit) * unit).toPrecision(1));
}
