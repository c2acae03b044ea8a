// Runs a policy over a row of observations, its state through JSON in between, as a saved run would carry it.
import { expect } from 'vitest';
import type { ScalingPolicy } from '../../../src/policies/scaling/policy.ts';
import { observe, POOL, type PoolNow } from './llm/observation.ts';

export interface Answer {
  atSeconds: number;
  desiredReplicas: number | null;
  reason: string;
}

/** `now` gives what is observed at each decision, from `fromSeconds` to `toSeconds`, both included. */
export function play(
  policy: ScalingPolicy,
  written: object,
  {
    fromSeconds = 0,
    toSeconds,
    now,
  }: { fromSeconds?: number; toSeconds: number; now: (atSeconds: number) => PoolNow },
): Answer[] {
  const parameters = policy.parameters.parse(written);
  const interval = policy.intervalSeconds(parameters);
  let state = policy.start(parameters, { ...POOL, ...now(fromSeconds).pool });
  const answers: Answer[] = [];
  for (let atSeconds = fromSeconds; atSeconds <= toSeconds; atSeconds += interval) {
    const observation = observe({ ...now(atSeconds), atSeconds });
    const answer = policy.recommend(parameters, observation, state);
    expect(policy.recommend(parameters, observation, state)).toEqual(answer);
    answers.push({ atSeconds, desiredReplicas: answer.desiredReplicas, reason: answer.reason });
    state = JSON.parse(JSON.stringify(answer.state)) as unknown;
    expect(state).toEqual(answer.state);
  }
  return answers;
}

/** `[from when on, answer]`, wherever it differs from the one before. */
export function changes(answers: readonly Answer[]): [number, number | null][] {
  return answers
    .filter(({ desiredReplicas }, i) => i === 0 || desiredReplicas !== answers[i - 1].desiredReplicas)
    .map(({ atSeconds, desiredReplicas }) => [atSeconds, desiredReplicas]);
}
