// Cooldowns of AWS Application Auto Scaling. Out: what was added within the cooldown counts towards what is wanted now,
// so that an alarm that is still on does not add it twice. In: nothing is removed until the last removal is old enough,
// and a scale-out in between ends that wait. Every result lies within the bounds.
// Source: docs.aws.amazon.com/autoscaling/application, "Define cooldown periods" (2024).

export interface CooldownState {
  /** Within the cooldown, oldest first. */
  scaleOuts: readonly { atSeconds: number; added: number }[];
  scaleInAtSeconds: number | null;
}

export const NO_COOLDOWN: CooldownState = { scaleOuts: [], scaleInAtSeconds: null };

export interface Cooldowns {
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
}

export interface Bounds {
  minCapacity: number;
  maxCapacity: number;
}

export interface CooldownInput extends Cooldowns, Bounds {
  capacity: number;
  /** What a policy asks for. */
  desired: number;
  atSeconds: number;
  state: CooldownState;
}

export interface Scaling {
  desiredCapacity: number;
  reason: string;
  state: CooldownState;
}

export function withCooldown(input: CooldownInput): Scaling {
  const { capacity, desired, atSeconds, scaleOutCooldownSeconds, scaleInCooldownSeconds } = input;
  const { scaleInAtSeconds } = input.state;
  const scaleOuts = input.state.scaleOuts.filter(
    (out) => atSeconds - out.atSeconds < scaleOutCooldownSeconds,
  );
  const state = { scaleOuts, scaleInAtSeconds };
  if (desired > capacity) {
    const counted = scaleOuts.reduce((sum, { added }) => sum + added, 0);
    const target = clamped(capacity + Math.max(0, desired - capacity - counted), input);
    const reason = counted > 0 ? `${desired} wanted, +${counted} in cooldown` : `${desired} wanted`;
    if (target <= capacity) return { desiredCapacity: target, reason, state };
    const latest = { atSeconds, added: target - capacity };
    return {
      desiredCapacity: target,
      reason,
      state: { scaleOuts: [...scaleOuts, latest], scaleInAtSeconds: null },
    };
  }
  const target = clamped(desired, input);
  if (target >= capacity) return { desiredCapacity: target, reason: 'as wanted', state };
  if (scaleInAtSeconds !== null && atSeconds - scaleInAtSeconds < scaleInCooldownSeconds) {
    const reason = `${desired} wanted, scale-in cooldown`;
    return { desiredCapacity: clamped(capacity, input), reason, state };
  }
  return {
    desiredCapacity: target,
    reason: `${desired} wanted`,
    state: { scaleOuts, scaleInAtSeconds: atSeconds },
  };
}

export function clamped(capacity: number, { minCapacity, maxCapacity }: Bounds): number {
  return Math.min(Math.max(capacity, minCapacity), maxCapacity);
}
