// What each pool has done since this process began to count: its own counts and latencies, which the record of a run
// does not keep apart. Made only where somebody may ask (a metrics port); sums of what the groups report anyway, so no
// result depends on it. Left out: what a resumed run did before; a counter that begins again at 0 is nothing new to
// those who read counters.
import type { CellPlan } from '../../fleet/cell-plan.ts';
import { Window } from '../../fleet/window-fields.ts';
import { appendCounts } from '../../fleet/window.ts';
import { Histogram } from '../../kernel/histogram.ts';
import type { LatencyHistograms } from '../../metrics/latencies.ts';
import type { PoolCapacity } from '../../metrics/pool-use.ts';
import { poolPhysics } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { WindowReport } from '../threads/group.ts';

export interface PoolTotal {
  name: string;
  /** By field of Window; gauges are those at the end of the newest window. */
  counts: Float64Array;
  latencies: LatencyHistograms;
  /** At the end of the newest window. */
  wanted: number;
  states: PoolCapacity['states'];
  /** Part of its KV blocks in use; 0 where the cache has no limit. */
  kvUse: number;
}

const LATENCIES = ['ttft', 'tpot', 'itl', 'e2e'] as const;

export class PoolTotals {
  readonly pools: readonly PoolTotal[];
  readonly #groups: readonly (readonly CellPlan[])[];
  /** Of one replica, by pool. */
  readonly #kvBlocks: readonly number[];

  /** `groups`: in the order in which reports are given. */
  constructor({ pools, economics }: Scenario, groups: readonly (readonly CellPlan[])[]) {
    this.#groups = groups;
    this.#kvBlocks = pools.map((pool) => poolPhysics(pool, economics).kvBlocks / pool.replicas);
    this.pools = pools.map(({ name, replicas }) => ({
      name,
      counts: new Float64Array(Window.FIELDS),
      latencies: {
        ttft: new Histogram(),
        tpot: new Histogram(),
        itl: new Histogram(),
        e2e: new Histogram(),
      },
      wanted: replicas,
      states: { provisioning: 0, loading: 0, ready: replicas, draining: 0 },
      kvUse: 0,
    }));
  }

  /** The reports of all groups for the next window, and what there was to serve with. */
  add(reports: readonly WindowReport[], capacities: readonly (PoolCapacity | undefined)[]): void {
    const window = this.pools.map(() => new Float64Array(Window.FIELDS));
    for (const [group, { counts, latencies }] of reports.entries()) {
      for (const [i, { pool }] of this.#groups[group].entries()) addCounts(window[pool], counts[i]);
      for (const taken of latencies) {
        for (const name of LATENCIES) this.pools[taken.pool].latencies[name].merge(taken[name]);
      }
    }
    for (const [i, pool] of this.pools.entries()) {
      appendCounts(pool.counts, window[i]);
      const capacity = capacities[i];
      if (capacity !== undefined) {
        pool.wanted = capacity.wanted;
        pool.states = { ...capacity.states };
      }
      const blocks = this.#kvBlocks[i] * (pool.states.ready + pool.states.draining);
      pool.kvUse = blocks > 0 ? pool.counts[Window.usedBlocks] / blocks : 0;
    }
  }
}

function addCounts(sums: Float64Array, counts: Float64Array): void {
  for (let field = 0; field < Window.FIELDS; field++) sums[field] += counts[field];
}
