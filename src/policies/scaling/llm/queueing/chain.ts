// One replica as a queue whose service rate depends on how many requests it serves at once (a birth-death chain): Poisson
// arrivals, exponential service, batch and waiting room finite. With n in service a request takes a prefill of
// gamma + delta * input tokens * n and output tokens - 1 steps of alpha + beta * n. Left out: that lengths vary, that
// prefills of others interrupt decoding.
// Source: the queue analyser of llm-d's workload variant autoscaler (inferno), pkg/analyzer, 2025; doubles, not floats.

export interface StepTimes {
  /** Seconds of a decode step, and more per sequence in it. */
  alphaSeconds: number;
  betaSeconds: number;
  /** Seconds of a prefill, and more per input token and sequence. */
  gammaSeconds: number;
  deltaSeconds: number;
}

export interface RequestSize {
  avgInputTokens: number;
  avgOutputTokens: number;
}

export interface ReplicaModel extends StepTimes, RequestSize {
  maxBatchSize: number;
  maxQueueSize: number;
}

export interface ChainMetrics {
  throughput: number;
  waitSeconds: number;
  serviceSeconds: number;
  inService: number;
  inSystem: number;
  /** Probability that an arrival finds no room. */
  blocked: number;
}

/** A request without a prompt has none. */
export function prefillSeconds(model: ReplicaModel, n: number): number {
  return model.avgInputTokens > 0 ? model.gammaSeconds + model.deltaSeconds * model.avgInputTokens * n : 0;
}

export function stepSeconds(model: StepTimes, n: number): number {
  return model.alphaSeconds + model.betaSeconds * n;
}

/** The first token comes of the prefill; without a prompt the only token is still a step. */
function decodeSteps({ avgInputTokens, avgOutputTokens }: RequestSize): number {
  const steps = Math.max(0, avgOutputTokens - 1);
  return avgInputTokens === 0 ? Math.max(1, steps) : steps;
}

/** Requests per second that end while n are in service. */
export function serviceRate(model: ReplicaModel, n: number): number {
  return n / (prefillSeconds(model, n) + decodeSteps(model) * stepSeconds(model, n));
}

/** `rates[n - 1]`: served per second with n in service; at most `rates.length` are, `room` more may wait. */
export function solveChain(arrivalsPerSecond: number, rates: readonly number[], room: number): ChainMetrics {
  const batch = rates.length;
  const places = batch + room;
  // In logarithms: the weights of long queues leave the range of doubles.
  const weights = new Float64Array(places + 1);
  let largest = 0;
  for (let n = 1; n <= places; n++) {
    weights[n] = weights[n - 1] + Math.log(arrivalsPerSecond / rates[Math.min(n, batch) - 1]);
    largest = Math.max(largest, weights[n]);
  }
  let sum = 0;
  let inSystem = 0;
  let inService = 0;
  let last = 0;
  for (let n = 0; n <= places; n++) {
    last = Math.exp(weights[n] - largest);
    sum += last;
    inSystem += n * last;
    inService += Math.min(n, batch) * last;
  }
  const blocked = last / sum;
  const throughput = arrivalsPerSecond * (1 - blocked);
  const serviceSeconds = inService / sum / throughput;
  return {
    throughput,
    serviceSeconds,
    waitSeconds: Math.max(0, inSystem / sum / throughput - serviceSeconds),
    inService: inService / sum,
    inSystem: inSystem / sum,
    blocked,
  };
}

/** The batch at which a request takes so long: prefill(n) + steps * step(n) = seconds, solved for n. */
export function effectiveBatch(model: ReplicaModel, serviceSeconds: number): number {
  const steps = decodeSteps(model);
  const fixed = prefillSeconds(model, 0) + steps * model.alphaSeconds;
  const perSequence = model.deltaSeconds * model.avgInputTokens + steps * model.betaSeconds;
  if (perSequence <= 0) return 1;
  return Math.min(Math.max((serviceSeconds - fixed) / perSequence, 0), model.maxBatchSize);
}
