// What a long run is said to take before it begins, so that nobody starts hours of work unawares. A rough figure: once
// the run is under way, its progress tells better. Nothing is said of a short run, nor of a trace, whose requests are
// not counted before they are read. Left out: steps that are taken one by one, where service times are drawn at random.
import { availableParallelism } from 'node:os';
import type { Ahead } from '../../run/live/progress.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import { grouped } from '../../ui/format.ts';

/** CPU of a request: 250 to 450 ns are usual on a core of 2.2 GHz, of which others may want a part (bench/README.md). */
const SECONDS_PER_REQUEST = 450e-9;
/** CPU to settle and count a replica at the end of a window: 70 ns where it is idle, 350 ns where it is busy. */
const SECONDS_PER_REPLICA_WINDOW = 200e-9;
/** It may take so many times as long. */
const UNCERTAINTY = 2;

const LONG_RUN_SECONDS = 10;
/** To lose so much is a pity. */
const PRECIOUS_RUN_SECONDS = 300;

/** A line of text, without its end; undefined where there is nothing to say. `isSaved`: regularly. */
export function forecast(
  { info, ahead }: { info: Pick<RunInfo, 'threads' | 'cells' | 'replicas'>; ahead: Ahead },
  isSaved: boolean,
  cores = availableParallelism(),
): string | undefined {
  const { requests, windows } = ahead;
  if (requests === undefined) return undefined;
  // One thread simulates a cell, and threads beyond the cores take turns.
  const threads = Math.max(1, Math.min(info.threads, info.cells, cores));
  const cpuSeconds = requests * SECONDS_PER_REQUEST + windows * info.replicas * SECONDS_PER_REPLICA_WINDOW;
  const seconds = cpuSeconds / threads;
  if (seconds < LONG_RUN_SECONDS) return undefined;
  const time = `some ${between(seconds, seconds * UNCERTAINTY)} on ${threads} thread${threads === 1 ? '' : 's'}`;
  const text = `About ${inWords(requests)} requests: ${time}`;
  if (isSaved || seconds < PRECIOUS_RUN_SECONDS) return text;
  return `${text}; --checkpoint wall=5m keeps a crash from losing it`;
}

/** Two digits: 86,000, 27 million, 1.8 billion. */
function inWords(value: number): string {
  const rounded = Number(value.toPrecision(2));
  if (rounded < 1e6) return grouped(rounded);
  const [size, name] = rounded < 1e9 ? [1e6, 'million'] : [1e9, 'billion'];
  return `${rounded / size} ${name}`;
}

/** 12–24 s, 1–2 min, 3–6 h. */
function between(fromSeconds: number, toSeconds: number): string {
  const [size, unit] = toSeconds < 100 ? [1, 's'] : toSeconds < 6000 ? [60, 'min'] : [3600, 'h'];
  const from = Math.max(1, Math.floor(fromSeconds / size));
  return `${grouped(from)}–${grouped(Math.ceil(toSeconds / size))} ${unit}`;
}
