// A policy that a user wrote in JavaScript, made one like the others: what it exports is checked when it is loaded, what
// it answers at every decision. Whatever it does wrong is the user's to mend: a UserError that says where, and when.
// A policy is trusted code: it is not kept from reading files or the clock, but then a run may not repeat.
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UserError } from '../../kernel/user-error.ts';
import type { PoolFacts, Recommendation, ScalingPolicy, SignalNeed } from '../../policies/scaling/policy.ts';
import { suggestion } from '../../settings/suggest.ts';
import { asJson, checkedAnswer, kindOf } from './answer.ts';

/** What a module exports as its default, or code hands to simulate(). A function alone is `recommend`. */
export interface OwnPolicy<P = Record<string, unknown>, S = unknown> {
  name?: string;
  summary?: string;
  /** A mapping of defaults, or a zod schema. */
  parameters?: P | z.ZodType<P>;
  needs?: readonly SignalNeed[] | ((parameters: P) => readonly SignalNeed[]);
  /** Whole seconds; 15 if left out. */
  intervalSeconds?: number | ((parameters: P) => number);
  /** State before the first decision; null if left out. */
  start?(parameters: P, pool: PoolFacts): S;
  recommend(
    parameters: P,
    observation: Parameters<ScalingPolicy['recommend']>[1],
    state: S,
  ): Partial<Recommendation<S>> | number | null;
}

const KEYS = ['name', 'summary', 'source', 'parameters', 'needs', 'intervalSeconds', 'start', 'recommend'];
export const SIGNAL_NEEDS: readonly SignalNeed[] = [
  'latency',
  'queuedPrefillTokens',
  'replicaCapacity',
  'foresight',
];
const INTERVAL_SECONDS = 15;
const INTERVAL_SECONDS_MAX = 86_400;

type Values = Record<string, unknown>;

/** `where`: what it is called in messages, such as its file. Throws all that is wrong with it as a UserError. */
export function policyOf(exported: unknown, where: string): ScalingPolicy {
  const own = typeof exported === 'function' ? { recommend: exported } : exported;
  const problems = shapeProblems(own, where);
  if (problems.length > 0) throw new UserError(problems);
  const policy = own as OwnPolicy;
  return {
    name: policy.name ?? where,
    summary: policy.summary ?? 'a policy of the user’s own',
    source: where,
    parameters: parametersSchema(policy.parameters),
    needs: (parameters) => needsOf(policy, parameters as Values, where),
    intervalSeconds: (parameters) => intervalOf(policy, parameters as Values, where),
    start: (parameters, pool) => {
      const started = calling(where, 'start', () =>
        policy.start?.(parameters as Values, Object.freeze(pool)),
      );
      return json(started ?? null, `${where}: start`);
    },
    recommend: (parameters, observation, state) => {
      const at = `at ${observation.atSeconds} s`;
      Object.freeze(observation.pool);
      const answer = calling(where, `recommend ${at}`, () =>
        policy.recommend(parameters as Values, observation, state),
      );
      const checked = checkedAnswer(answer, state);
      if ('recommendation' in checked) return checked.recommendation;
      throw new UserError(`${where}: what recommend returned ${at} ${checked.problem}`);
    },
  };
}

function shapeProblems(own: unknown, where: string): string[] {
  if (typeof own !== 'object' || own === null) {
    return [
      `${where}: its default export is ${kindOf(own)}; export default { recommend(parameters, observation, state) { … } }`,
    ];
  }
  const { recommend, start, needs, intervalSeconds, parameters, name } = own as Values;
  const problems = Object.keys(own)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `${where}: unknown key ${JSON.stringify(key)}; ${suggestion(key, KEYS)}`);
  const expect = (isRight: boolean, what: string) => {
    if (!isRight) problems.push(`${where}: ${what}`);
  };
  const isFunction = (value: unknown) => typeof value === 'function';
  expect(
    isFunction(recommend),
    `recommend is ${kindOf(recommend)}; make it a function (parameters, observation, state)`,
  );
  expect(
    start === undefined || isFunction(start),
    `start is ${kindOf(start)}; make it a function (parameters, pool)`,
  );
  expect(name === undefined || typeof name === 'string', `name is ${kindOf(name)}; write text`);
  expect(
    needs === undefined || isFunction(needs) || Array.isArray(needs),
    `needs is ${kindOf(needs)}; make it a list among ${SIGNAL_NEEDS.join(', ')}`,
  );
  expect(
    intervalSeconds === undefined || isFunction(intervalSeconds) || typeof intervalSeconds === 'number',
    `intervalSeconds is ${kindOf(intervalSeconds)}; make it whole seconds`,
  );
  expect(
    parameters === undefined ||
      (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)),
    `parameters is ${kindOf(parameters)}; make it a mapping of defaults, or a zod schema`,
  );
  return problems;
}

