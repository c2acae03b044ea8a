// What holds of every scaling policy and of every rule that can be called alone, whatever it decides: examples are
// right, answers are JSON and depend on nothing but the input, a policy's state survives being saved, and parameters
// that went through the schema once go through it again unchanged.
import { describe, expect, it } from 'vitest';
import { RULES, SCALING_POLICIES } from '../../support/all-policies.ts';
import { observe } from './llm/observation.ts';

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe.each(RULES.map((rule) => [rule.name, rule] as const))('rule %s', (_, rule) => {
  it('has an example that holds', () => {
    expect(copy(rule.evaluate(rule.input.parse(rule.example.input)))).toEqual(copy(rule.example.output));
  });

  it('answers with JSON, and the same twice', () => {
    const input = rule.input.parse(rule.example.input);
    const before = structuredClone(input);
    const first = rule.evaluate(input);
    expect(copy(first)).toEqual(first);
    expect(rule.evaluate(input)).toEqual(first);
    expect(input).toEqual(before);
  });

  it('refuses keys that it does not know', () => {
    const written = { ...(rule.example.input as object), nobodyKnowsThis: 1 };
    expect(rule.input.safeParse(written).success).toBe(false);
  });
});

describe('names', () => {
  it('are unique and of the form family/what', () => {
    const names = RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/);
    const policies = SCALING_POLICIES.map(({ name }) => name);
    expect(new Set(policies).size).toBe(policies.length);
  });
});

const FORESIGHT = { stepSeconds: 60, arrivalsPerSecond: Array(120).fill(20), replicaCapacityPerSecond: 5 };

/** A pool that fills up, loses its metrics, and empties. */
function day(i: number) {
  const waiting = [0, 4, 12, 30, 12, 4, 0, 0][i % 8];
  return observe({
    atSeconds: 60 * i,
    ready: 2 + (i % 3),
    loading: i % 2,
    outage: i % 5 === 4,
    replica: { waiting, running: 8, kvUsage: 0.5 + (i % 5) / 10, queuedPrefillTokens: 100 * waiting },
    foresight: FORESIGHT,
  });
}

const usable = SCALING_POLICIES.filter(({ parameters }) => parameters.safeParse({}).success);

describe.each(usable.map((policy) => [policy.name, policy] as const))('policy %s', (_, policy) => {
  const parameters = policy.parameters.parse({});

  it('reads its own defaults as the same parameters', () => {
    expect(policy.parameters.parse(parameters)).toEqual(parameters);
    expect(policy.intervalSeconds(parameters)).toBeGreaterThan(0);
  });

  it('decides the same when its state was saved and read in between', () => {
    let state = policy.start(parameters, day(0).pool);
    let saved = copy(state);
    for (let i = 0; i < 40; i++) {
      const live = policy.recommend(parameters, day(i), state);
      const resumed = policy.recommend(parameters, day(i), saved);
      expect(resumed).toEqual(live);
      ({ state } = live);
      saved = copy(resumed.state);
    }
  });

  it('changes neither observation nor state, and answers the same twice', () => {
    let state = policy.start(parameters, day(0).pool);
    for (let i = 0; i < 12; i++) {
      const observation = day(i);
      const before = structuredClone({ observation, state });
      const first = policy.recommend(parameters, observation, state);
      expect({ observation, state }).toEqual(before);
      expect(policy.recommend(parameters, observation, state)).toEqual(first);
      const { desiredReplicas, reason } = first;
      if (desiredReplicas !== null) {
        expect(Number.isInteger(desiredReplicas) && desiredReplicas >= 0).toBe(true);
      }
      expect(reason).not.toBe('');
      ({ state } = first);
    }
  });
});
