// BLIS (inference-sim): from tokens lacking or to spare to one change of one variant, and the rule that a change must
// have been wanted for a while before it is made. Left out: free GPUs of its other engine.
// Source: inference-sim, sim/cluster, unlimited engine and autoscaler pipeline, 2026.

export interface ChangeInput {
  requiredCapacity: number;
  spareCapacity: number;
  variants: readonly { variant: string; costPerReplica: number; replicaCount: number; supply: number }[];
}

export interface Change {
  /** Null: none. */
  variant: string | null;
  /** Replicas more or fewer. */
  delta: number;
}

export function changeOf({ requiredCapacity, spareCapacity, variants }: ChangeInput): Change {
  const none: Change = { variant: null, delta: 0 };
  if (requiredCapacity > 0) {
    const cheapest = variants.toSorted(
      (a, b) => a.costPerReplica - b.costPerReplica || (a.variant < b.variant ? -1 : 1),
    )[0];
    if (!cheapest) return none;
    const each = perReplica(cheapest);
    const delta = each > 0 ? Math.max(1, Math.ceil(requiredCapacity / each)) : 1;
    return { variant: cheapest.variant, delta };
  }
  if (spareCapacity > 0) {
    const dearest = variants
      .filter((variant) => variant.replicaCount > 0)
      .toSorted((a, b) => b.costPerReplica - a.costPerReplica || (a.variant < b.variant ? -1 : 1))[0];
    if (!dearest) return none;
    const each = perReplica(dearest);
    const wanted = each > 0 ? Math.max(1, Math.floor(spareCapacity / each)) : 1;
    return { variant: dearest.variant, delta: -Math.min(dearest.replicaCount, wanted) };
  }
  return none;
}

function perReplica({ supply, replicaCount }: { supply: number; replicaCount: number }): number {
  return replicaCount > 0 ? supply / replicaCount : 0;
}

export type Direction = 'up' | 'down' | 'none';

/** Since when a direction has been wanted at every tick; null: it was not wanted at the last one. */
export interface PersistenceState {
  upSinceSeconds: number | null;
  downSinceSeconds: number | null;
}

export interface PersistenceInput {
  atSeconds: number;
  direction: Direction;
  scaleUpStabilizationWindow: number;
  scaleDownStabilizationWindow: number;
  state: PersistenceState;
}

/** Fires once a direction has been wanted for its window, then counts anew. */
export function persist(input: PersistenceInput): { fires: boolean; state: PersistenceState } {
  const quiet: PersistenceState = { upSinceSeconds: null, downSinceSeconds: null };
  if (input.direction === 'none') return { fires: false, state: quiet };
  const up = input.direction === 'up';
  const since = (up ? input.state.upSinceSeconds : input.state.downSinceSeconds) ?? input.atSeconds;
  const window = up ? input.scaleUpStabilizationWindow : input.scaleDownStabilizationWindow;
  if (input.atSeconds - since >= window) return { fires: true, state: quiet };
  return {
    fires: false,
    state: up ? { ...quiet, upSinceSeconds: since } : { ...quiet, downSinceSeconds: since },
  };
}
