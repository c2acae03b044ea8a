// What a policy of the user's own answered, checked: a module's return value or a program's line. A bare number, or null
// to hold, stands for an answer without reason that keeps its state.
import type { Recommendation } from '../../policies/scaling/policy.ts';
import { suggestion } from '../../settings/suggest.ts';

/** More than any pool may have. */
const REPLICAS_MAX = 100_000;
const REASON_LETTERS_MAX = 500;
const KEYS = ['desiredReplicas', 'reason', 'state'];

/** `before`: the state that stands where the answer gives none. */
export function checkedAnswer(
  value: unknown,
  before: unknown,
): { recommendation: Recommendation<unknown> } | { problem: string } {
  if (value === null || typeof value === 'number') return checkedAnswer({ desiredReplicas: value }, before);
  if (typeof value !== 'object' || Array.isArray(value)) {
    return { problem: `is ${kindOf(value)}; answer { desiredReplicas, reason, state }` };
  }
  if (value instanceof Promise) {
    // Its failure is nobody's business any more.
    value.catch(() => {});
    return { problem: 'is a promise; answer at once, or use a program, which may take its time' };
  }
  const { desiredReplicas, reason = '', state } = value as Record<string, unknown>;
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    return { problem: `has the unknown key ${JSON.stringify(unknown)}; ${suggestion(unknown, KEYS)}` };
  }
  if (desiredReplicas === undefined)
    return { problem: 'has no desiredReplicas; give a number, or null to hold' };
  if (desiredReplicas !== null && !isCount(desiredReplicas)) {
    const got = typeof desiredReplicas === 'number' ? String(desiredReplicas) : kindOf(desiredReplicas);
    return {
      problem: `has desiredReplicas ${got}; it must be a whole number from 0 to ${REPLICAS_MAX}, or null to hold`,
    };
  }
  if (typeof reason !== 'string') return { problem: `has a reason that is ${kindOf(reason)}; write text` };
  const kept = asJson(state === undefined ? before : state);
  if ('problem' in kept) return kept;
  return {
    recommendation: { desiredReplicas, reason: reason.slice(0, REASON_LETTERS_MAX), state: kept.json },
  };
}

/** A copy, as a saved run would carry it. */
export function asJson(value: unknown): { json: unknown } | { problem: string } {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return { json: text === undefined ? null : (JSON.parse(text) as unknown) };
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    return { problem: `has a state that is no JSON (${why}); keep plain data in it` };
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= REPLICAS_MAX;
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}
