// The policies that go through the zoo, each with the settings that somebody would choose who knows the replicas but not
// the failure to come: eight running requests a replica where a signal can be chosen, since twelve or so run on a replica
// of the zoo that just keeps its promise; the defaults where the policy measures for itself.
const RUNNING_TARGET = 8;
const RUNNING_LIMIT = 12;

/** What entrants may know of a scenario. */
export interface Terrain {
  /** Requests per second, by hour from the start of the run on, as on a day without events. */
  ordinaryHours: readonly number[];
  /** Replicas that the busiest minute needs, events included. */
  peakNeed: number;
}

export interface Entrant {
  name: string;
  /** What its settings are, in a few words. */
  settings: string;
  /** Keys of `autoscaling` that it sets, `policy` among them. */
  autoscaling(terrain: Terrain): Record<string, unknown>;
  /** The least number of replicas it can keep. */
  least: 0 | 1;
}

const running = {
  type: 'Pods',
  pods: {
    metric: { name: 'vllm:num_requests_running' },
    target: { type: 'AverageValue', averageValue: RUNNING_TARGET },
  },
};

const stepsOnRunning = [
  {
    metric: 'running',
    threshold: RUNNING_TARGET,
    steps: [
      { lower: 0, upper: RUNNING_LIMIT - RUNNING_TARGET, adjustment: 1 },
      { lower: RUNNING_LIMIT - RUNNING_TARGET, adjustment: 3 },
    ],
  },
  {
    metric: 'running',
    threshold: RUNNING_TARGET / 2,
    comparisonOperator: 'LessThanThreshold',
    evaluationPeriods: 5,
    steps: [{ upper: 0, adjustment: -1 }],
  },
];

/** `parameters` beside what a policy of that name has by default. */
function entrant(name: string, settings: string, rest: Partial<Entrant> & { parameters?: unknown }): Entrant {
  const { parameters, least = 0, autoscaling } = rest;
  const given = parameters === undefined ? {} : { parameters };
  return { name, settings, least, autoscaling: autoscaling ?? (() => ({ policy: name, ...given })) };
}

const learnt = (policy: string) => (terrain: Terrain) => ({
  policy,
  parameters: { history: terrain.ordinaryHours },
});

export const ENTRANTS: readonly Entrant[] = [
  entrant('static', 'as many as the busiest minute needs, known beforehand', {
    least: 1,
    autoscaling: ({ peakNeed }) => ({
      policy: 'static',
      parameters: { replicas: peakNeed },
      initial: peakNeed,
    }),
  }),
  entrant(
    'threshold',
    `running: up above ${RUNNING_LIMIT - 2}, down below ${RUNNING_TARGET / 2}; cooldowns by default`,
    {
      least: 1,
      parameters: { metric: 'running', above: RUNNING_LIMIT - 2, below: RUNNING_TARGET / 2 },
    },
  ),
  entrant('hpa-queue', 'waiting requests: 5 per replica, as guides have it', {
    least: 1,
    autoscaling: () => ({ policy: 'hpa' }),
  }),
  entrant('hpa', `running requests: ${RUNNING_TARGET} per replica`, {
    least: 1,
    parameters: { metrics: [running] },
  }),
  entrant('keda', `requests in the system: ${RUNNING_TARGET} per replica; to zero where it may`, {
    parameters: {
      triggers: [{ type: 'prometheus', metadata: { query: 'in-system', threshold: RUNNING_TARGET } }],
    },
  }),
  entrant('kpa', `concurrency: 70 % of ${RUNNING_LIMIT} per replica`, {
    parameters: { target: RUNNING_LIMIT },
  }),
  entrant('aws-target-tracking', `running requests: ${RUNNING_TARGET} per replica`, {
    least: 1,
    parameters: { policies: [{ metric: 'running', target: RUNNING_TARGET }] },
  }),
  entrant('aws-step', `running requests: steps from ${RUNNING_TARGET} on, in below ${RUNNING_TARGET / 2}`, {
    least: 1,
    parameters: { policies: stepsOnRunning },
  }),
  entrant('wva-v1', 'defaults', { least: 1 }),
  entrant('wva-v2', 'defaults', { least: 1 }),
  entrant('blis-saturation', 'defaults', { least: 1 }),
  entrant('dynamo-load', 'by KV use and queued prompts, for low latency', {
    least: 1,
    parameters: { target: 'latency' },
  }),
  entrant('queueing-model', 'defaults', { least: 1 }),
  entrant('predictive', 'Holt-Winters, told the ordinary day', { autoscaling: learnt('predictive') }),
  entrant('sageserve-lt-u', 'defaults, told the ordinary day', {
    least: 1,
    autoscaling: learnt('sageserve-lt-u'),
  }),
  entrant('oracle', 'knows the arrivals to come, events included', {}),
];

/** Policies of the registry that do not take part, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  scheduled: 'a timetable would have to know the failure',
  'aws-scheduled': 'a timetable would have to know the failure',
  'dynamo-throughput': 'needs a profile of the model',
  'zero-lead': 'it is the bound',
};
