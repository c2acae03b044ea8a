// The visitors estimate through the simulator: its traffic and lengths on the fleets that it implies, from its own fleet
// taken literally to the fleet that such a day needs, one simplification less each time. Each fleet is simulated as one
// cell, one part in k of its replicas with one in k of its requests, for a whole day. Assumed, because the estimate is
// silent: the curve of the day, four tokens for three words, answers as long as questions, and that each question carries
// the visit so far. Left out: spread of the lengths, spare servers, maintenance.
import type { Values } from '../../estimate/preset.ts';
import { UserError } from '../../kernel/user-error.ts';
import { gpusPerReplica, type PhysicalPerfSpec } from '../../perf/spec.ts';
import { uniformBatch } from '../../perf/uniform-batch.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { LoadedScenario, Scenario } from '../../scenario/scenario.ts';
import { shippedScenarios } from '../../scenario/shipped.ts';
import { arrivalRate } from '../../workload/arrival-rate.ts';
import { expectedRequests } from '../../workload/create.ts';
import { replicaCapacityPerSecond } from '../capacity.ts';

/** OpenAI's help center, 2023: a token is about three quarters of an English word. */
const TOKENS_PER_WORD = 4 / 3;
/** Shipped scenarios: the estimate taken literally, and a day of GPT-3. */
const LITERAL = 'broker-2023';
const MODEL = 'chatgpt-2023';
const GPUS_PER_SERVER = 8;
const DAY_SECONDS = 86_400;

/** Of one cell: enough for shares of a per mille, few enough for seconds. */
const REQUESTS = 2e6;
/** In a smaller cell chance is worse than in the fleet. */
const REPLICAS_LEAST = 16;
/** More in one cell would take hours. */
const REQUESTS_MAX = 1e9;

export interface Case {
  name: string;
  what: string;
  loaded: LoadedScenario;
  gpus: number;
  /** The whole fleet over the simulated part. */
  times: number;
  requests: number;
}

export interface SimulationPlan {
  cases: Case[];
  promptTokens: number;
  outputTokens: number;
  /** Of the busiest minute over the day's mean, and questions per second then. */
  peakToMean: number;
  peakPerSecond: number;
  /** One question alone on one replica of the model. */
  secondsAlone: number;
  gpusPerReplica: number;
  /** Questions per second of one replica that batches, within the SLO. */
  replicaCapacityPerSecond: number;
}

/** `values` of the preset `visitors`. UserError with everything that keeps them from being simulated. */
export function planSimulation(values: Values): SimulationPlan {
  const outputTokens = Math.round(values.wordsPerQuestion * TOKENS_PER_WORD);
  // The i-th question of a visit comes with i − 1 questions and i − 1 answers before it, 2i − 1 times the length of one: of
  // n questions n times on average.
  const timesOne = Math.max(1, values.questionsPerVisit);
  const promptTokens = Math.round(timesOne * values.wordsPerQuestion * TOKENS_PER_WORD);
  const model = modelScenario(values, { promptTokens, outputTokens });
  checkSimulated(values, { promptTokens, outputTokens });

  const { scenario } = load(MODEL, model({ replicas: 1, requestsPerDay: DAY_SECONDS }));
  // One a second on average.
  const peakToMean = highestRate(scenario);
  const peakPerSecond = (peakToMean * values.questionsPerDay) / DAY_SECONDS;
  const perf = scenario.pools[0].perf as PhysicalPerfSpec;
  const capacity = replicaCapacityPerSecond(scenario, 0);
  return {
    cases: fleetsOf(values, model, Math.ceil(peakPerSecond / capacity)).map((fleet) =>
      planCase(fleet, values.questionsPerDay),
    ),
    promptTokens,
    outputTokens,
    peakToMean,
    peakPerSecond,
    secondsAlone: uniformBatch(perf, { promptTokens, outputTokens, batch: 1 }).e2eSeconds,
    gpusPerReplica: gpusPerReplica(perf),
    replicaCapacityPerSecond: capacity,
  };
}

interface Fleet {
  name: string;
  what: string;
  /** Name of a shipped scenario. */
  base: string;
  replicas: number;
  gpusPerReplica: number;
  overrides(part: Part): string[];
}

/** `sized`: replicas of the model that such a day needs. */
function fleetsOf(values: Values, model: (part: Part) => string[], sized: number): Fleet[] {
  const single = { base: LITERAL, replicas: values.gpus, gpusPerReplica: 1 };
  const together = { base: MODEL, replicas: values.servers, gpusPerReplica: GPUS_PER_SERVER };
  return [
    {
      ...single,
      name: 'even day',
      what: 'its A100s, each with one question at a time, as many questions at night as at noon',
      overrides: literal(values, 'constant'),
    },
    {
      ...single,
      name: 'real day',
      what: 'the same, with the ups and downs of a day',
      overrides: literal(values, 'diurnal'),
    },
    {
      ...together,
      name: '175B model',
      what: 'GPT-3 on the same servers, 8 A100 together, one question at a time',
      overrides: (part) => [...model(part), 'fleet.pools[0].batching=none', 'fleet.pools[0].queueLimit=2'],
    },
    {
      ...together,
      name: 'batched',
      what: 'the same servers with continuous batching',
      overrides: model,
    },
    {
      ...together,
      replicas: sized,
      name: 'right size',
      what: 'as many servers as keep first words within 2 s and tokens within 200 ms in the busiest minute',
      overrides: model,
    },
  ];
}

