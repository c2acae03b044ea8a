// Policies that users write: what a module may export, and what becomes of every mistake that one can make in it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkedAnswer } from '../../../src/control/external/answer.ts';
import { newAccount, noted } from '../../../src/control/external/outside.ts';
import { policyOf } from '../../../src/control/external/own-policy.ts';
import type { Recommendation } from '../../../src/policies/scaling/policy.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { observe } from '../../policies/scaling/llm/observation.ts';

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems.join('\n');
  }
  throw new Error('nothing is wrong');
}

const answerOf = (recommend: unknown): Recommendation<unknown> =>
  policyOf({ recommend }, 'my.mjs').recommend({}, observe({ atSeconds: 30 }), null);

describe('a policy of one’s own', () => {
  it('may be a function alone, and answer with a number', () => {
    const policy = policyOf(() => 3, 'my.mjs');
    expect(policy.intervalSeconds({})).toBe(15);
    expect(policy.start({}, observe({}).pool)).toBeNull();
    expect(policy.recommend({}, observe({}), 'kept')).toEqual({
      desiredReplicas: 3,
      reason: '',
      state: 'kept',
    });
  });

  it('has its defaults filled in, and refuses keys and types that they do not have', () => {
    const { parameters } = policyOf(
      { parameters: { target: 8, by: 'queue' }, recommend: () => null },
      'my.mjs',
    );
    expect(parameters.parse({ target: 4 })).toEqual({ target: 4, by: 'queue' });
    const messages = parameters.safeParse({ targt: 4, by: 3 }).error!.issues.map(({ message }) => message);
    expect(messages).toEqual([
      'unknown key; did you mean "target"? known: target, by',
      'must be text, like its default "queue"; mend it',
    ]);
  });

  it('may check its parameters by zod', () => {
    const { parameters } = policyOf(
      { parameters: z.object({ target: z.number().default(2) }), recommend: () => null },
      'my.mjs',
    );
    expect(parameters.parse({})).toEqual({ target: 2 });
  });

  it.each([
    [undefined, /^my\.mjs: its default export is nothing; export default \{ recommend/],
    [7, /^my\.mjs: its default export is a number/],
    [{}, /^my\.mjs: recommend is nothing; make it a function/],
    [{ recommend: 3 }, /recommend is a number/],
    [{ recommend: (): unknown => 1, needs: 'latency' }, /needs is text; make it a list among latency/],
    [{ recommend: (): unknown => 1, parameters: [] }, /parameters is a list/],
    [{ recommend: (): unknown => 1, recomend: 1 }, /unknown key "recomend"; did you mean "recommend"/],
  ])('is refused when it exports %j', (exported, message) => {
    expect(problemOf(() => policyOf(exported, 'my.mjs'))).toMatch(message);
  });

  it.each([0, 1.5, NaN, Infinity, -15, 86_401, '15'])('does not decide every %s s', (intervalSeconds) => {
    const own = { recommend: () => 1, intervalSeconds: () => intervalSeconds };
    expect(problemOf(() => policyOf(own, 'my.mjs').intervalSeconds({}))).toMatch(
      /intervalSeconds is .*whole number/,
    );
  });

  it.each([
    [() => NaN, 'has desiredReplicas NaN; it must be a whole number'],
    [() => -1, 'has desiredReplicas -1'],
    [() => 2.5, 'has desiredReplicas 2.5'],
    [() => Infinity, 'has desiredReplicas Infinity'],
    [() => 100_001, 'has desiredReplicas 100001'],
    [() => undefined, 'is nothing; answer { desiredReplicas, reason, state }'],
    [() => 'three', 'is text; answer'],
    [() => [3], 'is a list; answer'],
    [() => ({}), 'has no desiredReplicas; give a number, or null to hold'],
    [() => ({ desiredReplicas: '3' }), 'has desiredReplicas text'],
    [() => ({ desired: 3 }), 'has the unknown key "desired"'],
    [() => ({ desiredReplicas: 3, reason: 4 }), 'has a reason that is a number'],
    [() => ({ desiredReplicas: 3, state: { big: 1n } }), 'has a state that is no JSON'],
    [async () => 3, 'is a promise; answer at once'],
  ])('is told when and how it answers wrongly: %s', (recommend, message) => {
    const problem = problemOf(() => answerOf(recommend));
    expect(problem).toContain('my.mjs: what recommend returned at 30 s ');
    expect(problem).toContain(message);
  });

  it('is told where it throws', () => {
    const problem = problemOf(() =>
      answerOf(() => {
        throw new TypeError('x is not y');
      }),
    );
    expect(problem).toMatch(
      /^my\.mjs: recommend at 30 s threw TypeError: x is not y \(.*own-policy\.test\.ts:\d+:\d+\); mend it$/,
    );
  });

  it('holds with null, with or without a reason', () => {
    expect(answerOf(() => null).desiredReplicas).toBeNull();
    expect(answerOf(() => ({ desiredReplicas: null, reason: 'no data' }))).toMatchObject({
      reason: 'no data',
    });
  });

  it('cannot change the facts of the pool', () => {
    const change = (_: unknown, observation: { pool: { maxReplicas: number } }) =>
      (observation.pool.maxReplicas = 1);
    expect(problemOf(() => answerOf(change))).toMatch(/threw TypeError/);
  });

  it('gets its state back as JSON, as after a saved run', () => {
    const answer = answerOf(() => ({ desiredReplicas: 1, state: { at: new Date(0), none: undefined } }));
    expect(answer.state).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });
});

describe('an answer', () => {
  it('keeps the state that it says nothing of', () => {
    expect(checkedAnswer({ desiredReplicas: 2 }, { n: 1 })).toEqual({
      recommendation: { desiredReplicas: 2, reason: '', state: { n: 1 } },
    });
    expect(checkedAnswer({ desiredReplicas: 2, state: null }, { n: 1 })).toMatchObject({
      recommendation: { state: null },
    });
  });
});

describe('the account of a program', () => {
  const late = { kind: 'late', reason: 'none within 1 s', dependsOnClock: true } as const;
  const invalid = { kind: 'invalid', reason: 'no JSON', dependsOnClock: false } as const;
  const answer = { kind: 'answer', recommendation: { desiredReplicas: 1, reason: '', state: null } } as const;

  it('counts, and tells only the first failure of a row', () => {
    let account = newAccount();
    const news = [answer, invalid, late, answer, invalid].map((one) => {
      const after = noted(account, one);
      ({ account } = after);
      return after.isNews;
    });
    expect(news).toEqual([false, true, false, false, true]);
    expect(account).toEqual({
      asked: 5,
      late: 1,
      invalid: 2,
      dead: 0,
      isReproducible: false,
      isFailing: true,
    });
  });

  it('stays reproducible where only the answers were wrong', () => {
    expect(noted(newAccount(), invalid).account.isReproducible).toBe(true);
  });
});
