// Who a dollar was spent for: prefill, decode, or nobody, by GPU time. A step that does both is shared in proportion to
// what each would take alone; idle time is a line of its own, never spread over the others. Left out: memory as a
// second resource (a long context also keeps others out), priorities.
import assert from 'node:assert/strict';

export interface PhaseTime {
  /** Replica-seconds of steps, by what they were for. */
  prefillSeconds: number;
  decodeSeconds: number;
  /** All replica-seconds that are paid for. */
  capacitySeconds: number;
}

export interface Attributed {
  prefillUsd: number;
  decodeUsd: number;
  idleUsd: number;
}

/** Sums of seconds may be off by rounding. */
const TOLERANCE = 1e-9;

/** The three sum up to `totalUsd`. Without capacity everything is idle. */
export function attributed(totalUsd: number, time: PhaseTime): Attributed {
  const { prefillSeconds, decodeSeconds, capacitySeconds } = time;
  const busySeconds = prefillSeconds + decodeSeconds;
  const isSound =
    prefillSeconds >= 0 && decodeSeconds >= 0 && busySeconds <= capacitySeconds * (1 + TOLERANCE) + TOLERANCE;
  // Called for every window: to write numbers into a message that nobody reads takes longer than all the rest.
  if (!isSound) {
    assert.fail(`${prefillSeconds} s of prefill and ${decodeSeconds} s of decode in ${capacitySeconds} s`);
  }
  if (busySeconds === 0) return { prefillUsd: 0, decodeUsd: 0, idleUsd: totalUsd };
  // Where rounding has made the busy time the longer one, it is all of the time.
  const usdPerSecond = totalUsd / Math.max(capacitySeconds, busySeconds);
  const prefillUsd = prefillSeconds * usdPerSecond;
  const decodeUsd = decodeSeconds * usdPerSecond;
  return { prefillUsd, decodeUsd, idleUsd: totalUsd - prefillUsd - decodeUsd };
}

/** Steps that did both, as the engine counts them: all of their decode time, and what the prompts added to it. */
export interface MixedSteps {
  steps: number;
  decodeSeconds: number;
  addedSeconds: number;
  /** What any step takes that does next to nothing: reading the weights, launching the kernels. */
  emptyStepSeconds: number;
}

/**
 * Seconds of mixed steps that are prefill's. In the linear step model a step takes e + d + p (empty, decode, prefill);
 * alone they would take e + d and e + p, while the engine counts e + d as decode and p as added. So the mixed time is
 * shared as (e + p) to (e + d), which moves time from decode to prefill. By sums, not step by step.
 */
export function prefillOfMixed({ steps, decodeSeconds, addedSeconds, emptyStepSeconds }: MixedSteps): number {
  if (steps === 0) return 0;
  const aloneSeconds = addedSeconds + steps * emptyStepSeconds;
  return ((decodeSeconds + addedSeconds) * aloneSeconds) / (aloneSeconds + decodeSeconds);
}
