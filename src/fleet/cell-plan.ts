// How a pool of replicas and its share of the traffic are split into cells: as evenly as whole replicas allow, each
// cell's traffic in proportion to its replicas, so that no replica is favoured.

export interface CellPlan {
  /** Position among all cells of the run: names its random streams. */
  index: number;
  pool: number;
  replicas: number;
  /** Number of its first replica in the pool. */
  firstReplica: number;
  /** Part of all requests, as an interval [shareStart, shareStart + share) of [0, 1). */
  share: number;
  shareStart: number;
}

export function planCells(pools: readonly { replicas: number; cells: number; share: number }[]): CellPlan[] {
  const plans: CellPlan[] = [];
  let shareStart = 0;
  for (const [pool, { replicas, cells, share }] of pools.entries()) {
    const poolStart = shareStart;
    let before = 0;
    for (let cell = 0; cell < cells; cell++) {
      const upTo = Math.floor((replicas * (cell + 1)) / cells);
      const start = poolStart + (share * before) / replicas;
      const end = poolStart + (share * upTo) / replicas;
      plans.push({
        index: plans.length,
        pool,
        replicas: upTo - before,
        firstReplica: before,
        share: end - start,
        shareStart: start,
      });
      before = upTo;
    }
    shareStart = poolStart + share;
  }
  // The last interval ends at 1 exactly, whatever the sums were rounded to: no request falls between.
  const last = plans[plans.length - 1];
  last.share = 1 - last.shareStart;
  return plans;
}
