// A sweep under way: in rounds, the points that are still wanted are looked up in the cache, and the others given to an
// executor, each once, however many variants come to the same scenario. With a rule to stop, a round adds seeds to the
// variants whose interval is too wide. The result does not depend on what was cached, on the order in which points came
// back, or on who simulated them.
import { UserError } from '../../kernel/user-error.ts';
import { seedsWanted } from './analysis/stopping.ts';
import type { SweepCache } from './cache.ts';
import { pointOf, seedsOf, type SweepPlan, type Variant } from './plan.ts';
import type { PointError, PointExecutor, PointOutcome, Summary, SweepPoint } from './point.ts';

export interface SweepRow {
  variant: Variant;
  seed: number;
  summary: Summary | undefined;
  error: PointError | undefined;
}

export interface SweepProgress {
  /** Rows that are wanted so far; a rule to stop may add more. */
  planned: number;
  done: number;
  cached: number;
  failed: number;
  /** Of the last row that came. */
  failure: string | undefined;
}

export interface SweepOptions {
  executor: PointExecutor;
  cache: SweepCache;
  signal: AbortSignal;
  onProgress(progress: SweepProgress): void;
  /** Of the points, the part that this program is to simulate; the others are not waited for. */
  part?(points: readonly SweepPoint[]): SweepPoint[];
}

export interface SweepResult {
  plan: SweepPlan;
  /** By variant, then in the order of the seeds. */
  rows: SweepRow[];
  /** Simulated by this sweep, and found in the cache. */
  simulated: number;
  cached: number;
  /** Ended before all had come, or only a part was wanted. */
  isPartial: boolean;
}

export async function runSweep(plan: SweepPlan, options: SweepOptions): Promise<SweepResult> {
  const { experiment, variants } = plan;
  const { stop, confidence } = experiment;
  if (stop !== undefined && options.part !== undefined)
    throw new UserError(
      'stop: seeds are added by what all points come to; sweep a part without it, or the whole',
    );
  const round = new Rounds(plan, options);
  const atFirst = typeof experiment.seeds === 'number' ? experiment.seeds : experiment.seeds.length;
  const wanted = variants.map(() => (stop === undefined ? atFirst : Math.max(2, atFirst)));
  for (;;) {
    await round.run(wanted);
    if (stop === undefined || options.signal.aborted) break;
    let grows = false;
    for (const variant of variants) {
      const values = round.valuesOf(variant, stop.response, wanted[variant.index]);
      if (values.length < wanted[variant.index]) continue;
      const more = seedsWanted(values, stop, confidence);
      if (more > wanted[variant.index]) grows = true;
      wanted[variant.index] = Math.max(more, wanted[variant.index]);
    }
    if (!grows) break;
  }
  return round.result(wanted);
}

class Rounds {
  readonly #plan: SweepPlan;
  readonly #options: SweepOptions;
  /** By key of the point. */
  readonly #outcomes = new Map<string, PointOutcome>();
  /** Rows that wait for a point or have got it. */
  readonly #owners = new Map<string, number>();
  readonly #points: (SweepPoint | undefined)[][];
  readonly #progress: SweepProgress = { planned: 0, done: 0, cached: 0, failed: 0, failure: undefined };
  #simulated = 0;

  constructor(plan: SweepPlan, options: SweepOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#points = plan.variants.map(() => []);
  }

  /** Until every variant has so many seeds. */
  async run(wanted: readonly number[]): Promise<void> {
    const { executor, cache, signal, part } = this.#options;
    const all = this.#newPoints(wanted);
    const mine = part === undefined ? all : part(all);
    for (const point of mine) {
      const summary = this.#outcomes.has(point.key) ? undefined : cache.get(point.key);
      if (summary === undefined) continue;
      this.#progress.cached += this.#owners.get(point.key)!;
      this.#take({ key: point.key, ok: true, summary });
    }
    const left = mine.filter(({ key }) => !this.#outcomes.has(key));
    this.#options.onProgress({ ...this.#progress });
    if (left.length === 0 || signal.aborted) return;
    const take = (outcome: PointOutcome) => {
      if (this.#outcomes.has(outcome.key)) return;
      this.#simulated++;
      cache.put(outcome);
      this.#take(outcome);
      this.#options.onProgress({ ...this.#progress });
    };
    await executor.run(left, take, signal);
  }

  /** Seed by seed, so that every variant has its first when some have come; each point once. */
  #newPoints(wanted: readonly number[]): SweepPoint[] {
    const points: SweepPoint[] = [];
    const most = Math.max(...wanted);
    const seeds = seedsOf(this.#plan, most);
    for (const [place, seed] of seeds.entries()) {
      for (const variant of this.#plan.variants) {
        const own = this.#points[variant.index];
        if (place < own.length || place >= wanted[variant.index]) continue;
        this.#progress.planned++;
        if (variant.prepared === undefined) {
          this.#count(1, false, variant.problem);
          own.push(undefined);
          continue;
        }
        const point = pointOf(this.#plan, variant, seed, this.#progress.planned - 1);
        own.push(point);
        const owners = this.#owners.get(point.key) ?? 0;
        this.#owners.set(point.key, owners + 1);
        const known = this.#outcomes.get(point.key);
        if (known !== undefined) this.#count(1, known.ok, undefined);
        else if (owners === 0) points.push(point);
      }
    }
    return points;
  }

  #take(outcome: PointOutcome): void {
    this.#outcomes.set(outcome.key, outcome);
    this.#count(this.#owners.get(outcome.key)!, outcome.ok, outcome.ok ? undefined : outcome.error.message);
  }

  #count(rows: number, ok: boolean, failure: string | undefined): void {
    this.#progress.done += rows;
    if (!ok) this.#progress.failed += rows;
    this.#progress.failure = failure;
  }

  /** Of the first `count` seeds; fewer where some have failed. NaN for what has no number. */
  valuesOf(variant: Variant, key: string, count: number): number[] {
    return this.#rowsOf(variant, count).flatMap(({ summary }) =>
      summary === undefined ? [] : [numberOf(summary, key)],
    );
  }

  #rowsOf(variant: Variant, count: number): SweepRow[] {
    const seeds = seedsOf(this.#plan, count);
    return seeds.flatMap((seed, i): SweepRow[] => {
      if (variant.prepared === undefined) {
        const error = { kind: 'user' as const, message: variant.problem! };
        return [{ variant, seed, summary: undefined, error }];
      }
      const outcome = this.#outcomes.get(this.#points[variant.index][i]!.key);
      if (outcome === undefined) return [];
      return [
        outcome.ok
          ? { variant, seed, summary: outcome.summary, error: undefined }
          : { variant, seed, summary: undefined, error: outcome.error },
      ];
    });
  }

  result(wanted: readonly number[]): SweepResult {
    const rows = this.#plan.variants.flatMap((variant) => this.#rowsOf(variant, wanted[variant.index]));
    const all = wanted.reduce((sum, count) => sum + count, 0);
    return {
      plan: this.#plan,
      rows,
      simulated: this.#simulated,
      cached: this.#progress.cached,
      isPartial: rows.length < all,
    };
  }
}

export function numberOf(summary: Summary, key: string): number {
  const value = summary[key];
  return typeof value === 'number' ? value : NaN;
}
