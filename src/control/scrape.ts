// What is scraped of a pool at one moment: counters since the scrape before, and gauges of its replicas. From the cells
// as they are, so that nothing is copied that no policy reads.
import type { CellGauges } from '../fleet/cell-gauges.ts';
import { Window } from '../fleet/window-fields.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';

/** Gauges of a cell's replicas, and by Window what was counted in it since the last scrape. */
export interface CellScrape extends CellGauges {
  counts: Float64Array;
}

const GAUGES = ['running', 'waiting', 'usedBlocks', 'tokensInUse', 'queuedPrefillTokens'] as const;

/** The numbers of scrapes one after the other: a thread hands over one array much sooner than many small ones. */
export function packScrapes(scrapes: readonly CellScrape[]): Float64Array {
  const packed = new Float64Array(
    scrapes.reduce((sum, scrape) => sum + packedLength(scrape.running.length), 0),
  );
  let at = 0;
  for (const { counts, ...gauges } of scrapes) {
    packed.set(counts, at);
    at += counts.length;
    for (const name of GAUGES) {
      const values = gauges[name];
      if (values !== undefined) packed.set(values, at);
      at += gauges.running.length;
    }
  }
  return packed;
}

/** The scrape of a cell of so many places that begins there: views into what was packed. */
export function unpackScrape(
  packed: Float64Array,
  from: number,
  { places, queuedPrefillTokens }: { places: number; queuedPrefillTokens: boolean },
): CellScrape {
  let at = from + Window.FIELDS;
  const next = () => packed.subarray(at, (at += places));
  return {
    counts: packed.subarray(from, from + Window.FIELDS),
    running: next(),
    waiting: next(),
    usedBlocks: next(),
    tokensInUse: next(),
    queuedPrefillTokens: queuedPrefillTokens ? next() : undefined,
  };
}

/** Numbers of one cell of so many places. */
export function packedLength(places: number): number {
  return Window.FIELDS + GAUGES.length * places;
}

export interface PoolScrape {
  atSeconds: number;
  /** Since the scrape before. */
  seconds: number;
  /** By Window, all cells together. */
  counts: Float64Array;
  cells: CellScrape[];
  /** Since the scrape before; undefined unless asked for. */
  ttft: SparseHistogram[] | undefined;
  itl: SparseHistogram[] | undefined;
}

export function poolScrape(
  cells: CellScrape[],
  times: { atSeconds: number; seconds: number },
  latencies?: { ttft: SparseHistogram[]; itl: SparseHistogram[] },
): PoolScrape {
  const counts = new Float64Array(Window.FIELDS);
  for (const cell of cells) for (let i = 0; i < Window.FIELDS; i++) counts[i] += cell.counts[i];
  return { ...times, counts, cells, ttft: latencies?.ttft, itl: latencies?.itl };
}
