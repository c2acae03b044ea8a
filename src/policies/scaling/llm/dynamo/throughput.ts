// NVIDIA Dynamo planner, throughput mode: replicas for a forecast load from measured tokens per second and GPU of the
// engine. What is measured against what the profile says corrects it: TTFT above the profile's means queueing, which
// more prefill workers do not mend at once, so only a factor below 1 counts; ITL tightens the target that is looked up.
// Left out: forecasters (there is a folder of them), and finding the profile.
// Source: ai-dynamo/dynamo, planner, planner_core.py and throughput_scaling.py, 2025-2026.

export interface Forecast {
  /** In the interval. */
  requests: number;
  isl: number;
  osl: number;
  intervalSeconds: number;
}

export interface ThroughputInput extends Forecast {
  prefillTokensPerSecondPerGpu: number;
  decodeTokensPerSecondPerGpu: number;
  prefillEngineNumGpu: number;
  decodeEngineNumGpu: number;
  /** Measured TTFT over the profile's. */
  prefillCorrection: number;
  minEndpoint: number;
}

/** Before rounding: how many engines the prompts, and the outputs, keep busy. */
export function enginesBusy(input: Omit<ThroughputInput, 'minEndpoint'>) {
  const { requests, isl, osl, intervalSeconds } = input;
  return {
    prefill:
      (((requests * isl) / intervalSeconds) * Math.min(1, input.prefillCorrection)) /
      input.prefillTokensPerSecondPerGpu /
      input.prefillEngineNumGpu,
    decode: (requests * osl) / intervalSeconds / input.decodeTokensPerSecondPerGpu / input.decodeEngineNumGpu,
  };
}

export function throughputReplicas(input: ThroughputInput) {
  const busy = enginesBusy(input);
  return {
    numPrefill: Math.max(Math.ceil(busy.prefill), input.minEndpoint),
    numDecode: Math.max(Math.ceil(busy.decode), input.minEndpoint),
  };
}

/** Engines that do both, of which each holds so many requests per second within the SLA. */
export function aggregatedReplicas(input: {
  requests: number;
  intervalSeconds: number;
  engineRequestsPerSecond: number;
  minEndpoint: number;
}): number {
  const perSecond = input.requests / input.intervalSeconds;
  return Math.max(Math.ceil(perSecond / input.engineRequestsPerSecond), input.minEndpoint);
}

export interface CorrectionInput {
  measured: number;
  /** What the profile says. */
  expected: number;
}

/** How much slower than the profile; 1 where there is nothing to compare. */
export function correctionFactor({ measured, expected }: CorrectionInput): number {
  return measured > 0 && expected > 0 ? measured / expected : 1;
}

export interface DecodePoint {
  itl: number;
  tokensPerSecondPerGpu: number;
}

/** The highest throughput of the profile within ITL target / correction; the one of least ITL if none is. */
export function decodeThroughput(input: {
  profile: readonly DecodePoint[];
  itl: number;
  decodeCorrection: number;
}): DecodePoint {
  const target = input.decodeCorrection > 0 ? input.itl / input.decodeCorrection : input.itl;
  const within = input.profile.filter((point) => point.itl <= target);
  if (within.length === 0)
    return input.profile.reduce((best, point) => (point.itl < best.itl ? point : best));
  return within.reduce((best, point) =>
    point.tokensPerSecondPerGpu > best.tokensPerSecondPerGpu ? point : best,
  );
}
