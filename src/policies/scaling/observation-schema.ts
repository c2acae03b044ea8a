// An observation as people and programs write it: what is left out gets a neutral default, which means "nothing known
// of it" or follows from what is given; unknown keys are refused. Completed, it is what a policy sees (policy.ts).
// docs/policies.md is generated from the descriptions.
import { z } from 'zod';
import { choice, derived, flag, list, quantity, section, text } from '../../settings/keys.ts';
import type { Observation, RateObservation, ReplicaObservation } from './policy.ts';
import { zoneKey } from './zone-key.ts';

const REPLICAS_MAX = 100_000;
const STATES = ['provisioning', 'loading', 'ready', 'draining'] as const;

const number = (description: string) => quantity('count', { min: 0 }, description);
const whole = (description: string, max = Number.MAX_SAFE_INTEGER) =>
  quantity('count', { min: 0, max, whole: true }, description);
const share = (description: string) => quantity('share', { min: 0 }, description);
/** Null: nothing is known of it. zod's JSON Schema shows no default of null. */
const orNull = <T extends z.ZodType>(key: T) =>
  key
    .nullable()
    .default(null)
    .meta({ ...key.meta(), otherwise: '`null`' });
const zero = (description: string) => number(description).prefault(0);

const pool = section(
  {
    name: text('Its name.', 'pool').default('pool'),
    minReplicas: whole('Lower bound.', REPLICAS_MAX).prefault(1),
    maxReplicas: whole('Upper bound.', REPLICAS_MAX).prefault(REPLICAS_MAX),
    gpusPerReplica: number('GPUs of a replica.').prefault(1),
    costUsdPerReplicaHour: number('Cost of a replica.').prefault(1),
    kvTokens: orNull(number('KV cache of a replica, tokens; null: no limit.')),
    maxBatchedTokens: whole('Token budget of a step.').prefault(2048),
    maxSequences: whole('Sequences in a step.').prefault(256),
    maxModelLength: whole('Longest prompt + output.').prefault(4096),
    coldStartSeconds: zero('Mean time from order to ready.'),
    replicaCapacityPerSecond: orNull(number('Requests per second that one replica holds within the SLO.')),
  },
  'What does not change.',
);

const latency = (what: string) =>
  orNull(
    section(
      {
        count: whole('How many were measured.').prefault(1),
        meanSeconds: orNull(number('Seconds.')),
        p50Seconds: orNull(number('Seconds.')),
        p90Seconds: orNull(number('Seconds.')),
        p95Seconds: orNull(number('Seconds.')),
        p99Seconds: orNull(number('Seconds.')),
      },
      `${what} in the rate window.`,
    ),
  );

const rates = section(
  {
    seconds: number('How long the window is; 0: nothing was scraped yet.').prefault(60),
    arrivedPerSecond: zero('Requests that came.'),
    finishedPerSecond: zero('Requests that were done.'),
    rejectedPerSecond: zero('Requests that were turned away.'),
    promptTokensPerSecond: zero('Tokens.'),
    outputTokensPerSecond: zero('Tokens.'),
    meanPromptTokens: orNull(number('Of a prompt whose prefill ended.')),
    meanOutputTokens: orNull(number('Of a finished request.')),
    dutyCycle: orNull(share('Part of the time in which a ready or draining replica ran a step.')),
    meanBatch: orNull(number('Sequences of a decode step.')),
    meanRunning: zero('Requests in batches, the whole pool.'),
    meanWaiting: zero('Requests that wait, the whole pool and its gateway.'),
    meanKvUsage: orNull(share('Of the ready replicas.')),
    wattsPerReplica: orNull(number('IT power per ready replica.')),
    ttft: latency('Time to first token'),
    itl: latency('Time between tokens'),
  },
  'Means over the rate window.',
);

const replica = section(
  {
    replica: derived(whole('Number in its pool.'), 'its place in the list'),
    state: choice(STATES, 'Where it is.').default('ready'),
    orderedAtSeconds: derived(quantity('count', {}, 'Since the start.'), '0'),
    readyAtSeconds: derived(
      quantity('count', {}, 'Since the start; null: not yet.').nullable(),
      '0, or `null` while it loads',
    ),
    running: zero('Sequences in its batch.'),
    waiting: zero('Requests that wait at it.'),
    kvUsage: share('Part of its KV cache in use.').prefault(0),
    tokensInUse: zero('Tokens cached.'),
    queuedPrefillTokens: orNull(number('Prompt tokens that wait or are not yet prefilled.')),
  },
  'One replica, as scraped.',
);

