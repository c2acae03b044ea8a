// A policy outside of this process, a program that is asked by lines of JSON: what it may be asked and answer, and the
// account of what became of the questions. Who gives no usable answer in time holds; it is counted and told, never
// guessed. The process itself is in run/policies/, because it needs a real clock.
import type { Observation, Recommendation, ScalingPolicy } from '../../policies/scaling/policy.ts';

/** One line to the program; the same that `fleetday decide` reads. */
export interface Question {
  observation: Observation;
  parameters: unknown;
  /** As in its last answer; null before. */
  state: unknown;
}

export type Failure = 'late' | 'invalid' | 'dead';

export type OutsideAnswer =
  | { kind: 'answer'; recommendation: Recommendation<unknown> }
  | {
      kind: Failure;
      reason: string;
      /** Whether another machine, or a busier one, might have had an answer. */
      dependsOnClock: boolean;
    };

export interface OutsidePolicy extends Pick<ScalingPolicy, 'name' | 'needs' | 'intervalSeconds' | 'start'> {
  ask(question: Question): Promise<OutsideAnswer>;
  close(): Promise<void>;
}

/** Questions, and those of them without a usable answer. */
export interface OutsideAccount extends Record<Failure, number> {
  asked: number;
  /** False as soon as an answer was missing for reasons of the real clock: another run may go otherwise. */
  isReproducible: boolean;
  /** Whether the last question had no usable answer. */
  isFailing: boolean;
}

export function newAccount(): OutsideAccount {
  return { asked: 0, late: 0, invalid: 0, dead: 0, isReproducible: true, isFailing: false };
}

/** `isNews`: it fails now and did not before. */
export function noted(
  before: OutsideAccount,
  answer: OutsideAnswer,
): { account: OutsideAccount; isNews: boolean } {
  const asked = before.asked + 1;
  if (answer.kind === 'answer') return { account: { ...before, asked, isFailing: false }, isNews: false };
  const account = {
    ...before,
    asked,
    [answer.kind]: before[answer.kind] + 1,
    isReproducible: before.isReproducible && !answer.dependsOnClock,
    isFailing: true,
  };
  return { account, isNews: !before.isFailing };
}

export function holdAnswer(
  { kind, reason }: Exclude<OutsideAnswer, { kind: 'answer' }>,
  state: unknown,
): Recommendation<unknown> {
  return { desiredReplicas: null, reason: `held, answer ${kind}: ${reason}`, state };
}
