// Electric power of a replica. Above its idle power a decoding GPU draws a share of its limit that grows as the 5/8th
// power of MBU. A replica's MBU changes little, so the law's tangent stands for it: the energy of a step is then affine
// in its time and bytes, and a run of steps has an exact closed form. A prefilling GPU draws a constant mean. Left out:
// clock throttling, transients shorter than a step.
// Source: fitted on Splitwise's power traces of A100-80GB (Microsoft, ISCA 2024); median error 1.2 % in decode, p90 3.7 %
// (of one affine function for all models and tp 1.5 and 4.1 %, of models and tp left out of its fit 4.7 and 13 %).
// Power follows the stack's efficiency: eight A100 on a modern stack drew 2983 W with a 70B model at batch 32, twice
// what the stacks of the catalog draw.
import { gpuOf, GPUS } from '../catalog/gpus.ts';
import { findKey } from '../catalog/lookup.ts';
import { nodeOf } from '../catalog/nodes.ts';
import { UserError } from '../kernel/user-error.ts';
import { servedBy, type Served } from './served.ts';
import { gpusPerReplica, type PerfSpec, type PowerModel } from './spec.ts';
import { stepCoefficients, stepSeconds } from './physical/step-seconds.ts';
import { decodeTraffic } from './utilisation.ts';

/** Parts of the GPU's limit: decode = idle + traffic · MBU^(5/8). */
const DECODE_TRAFFIC = 0.785;
/**
 * Where the tangent touches: at 16 sequences of 512 tokens. With 1 to 256 sequences of 128 to 2048 tokens it lies 0.02 %
 * above the law in the median, 1 % at p90 and 8 % at most (large batches of short contexts under a slow host).
 */
const TYPICAL_SEQUENCES = 16;
const TYPICAL_CONTEXT_TOKENS = 512;
/** Mean over a prefill, and its highest sample = min(max, idle + compute · MFU^(5/8)). */
const PREFILL_MEAN = 0.7;
const PREFILL_PEAK_MAX = 1.033;
const PREFILL_PEAK_COMPUTE = 1.304;
/** Samples are means: short prefills fit if this is added to their time. */
export const POWER_SAMPLE_SECONDS = 0.02;

/**
 * Throws a UserError if the node is unknown, is not sold with the GPU, or has fewer than `tp` GPUs. The stages of a
 * pipeline may be on several nodes.
 */
export function powerModel(spec: PerfSpec, nodeName: string): PowerModel {
  return { hostWatts: hostWatts(spec, nodeName), ...gpuPowerModel(spec) };
}

/** The GPUs' part of powerModel. */
export function gpuPowerModel(spec: PerfSpec): Omit<PowerModel, 'hostWatts'> {
  const gpu = gpuOf(spec.gpu);
  const gpus = gpusPerReplica(spec);
  const wattsMax = gpus * gpu.wattsMax;
  const idleGpuWatts = gpus * gpu.idleWatts;
  const prefillGpuWatts = PREFILL_MEAN * wattsMax;
  if (spec.kind === 'fixed') {
    // A fixed service time says nothing about what the GPU does in it, so busy is busy: the mean of a prefill.
    return {
      idleGpuWatts,
      decodeGpuWatts: prefillGpuWatts,
      prefillGpuWatts,
      joulesPerDecodeStep: 0,
      joulesPerContextToken: 0,
    };
  }
  const served = servedBy(spec);
  const { bytesPerDecodeStep, bytesPerContextToken } = decodeTraffic(served);
  const mbu = typicalMbu(served, gpus);
  const share = DECODE_TRAFFIC * toFiveEighths(mbu);
  // The tangent of share = traffic · MBU^(5/8): 3/8 of it at MBU 0, and 5/8 of it per `mbu`. Of the latter in joules,
  // MBU = bytes / (GPUs · bandwidth · time): over the step, and over the replica's GPUs, time and GPUs cancel.
  const joulesPerByte = ((5 / 8) * (share / mbu) * gpu.wattsMax) / gpu.memoryBytesPerSecond;
  return {
    idleGpuWatts,
    decodeGpuWatts: idleGpuWatts + (3 / 8) * share * wattsMax,
    prefillGpuWatts,
    joulesPerDecodeStep: joulesPerByte * bytesPerDecodeStep,
    joulesPerContextToken: joulesPerByte * bytesPerContextToken,
  };
}

/** Part of the memory bandwidth that a typical decode step uses, idle time included. */
function typicalMbu(served: Served, gpus: number): number {
  const sequences = TYPICAL_SEQUENCES;
  const contextTokens = sequences * TYPICAL_CONTEXT_TOKENS;
  const work = {
    tokens: sequences,
    sequences,
    prompts: 0,
    logitRows: sequences,
    prefillPairs: 0,
    contextTokens,
  };
  const { bytesPerDecodeStep, bytesPerContextToken } = decodeTraffic(served);
  const bytes = bytesPerDecodeStep + bytesPerContextToken * contextTokens;
  const seconds = stepSeconds(stepCoefficients(served), work);
  // The traffic of a mixture of experts counts all experts, even those that so few sequences do not touch.
  return Math.min(1, bytes / (gpus * served.gpu.memoryBytesPerSecond * seconds));
}

/** A replica that fills part of a node carries that part of the node's own power. */
function hostWatts(spec: PerfSpec, nodeName: string): number {
  const node = nodeOf(nodeName);
  if (!node.gpuKeys.includes(findKey(GPUS, spec.gpu) ?? '')) {
    const known = node.gpuKeys.join(', ');
    throw new UserError(`node ${nodeName} is not sold with GPU "${spec.gpu}"; choose one of ${known}`);
  }
  if (spec.tp > node.gpus) {
    throw new UserError(
      `tp: a tensor-parallel group of ${spec.tp} GPUs does not fit in a node ${nodeName}, which has ${node.gpus}`,
    );
  }
  return ((node.idleWatts - node.gpus * gpuOf(spec.gpu).idleWatts) * gpusPerReplica(spec)) / node.gpus;
}

/** Peak watts of one GPU in a prefill that, over its time and POWER_SAMPLE_SECONDS, reaches this MFU. */
export function prefillPeakWatts(gpuName: string, mfu: number): number {
  const { idleWatts, wattsMax } = gpuOf(gpuName);
  const compute = PREFILL_PEAK_COMPUTE * toFiveEighths(mfu);
  return Math.min(PREFILL_PEAK_MAX * wattsMax, idleWatts + compute * wattsMax);
}

function toFiveEighths(x: number): number {
  return Math.sqrt(x) * Math.sqrt(Math.sqrt(Math.sqrt(x)));
}
