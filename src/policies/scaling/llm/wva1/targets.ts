// llm-d workload variant autoscaler, first analyser: from "the model needs more" or "could do with less" to replicas of
// each variant. One replica at a time; nothing while any variant is on its way to another size.
// Source: llm-d-workload-variant-autoscaler, internal/saturation, 2025.

export interface VariantState {
  variantName: string;
  currentReplicas: number;
  /** As last decided; 0: nothing was. */
  desiredReplicas: number;
  /** Of the current ones, those not ready. */
  pendingReplicas: number;
  /** Bounds of the variant; null: none (so is a maximum of 0). */
  minReplicas?: number | null;
  maxReplicas?: number | null;
}

export interface AnalysedVariant {
  variantName: string;
  cost: number;
  /** Replicas that report metrics. */
  replicaCount: number;
}

export interface TargetsInput {
  shouldScaleUp: boolean;
  scaleDownSafe: boolean;
  variants: readonly AnalysedVariant[];
  variantStates: readonly VariantState[];
}

export interface Targets {
  targets: Record<string, number>;
  /** Some variant is on its way, so nothing was decided. */
  blocked: boolean;
  reason: string;
}

export function saturationTargets(input: TargetsInput): Targets {
  const { variants, variantStates } = input;
  const targets: Record<string, number> = {};
  for (const state of variantStates) targets[state.variantName] = state.currentReplicas;
  if (variants.length === 0) return { targets, blocked: false, reason: 'no variant reports' };

  const reporting = new Map(variants.map((variant) => [variant.variantName, variant.replicaCount]));
  const moving = variantStates.filter(
    (state) =>
      movesTo(state) !== undefined || (reporting.get(state.variantName) ?? 0) !== state.currentReplicas,
  );
  if (moving.length > 0) {
    for (const state of variantStates) targets[state.variantName] = movesTo(state) ?? state.currentReplicas;
    const names = moving.map((state) => state.variantName).join(', ');
    return { targets, blocked: true, reason: `on its way: ${names}` };
  }

  const change = input.shouldScaleUp
    ? { by: 1, variant: cheapest(variants, variantStates) }
    : { by: -1, variant: input.scaleDownSafe ? dearest(variants, targets) : undefined };
  if (change.variant) targets[change.variant.variantName] += change.by;
  bound(targets, variantStates);
  const reason = change.variant
    ? `${change.variant.variantName} ${change.by > 0 ? '+1' : '-1'}`
    : 'no variant changes';
  return { targets, blocked: false, reason };
}

function movesTo({ desiredReplicas, currentReplicas }: VariantState): number | undefined {
  return desiredReplicas !== 0 && desiredReplicas !== currentReplicas ? desiredReplicas : undefined;
}

/** Of those without pending replicas; of equally cheap ones the first by name. */
function cheapest(variants: readonly AnalysedVariant[], states: readonly VariantState[]) {
  const known = new Map(states.map((state) => [state.variantName, state]));
  const able = variants.filter((variant) => known.get(variant.variantName)?.pendingReplicas === 0);
  return able.toSorted((a, b) => a.cost - b.cost || (a.variantName < b.variantName ? -1 : 1)).at(0);
}

/** Of those with more than one replica; of equally dear ones the last by name. */
function dearest(variants: readonly AnalysedVariant[], targets: Record<string, number>) {
  const able = variants.filter((variant) => targets[variant.variantName] > 1);
  return able.toSorted((a, b) => b.cost - a.cost || (a.variantName > b.variantName ? -1 : 1)).at(0);
}

function bound(targets: Record<string, number>, states: readonly VariantState[]): void {
  for (const { variantName, minReplicas, maxReplicas } of states) {
    if (minReplicas != null && targets[variantName] < minReplicas) targets[variantName] = minReplicas;
    else if (maxReplicas != null && maxReplicas > 0 && targets[variantName] > maxReplicas)
      targets[variantName] = maxReplicas;
  }
}
