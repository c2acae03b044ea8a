// Up by a few when a signal is above one threshold, down by a few when it is below another, with a rest after each
// change: the usual baseline.

export interface ThresholdState {
  /** Of the last change; null before the first. */
  changedAtSeconds: number | null;
}

export interface ThresholdInput {
  /** Null: no data. */
  value: number | null;
  current: number;
  above: number;
  below: number;
  up: number;
  down: number;
  upCooldownSeconds: number;
  downCooldownSeconds: number;
  minReplicas: number;
  maxReplicas: number;
  atSeconds: number;
  state: ThresholdState;
}

/** Strictly above or below. A cooldown of c lets pass what comes c or more after the last change of either kind. */
export function threshold(input: ThresholdInput): {
  desiredReplicas: number;
  reason: string;
  state: ThresholdState;
} {
  const { value, current, above, below, atSeconds, state } = input;
  const hold = (reason: string) => ({ desiredReplicas: bounded(current, input), reason, state });
  if (value === null) return hold('no data');
  const direction = value > above ? 1 : value < below ? -1 : 0;
  const shown = Number(value.toPrecision(3));
  if (direction === 0) return hold(`${shown} within ${below} to ${above}`);
  const reason = direction > 0 ? `${shown} > ${above}` : `${shown} < ${below}`;
  const cooldown = direction > 0 ? input.upCooldownSeconds : input.downCooldownSeconds;
  const { changedAtSeconds } = state;
  if (changedAtSeconds !== null && atSeconds - changedAtSeconds < cooldown)
    return hold(`${reason}, cooldown`);
  const desiredReplicas = bounded(direction > 0 ? current + input.up : current - input.down, input);
  if (desiredReplicas === current) return hold(`${reason}, at the bound`);
  return { desiredReplicas, reason, state: { changedAtSeconds: atSeconds } };
}

function bounded(replicas: number, { minReplicas, maxReplicas }: ThresholdInput): number {
  return Math.min(Math.max(replicas, minReplicas), maxReplicas);
}