interface Part {
  replicas: number;
  requestsPerDay: number;
}

function planCase({ name, what, base, replicas, ...fleet }: Fleet, questionsPerDay: number): Case {
  const wanted = Math.max(REPLICAS_LEAST, Math.round((replicas * REQUESTS) / questionsPerDay));
  // A cell of single GPUs fills its servers.
  const whole = fleet.gpusPerReplica === 1 ? Math.ceil(wanted / GPUS_PER_SERVER) * GPUS_PER_SERVER : wanted;
  const part = Math.min(replicas, whole);
  const requests = (questionsPerDay * part) / replicas;
  if (requests > REQUESTS_MAX) {
    throw new UserError(
      `--simulate: ${part} replicas would get ${requests.toPrecision(2)} questions a day, too many to simulate; ` +
        'lower visitsPerDay or questionsPerVisit',
    );
  }
  return {
    name,
    what,
    loaded: load(base, fleet.overrides({ replicas: part, requestsPerDay: requests })),
    gpus: replicas * fleet.gpusPerReplica,
    times: replicas / part,
    requests,
  };
}

function checkSimulated(
  { gpusPerServer, gpuSecondsPerWord, questionsPerDay, kwhPerDay }: Values,
  { promptTokens, outputTokens }: { promptTokens: number; outputTokens: number },
): void {
  const problems: string[] = [];
  if (gpusPerServer !== GPUS_PER_SERVER) {
    problems.push(
      `--simulate: knows servers of ${GPUS_PER_SERVER} GPUs only (DGX A100); leave gpusPerServer as it is`,
    );
  }
  const { maxModelLength } = load(MODEL, []).scenario.pools[0].limits;
  if (promptTokens + outputTokens > maxModelLength) {
    problems.push(
      `--simulate: prompts of ${promptTokens} and answers of ${outputTokens} tokens are more than the ${maxModelLength} that ` +
        'GPT-3 takes; lower wordsPerQuestion or questionsPerVisit',
    );
  }
  if (!(questionsPerDay >= 1000)) {
    problems.push('--simulate: fewer than 1,000 questions a day say nothing; raise visitsPerDay');
  }
  if (kwhPerDay === 0) {
    problems.push(
      '--simulate: an estimate without energy cannot be compared; raise visitsPerDay until there is a whole rack, or wattsPerServer',
    );
  }
  if (gpuSecondsPerWord > 60) {
    problems.push('--simulate: a word may take a minute at most; lower gpuSecondsPerWord');
  }
  if (problems.length > 0) throw new UserError(problems);
}

/** The estimate's own fleet: it knows the words of an answer only, a word is a token, and speed is what it is. */
function literal(values: Values, kind: 'constant' | 'diurnal') {
  return ({ replicas, requestsPerDay }: Part): string[] => {
    const arrivals =
      kind === 'constant'
        ? `{ kind: constant, requestsPerSecond: ${requestsPerDay / DAY_SECONDS} }`
        : diurnal(requestsPerDay);
    return [
      `workload.arrivals=${arrivals}`,
      'workload.promptTokens=1',
      `workload.outputTokens=${values.wordsPerQuestion}`,
      `fleet.pools[0].performance.secondsPerOutputToken=${values.gpuSecondsPerWord}`,
      'slo={ ttft: 2s, tpot: null }',
      ...common(values, replicas),
    ];
  };
}

function modelScenario(values: Values, tokens: { promptTokens: number; outputTokens: number }) {
  return ({ replicas, requestsPerDay }: Part): string[] => [
    `workload.arrivals=${diurnal(requestsPerDay)}`,
    `workload.promptTokens=${tokens.promptTokens}`,
    `workload.outputTokens=${tokens.outputTokens}`,
    'slo={ ttft: 2s, tpot: 200ms }',
    ...common(values, replicas),
  ];
}

function diurnal(requestsPerDay: number): string {
  return `{ kind: diurnal, requestsPerDay: ${requestsPerDay}, curve: azure-conversation-weekday, timeZone: UTC }`;
}

function common({ usdPerKwh }: Values, replicas: number): string[] {
  return [
    `duration=${DAY_SECONDS}`,
    `fleet.pools[0].replicas=${replicas}`,
    'fleet.pools[0].cells=1',
    `economics.electricity=${usdPerKwh}`,
    'economics.pue=1.2',
  ];
}

function load(base: string, overrides: string[]): LoadedScenario {
  const { path } = shippedScenarios().find(({ name }) => name === base)!;
  return loadScenario(path, overrides);
}

/** Questions per second in the busiest minute. */
function highestRate({ workload: spec, startEpochMs, durationSeconds }: Scenario): number {
  const rate = arrivalRate({ spec, startEpochMs, durationSeconds });
  let highest = 0;
  for (let seconds = 30; seconds < durationSeconds; seconds += 60) highest = Math.max(highest, rate(seconds));
  return highest;
}

/** Of all cells together. */
export function plannedRequests({ cases }: SimulationPlan): number {
  const expected = cases.map(({ loaded: { scenario } }) => {
    const { workload: spec, startEpochMs, durationSeconds } = scenario;
    return expectedRequests({ spec, startEpochMs, durationSeconds })!;
  });
  return expected.reduce((sum, requests) => sum + requests, 0);
}
