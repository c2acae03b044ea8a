// The answer to a scrape: everything known of a run at the end of its newest window. Reading changes nothing.
import type { PoolTotals } from '../../run/live/pool-totals.ts';
import type { FleetCell, RunInfo, Snapshot } from '../../run/snapshot.ts';
import { expositionText, type Labels } from './exposition.ts';
import { poolFamilies, runFamilies } from './extras.ts';
import { replicaFamilies, replicasIn, type ReplicaRange } from './replicas.ts';
import { poolGauges, vllmFamilies } from './vllm.ts';

export interface Observed {
  info: RunInfo;
  pools: PoolTotals;
  /** Names of the models, by pool. */
  models: readonly string[];
  /** The newest; undefined before the first window. */
  snapshot: Snapshot | undefined;
  fleet: readonly FleetCell[];
}

/** UserError where more replicas are wanted than are told. */
export function metricsText(observed: Observed, range: ReplicaRange | undefined): string {
  const { info, snapshot, models, fleet } = observed;
  const labelled = observed.pools.pools.map((total, pool) => {
    const labels: Labels = { model_name: models[pool], pool: total.name };
    return { labels, total };
  });
  const labelsOf = (pool: number) => labelled[pool].labels;
  const replicas = range && replicasIn(fleet, range, labelsOf);
  return expositionText([
    ...vllmFamilies(labelled, replicas ?? labelled.map(poolGauges)),
    ...runFamilies(info, snapshot),
    ...poolFamilies(labelled),
    ...(replicas ? replicaFamilies(replicas) : []),
  ]);
}
