// llm-d workload variant autoscaler, second version: tokens lacking or to spare become replicas. What lacks goes to the
// variant that carries a token at the lowest cost; what is to spare is taken from the dearest replicas first. Left out:
// limits of GPUs in stock, several models sharing them.
// Source: llm-d-workload-variant-autoscaler, internal/engines/pipeline, cost-aware optimizer, 2026.

export interface AllocationVariant {
  variantName: string;
  /** Per replica. */
  cost: number;
  currentReplicas: number;
  /** Tokens; one without capacity is passed over. */
  perReplicaCapacity: number;
  /** Null: none (so is a maximum of 0). */
  minReplicas?: number | null;
  maxReplicas?: number | null;
}

export interface AllocationInput {
  requiredCapacity: number;
  spareCapacity: number;
  variants: readonly AllocationVariant[];
}

export interface Allocation {
  targets: Record<string, number>;
  reason: string;
}

export function allocate(input: AllocationInput): Allocation {
  const targets: Record<string, number> = {};
  for (const variant of input.variants) targets[variant.variantName] = variant.currentReplicas;
  if (input.requiredCapacity > 0) {
    addReplicas(input, targets);
    return { targets, reason: `${Math.ceil(input.requiredCapacity)} tokens lacking` };
  }
  if (input.spareCapacity > 0) {
    removeReplicas(input, targets);
    return { targets, reason: `${Math.floor(input.spareCapacity)} tokens to spare` };
  }
  return { targets, reason: 'neither lack nor spare' };
}

function addReplicas({ variants, requiredCapacity }: AllocationInput, targets: Record<string, number>): void {
  const able = variants
    .filter((variant) => variant.perReplicaCapacity > 0)
    .toSorted((a, b) => a.cost / a.perReplicaCapacity - b.cost / b.perReplicaCapacity);
  let remaining = requiredCapacity;
  for (const { variantName, perReplicaCapacity, maxReplicas } of able) {
    if (remaining <= 0) return;
    const room = maxReplicas ? Math.max(0, maxReplicas - targets[variantName]) : Infinity;
    const added = Math.min(Math.ceil(remaining / perReplicaCapacity), room);
    targets[variantName] += added;
    remaining -= added * perReplicaCapacity;
  }
}

/** Of equally dear variants the one of least capacity goes first; the last in this order is the cheapest. */
function removeReplicas({ variants, spareCapacity }: AllocationInput, targets: Record<string, number>): void {
  const dearest = variants.toSorted((a, b) => b.cost - a.cost || a.perReplicaCapacity - b.perReplicaCapacity);
  let remaining = spareCapacity;
  for (const [index, { variantName, perReplicaCapacity, minReplicas }] of dearest.entries()) {
    if (remaining <= 0) return;
    if (perReplicaCapacity <= 0) continue;
    const others = dearest.slice(0, index).some((variant) => targets[variant.variantName] > 0);
    const least = Math.max(minReplicas ?? 0, index === dearest.length - 1 && !others ? 1 : 0);
    const removable = targets[variantName] - least;
    const removed = Math.min(Math.floor(remaining / perReplicaCapacity), removable);
    if (removed <= 0) continue;
    targets[variantName] -= removed;
    remaining -= removed * perReplicaCapacity;
  }
}