function needsOf({ needs = [] }: OwnPolicy, parameters: Values, where: string): readonly SignalNeed[] {
  const list: unknown =
    typeof needs === 'function' ? calling(where, 'needs', () => needs(parameters)) : needs;
  if (!Array.isArray(list)) throw new UserError(`${where}: needs gives ${kindOf(list)}; give a list`);
  const wrong = list.find((need) => !SIGNAL_NEEDS.includes(need as SignalNeed)) as unknown;
  if (wrong === undefined) return list as SignalNeed[];
  throw new UserError(
    `${where}: needs has ${JSON.stringify(wrong)}; ${suggestion(String(wrong), SIGNAL_NEEDS)}`,
  );
}

function intervalOf(policy: OwnPolicy, parameters: Values, where: string): number {
  const { intervalSeconds = INTERVAL_SECONDS } = policy;
  const seconds: unknown =
    typeof intervalSeconds === 'function'
      ? calling(where, 'intervalSeconds', () => intervalSeconds(parameters))
      : intervalSeconds;
  if (Number.isInteger(seconds) && (seconds as number) >= 1 && (seconds as number) <= INTERVAL_SECONDS_MAX) {
    return seconds as number;
  }
  throw new UserError(
    `${where}: intervalSeconds is ${String(seconds)}; it must be a whole number from 1 to ${INTERVAL_SECONDS_MAX}`,
  );
}

/** Of a mapping of defaults: its keys, each with a value of the default's type. */
function parametersSchema(parameters: OwnPolicy['parameters'] = {}): z.ZodType {
  if (typeof (parameters as z.ZodType).safeParse === 'function') return parameters as z.ZodType;
  const defaults = parameters as Values;
  return z.record(z.string(), z.unknown()).transform((given, context) => {
    for (const [key, value] of Object.entries(given)) {
      const isKnown = Object.hasOwn(defaults, key);
      const expected = kindOf(defaults[key]);
      const message = isKnown
        ? `must be ${expected}, like its default ${JSON.stringify(defaults[key])}; mend it`
        : `unknown key; ${suggestion(key, Object.keys(defaults))}`;
      const isRight = isKnown && (defaults[key] === null || kindOf(value) === expected);
      if (!isRight) context.addIssue({ code: 'custom', path: [key], message });
    }
    return { ...defaults, ...given };
  });
}

function calling<T>(where: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${where}: ${what} threw ${described(error)}; mend it`);
  }
}

/** With the place in the user's own file, where the stack tells one. */
export function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A mistake in the syntax comes with its place on the first line, others with their first frame.
  const lines = (error.stack ?? '').split('\n');
  const frame = lines.find((line) => /^\s+at /.test(line)) ?? '';
  const place =
    /^file:\/\/(\S+:\d+)$/.exec(lines[0])?.[1] ??
    /(?<=^|\(|file:\/\/|\s)(\/[^\s()]+:\d+:\d+)\)?$/.exec(frame)?.[1];
  const isTheirs = place !== undefined && !place.startsWith(fileURLToPath(import.meta.url));
  return `${error.name}: ${error.message.split('\n')[0]}${isTheirs ? ` (${place})` : ''}`;
}

function json(value: unknown, what: string): unknown {
  const copied = asJson(value);
  if ('json' in copied) return copied.json;
  throw new UserError(`${what} ${copied.problem}`);
}
