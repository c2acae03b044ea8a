// SageServe's LT-U: once an hour a plan for the peak of the forecast, then one replica at a time towards it, and only
// where the use of memory agrees. For one model on one kind of GPU in one region the plan's integer program is a
// division. Left out: several regions and models, spot instances that replicas come from and go to, and LT-UA, which
// compares the forecast with what came.
// Source: Jaiswal et al., SageServe, 2025 (arXiv 2502.14617, ACM POMACS 9(3)), and the authors' simulator.

export interface PlanInput {
  /** Of the times to be planned for, in any unit of load per time. */
  forecast: readonly number[];
  /** Peak of the load that may wait, in the hour before; a part of it is added. */
  nonInteractivePeak: number;
  nonInteractiveShare: number;
  /** In the unit of the forecast. */
  capacityPerReplica: number;
}

export function hourlyPlan(input: PlanInput): { peak: number; replicas: number } {
  const most = input.forecast.reduce((largest, value) => Math.max(largest, value), 0);
  const peak = most + input.nonInteractiveShare * input.nonInteractivePeak;
  return { peak, replicas: Math.ceil(peak / input.capacityPerReplica) };
}

export interface GateState {
  /** A replica is being started until then; null: none. */
  restUntilSeconds: number | null;
}

export interface GateInput {
  planned: number;
  current: number;
  /** Of all replicas together, 0..1; null: not measured. */
  memoryUse: number | null;
  scaleOutAbove: number;
  scaleInBelow: number;
  /** One more than planned; null: never. */
  overrideAbove: number | null;
  atSeconds: number;
  /** After a scale-out; a scale-in has none. */
  restSeconds: number;
  state: GateState;
}

/** All thresholds are strict; the rest is over at its end. */
export function gate(input: GateInput): { desiredReplicas: number; reason: string; state: GateState } {
  const { planned, current, memoryUse, scaleInBelow, overrideAbove, atSeconds, state } = input;
  const hold = (reason: string) => ({ desiredReplicas: current, reason, state });
  if (state.restUntilSeconds !== null && atSeconds < state.restUntilSeconds)
    return hold('a replica is being started');
  if (memoryUse === null) return hold('memory use unknown');
  const plan = `plan ${planned}, memory use ${memoryUse.toFixed(2)}`;
  if (current > planned) {
    if (memoryUse < scaleInBelow)
      return { desiredReplicas: current - 1, reason: `${plan} < ${scaleInBelow}`, state };
    return hold(plan);
  }
  const threshold = current < planned ? input.scaleOutAbove : overrideAbove;
  if (threshold === null || memoryUse <= threshold) return hold(plan);
  return {
    desiredReplicas: current + 1,
    reason: `${plan} > ${threshold}`,
    state: { restUntilSeconds: atSeconds + input.restSeconds },
  };
}