const observationKeys = section(
  {
    atSeconds: zero('Now, seconds since the start.'),
    scrapedAtSeconds: derived(
      number('When what follows was scraped; null: never.').nullable(),
      'now, or `null` in an outage',
    ),
    epochMs: derived(quantity('count', { min: 0 }, 'Now, milliseconds since 1970 UTC.'), '1000 × atSeconds'),
    timeZone: zoneKey('IANA zone of the calendar.').default('UTC'),
    pool: pool.prefault({}),
    wantedReplicas: derived(
      whole('What was last asked for.', REPLICAS_MAX),
      'those provisioning, loading and ready',
    ),
    replicasByState: derived(
      section(
        Object.fromEntries(STATES.map((state) => [state, whole('How many.', REPLICAS_MAX).prefault(0)])),
        'Replicas by state, now.',
      ),
      'counted from `replicas`; without them `wantedReplicas` are ready',
    ),
    gatewayQueue: zero('Requests held because no replica is ready.'),
    rates: rates.prefault({}),
    replicas: derived(
      list(replica, { min: 0, max: REPLICAS_MAX }, 'As scraped; those that are provisioning are not in it.'),
      'the loading, ready and draining ones of `replicasByState`, the ready ones all alike: equal parts of `rates.meanRunning` and `rates.meanWaiting`, and `rates.meanKvUsage`',
    ),
    metricsOutage: flag('True while scrapes fail: `replicas` is then empty.').default(false),
    foresight: orNull(
      section(
        {
          stepSeconds: quantity('count', { above: 0 }, 'Length of a step.'),
          arrivalsPerSecond: list(number('Rate.'), { min: 0, max: 100_000 }, 'From now on, by step.'),
          replicaCapacityPerSecond: quantity('count', { above: 0 }, 'Rate that one replica holds.'),
        },
        'The future, for bounds that know it.',
      ),
    ),
  },
  'What a policy sees.',
);

type Written = z.output<typeof observationKeys>;
type WrittenReplica = z.output<typeof replica>;

/** Of an observation with its defaults filled in. */
export const observationSchema: z.ZodType<Observation> = observationKeys.transform(completed);

/** The keys, for reference tables. */
export const OBSERVATION_KEYS: z.ZodType = observationKeys;

function completed(written: Written): Observation {
  const { atSeconds, metricsOutage, gatewayQueue, foresight } = written;
  const measured = written.rates;
  const replicasByState = countsOf(written);
  const { provisioning, loading, ready } = replicasByState;
  return {
    atSeconds,
    scrapedAtSeconds:
      written.scrapedAtSeconds === undefined ? (metricsOutage ? null : atSeconds) : written.scrapedAtSeconds,
    epochMs: written.epochMs ?? atSeconds * 1000,
    timeZone: written.timeZone,
    pool: written.pool,
    wantedReplicas: written.wantedReplicas ?? provisioning + loading + ready,
    replicasByState,
    gatewayQueue,
    rates: measured,
    replicas:
      written.replicas?.map(replicaOf) ?? (metricsOutage ? [] : replicasAlike(replicasByState, measured)),
    metricsOutage,
    foresight,
  };
}

function countsOf({
  replicasByState,
  replicas,
  wantedReplicas = 0,
}: Written): Observation['replicasByState'] {
  if (replicasByState !== undefined) return replicasByState as Observation['replicasByState'];
  const counts = { provisioning: 0, loading: 0, ready: 0, draining: 0 };
  for (const { state } of replicas ?? []) counts[state]++;
  return replicas === undefined ? { ...counts, ready: wantedReplicas } : counts;
}

function replicaOf(written: WrittenReplica, place: number): ReplicaObservation {
  const { state, orderedAtSeconds = 0, readyAtSeconds } = written;
  const isReady = state === 'ready' || state === 'draining';
  return {
    ...written,
    replica: written.replica ?? place,
    orderedAtSeconds,
    readyAtSeconds: readyAtSeconds === undefined ? (isReady ? 0 : null) : readyAtSeconds,
  };
}

function replicasAlike(
  { loading, ready, draining }: Observation['replicasByState'],
  { meanRunning, meanWaiting, meanKvUsage }: RateObservation,
): ReplicaObservation[] {
  const use = { running: meanRunning / ready, waiting: meanWaiting / ready, kvUsage: meanKvUsage ?? 0 };
  const idle = { running: 0, waiting: 0, kvUsage: 0 };
  const states = [
    ...Array.from({ length: ready }, () => 'ready' as const),
    ...Array.from({ length: loading }, () => 'loading' as const),
    ...Array.from({ length: draining }, () => 'draining' as const),
  ];
  return states.map((state, place) =>
    replicaOf(
      { state, ...(state === 'ready' ? use : idle), tokensInUse: 0, queuedPrefillTokens: null },
      place,
    ),
  );
}
