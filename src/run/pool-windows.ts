// What the pools did in a window, as the ledger wants it: from counts and seconds to kWh, hours and GPU-time by phase;
// and windows of the ledger as one array of numbers, to be saved.
import { prefillOfMixed } from '../economics/attribution.ts';
import { JOULES_PER_KWH, type LedgerWindow, type LedgerWindows } from '../economics/ledger.ts';
import { billedSeconds } from '../economics/prices/rent.ts';
import { POOL_WINDOW_KEYS } from '../economics/rows.ts';
import type { PoolWindow, RentSpec } from '../economics/spec.ts';
import { nodesPerReplica, type PoolPhysics, type PoolUse } from '../metrics/pool-use.ts';
import { GrowingNumbers } from '../kernel/growing-numbers.ts';

export function poolWindowOf(
  use: PoolUse,
  { physics, rent, hours }: { physics: PoolPhysics; rent: RentSpec; hours: number },
): PoolWindow {
  const { joules, nodeSeconds } = use;
  const nodeHours = nodeSeconds === undefined ? physics.nodes * hours : nodeSeconds / 3600;
  const unusedHours = (lives: readonly number[]) => {
    const seconds = lives.reduce((sum, life) => sum + billedSeconds(rent, life) - life, 0);
    return (seconds / 3600) * nodesPerReplica(physics);
  };
  return {
    itKwh: joules.it / JOULES_PER_KWH,
    servingKwh: joules.serving / JOULES_PER_KWH,
    idleItKwh: joules.idle / JOULES_PER_KWH,
    loadingKwh: joules.loading / JOULES_PER_KWH,
    drainingKwh: joules.draining / JOULES_PER_KWH,
    offKwh: joules.off / JOULES_PER_KWH,
    stepFreeItKwh: joules.stepFree / JOULES_PER_KWH,
    nodeHours,
    billedNodeHours: nodeHours + unusedHours(use.nodeLives),
    spotNodeHours: use.spot === undefined ? 0 : use.spot.nodes / 3600 + unusedHours(use.spot.nodeLives),
    ...phases(use, physics),
    requests: use.finished,
    promptTokens: use.promptTokens,
    outputTokens: use.outputTokens,
  };
}

function phases(
  use: PoolUse,
  { gpusPerReplica, emptyStepSeconds }: PoolPhysics,
): Pick<PoolWindow, 'prefillGpuSeconds' | 'decodeGpuSeconds'> {
  const { prefillSeconds, decodeSeconds, mixedSteps, mixedDecodeSeconds, mixedPrefillSeconds } = use;
  const prefillOf = prefillOfMixed({
    steps: mixedSteps,
    decodeSeconds: mixedDecodeSeconds,
    addedSeconds: mixedPrefillSeconds,
    emptyStepSeconds,
  });
  // Mixed steps count when they end: of one that has lain in the window before, no more moves than there is here.
  const moved = Math.min(decodeSeconds, prefillOf - mixedPrefillSeconds);
  return {
    prefillGpuSeconds: (prefillSeconds + moved) * gpusPerReplica,
    decodeGpuSeconds: (decodeSeconds - moved) * gpusPerReplica,
  };
}

/** The windows of a run so far, kept as rows of numbers: its start, its end, and what each pool did. */
export class PoolWindows implements LedgerWindows {
  readonly #pools: number;
  readonly #numbers = new GrowingNumbers();

  constructor(pools: number) {
    this.#pools = pools;
  }

  get length(): number {
    return this.#numbers.length / (2 + this.#pools * POOL_WINDOW_KEYS.length);
  }

  push({ startSeconds, endSeconds, pools }: LedgerWindow): void {
    this.#numbers.push(startSeconds);
    this.#numbers.push(endSeconds);
    for (const pool of pools) for (const key of POOL_WINDOW_KEYS) this.#numbers.push(pool[key]);
  }

  *[Symbol.iterator](): Iterator<LedgerWindow> {
    let at = 0;
    const next = () => this.#numbers.at(at++);
    const poolWindow = () =>
      Object.fromEntries(POOL_WINDOW_KEYS.map((key) => [key, next()])) as unknown as PoolWindow;
    while (at < this.#numbers.length) {
      const [startSeconds, endSeconds] = [next(), next()];
      yield { startSeconds, endSeconds, pools: Array.from({ length: this.#pools }, poolWindow) };
    }
  }

  save(): Float64Array {
    return this.#numbers.toArray();
  }

  /** Into one that has none. */
  restore(numbers: Float64Array): void {
    for (const number of numbers) this.#numbers.push(number);
  }
}
