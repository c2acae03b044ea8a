// The performance model's answer for one uniform batch: all prompts in one prefill step, whatever a scheduler's token
// budget, then decode steps until every output ends. Decode steps are those the simulator takes (the segments, not the
// formula they stand for), each at its exact context. Left out: queueing, and anything else than this batch.
import { ticksToSeconds } from '../kernel/ticks.ts';
import { KV_BLOCK_TOKENS } from './kv.ts';
import { createPhysicalModel } from './physical/physical.ts';
import { gpuPowerModel, POWER_SAMPLE_SECONDS, prefillPeakWatts } from './power.ts';
import { Plan } from './plan.ts';
import { gpusPerReplica, planStep, type PerfModel, type PhysicalPerfSpec } from './spec.ts';

import { utilisationModel } from './utilisation.ts';

export interface UniformBatch {
  promptTokens: number;
  /** Sequences. */
  batch: number;
  /** Per sequence; the prefill gives the first. */
  outputTokens: number;
}

export interface UniformBatchAnswer {
  /** Prefill and client delay: time to the first token. */
  promptSeconds: number;
  /** Mean decode step; undefined, as are the watts in decode, for one output token: the prefill gives it. */
  tokenSeconds: number | undefined;
  /** promptSeconds + (outputTokens − 1)·tokenSeconds. */
  e2eSeconds: number;
  kvTokens: number;
  /** What the batch occupies at its end, in whole blocks. */
  kvTokensNeeded: number;
  /** More than there is: a scheduler would preempt, which the times above do not show. */
  kvOverflow: boolean;
  decodeWattsPerGpu: number | undefined;
  prefillPeakWattsPerGpu: number;
  prefillMeanWattsPerGpu: number;
}

export function uniformBatch(spec: PhysicalPerfSpec, batch: UniformBatch): UniformBatchAnswer {
  const perf = createPhysicalModel(spec);
  const power = gpuPowerModel(spec);
  const gpus = gpusPerReplica(spec);
  const prefillSeconds = prefill(perf, batch);
  const promptSeconds = prefillSeconds + ticksToSeconds(perf.clientDelayTicks);
  const decodeSteps = batch.outputTokens - 1;
  const decodeSeconds = decode(perf, batch);
  const mfu = prefillMfu(spec, batch, prefillSeconds + POWER_SAMPLE_SECONDS);
  // However short the prompts, they read the weights: what a decode step of that length draws is the least.
  const leastWatts = power.decodeGpuWatts + power.joulesPerDecodeStep / prefillSeconds;
  const prefillPeakWattsPerGpu = Math.max(leastWatts / gpus, prefillPeakWatts(spec.gpu, mfu));
  const sequenceBlocks = Math.ceil((batch.promptTokens + batch.outputTokens) / KV_BLOCK_TOKENS);
  const kvTokensNeeded = batch.batch * sequenceBlocks * KV_BLOCK_TOKENS;
  return {
    promptSeconds,
    tokenSeconds: decodeSteps > 0 ? decodeSeconds / decodeSteps : undefined,
    e2eSeconds: promptSeconds + decodeSeconds,
    kvTokens: perf.kvTokens,
    kvTokensNeeded,
    kvOverflow: kvTokensNeeded > perf.kvTokens,
    decodeWattsPerGpu: decodeSteps > 0 ? decodeWatts(power, batch, decodeSeconds) / gpus : undefined,
    prefillPeakWattsPerGpu,
    // The mean is that of prompts which keep the GPU busy: too much for the shortest.
    prefillMeanWattsPerGpu: Math.min(power.prefillGpuWatts / gpus, prefillPeakWattsPerGpu),
  };
}

function prefill(perf: PerfModel, { promptTokens, batch }: UniformBatch): number {
  const step = planStep(perf, {
    prefillTokens: batch * promptTokens,
    prefillPairs: batch * promptTokens * promptTokens,
    prefillSequences: batch,
    logitRows: batch,
  });
  return ticksToSeconds(step[Plan.ALPHA]);
}

/** All decode steps together, in runs of equal growth. */
function decode(perf: PerfModel, { promptTokens, batch, outputTokens }: UniformBatch): number {
  let ticks = 0;
  let done = 0;
  while (done < outputTokens - 1) {
    const contextTokens = batch * (promptTokens + done);
    const step = planStep(perf, { decodes: batch, contextTokens });
    const steps = Math.min(step[Plan.STEPS_MAX], outputTokens - 1 - done);
    ticks += steps * step[Plan.ALPHA] + step[Plan.BETA] * ((steps * (steps - 1)) / 2);
    done += steps;
  }
  return ticksToSeconds(ticks);
}

/** Mean over the decode steps, all GPUs of the replica together. */
function decodeWatts(
  power: ReturnType<typeof gpuPowerModel>,
  { promptTokens, batch, outputTokens }: UniformBatch,
  seconds: number,
): number {
  const steps = outputTokens - 1;
  const contextTokens = batch * steps * (promptTokens + (steps - 1) / 2);
  const trafficJoules = power.joulesPerDecodeStep * steps + power.joulesPerContextToken * contextTokens;
  return power.decodeGpuWatts + trafficJoules / seconds;
}

function prefillMfu(spec: PhysicalPerfSpec, { promptTokens, batch }: UniformBatch, seconds: number): number {
  const work = utilisationModel(spec);
  const flop =
    batch *
    (promptTokens * work.flopPerToken +
      promptTokens * promptTokens * work.flopPerPrefillPair +
      work.flopPerLogitRow);
  return flop / (seconds * work.flopPerSecondPeak);
}
