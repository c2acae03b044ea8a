// Electric power of a replica. A decoding GPU draws a share of its limit that grows with memory traffic, so the energy
// of a step is affine in its time and bytes, and a run of steps has an exact closed form. A prefilling GPU draws a
// constant mean. Left out: clock throttling, transients shorter than a step.
// Source: fitted on Splitwise's power traces of A100-80GB (Microsoft, ISCA 2024); median error 1.9–2.5 % in decode.
// Power follows the stack's efficiency: eight A100 on a modern stack drew 2983 W with a 70B model at batch 32, twice
// what the stacks of the catalog draw.
import { gpuOf, GPUS } from '../catalog/gpus.ts';
import { findKey } from '../catalog/lookup.ts';
import { blockParameters, BYTES_PER_ELEMENT, headParameters, kvBytesPerToken } from '../catalog/models.ts';
import { nodeOf } from '../catalog/nodes.ts';
import { UserError } from '../kernel/user-error.ts';
import { servedBy } from './served.ts';
import type { PerfSpec, PowerModel } from './spec.ts';

/** Parts of the GPU's limit: decode = base + traffic · MBU. */
const DECODE_BASE = 0.2927;
const DECODE_TRAFFIC = 0.7502;
/** Mean over a prefill, and its peak = min(max, base + compute · MFU). */
const PREFILL_MEAN = 0.7;
const PREFILL_PEAK_MAX = 1.037;
const PREFILL_PEAK_BASE = 0.324;
const PREFILL_PEAK_COMPUTE = 1.42;

/** Throws a UserError if the node is unknown, is not sold with the GPU, or has fewer than `tp` GPUs. */
export function powerModel(spec: PerfSpec, nodeName: string): PowerModel {
  return { hostWatts: hostWatts(spec, nodeName), ...gpuPowerModel(spec) };
}

/** The GPUs' part of powerModel. */
export function gpuPowerModel(spec: PerfSpec): Omit<PowerModel, 'hostWatts'> {
  const gpu = gpuOf(spec.gpu);
  const wattsMax = spec.tp * gpu.wattsMax;
  const idleGpuWatts = spec.tp * gpu.idleWatts;
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
  const { model } = servedBy(spec);
  const weightBytesRead = BYTES_PER_ELEMENT * (blockParameters(model) + headParameters(model));
  // MBU = bytes / (tp · bandwidth · time): over the step, and over the group's GPUs, time and tp cancel.
  const joulesPerByte = (DECODE_TRAFFIC * gpu.wattsMax) / gpu.memoryBytesPerSecond;
  return {
    idleGpuWatts,
    decodeGpuWatts: DECODE_BASE * wattsMax,
    prefillGpuWatts,
    joulesPerDecodeStep: joulesPerByte * weightBytesRead,
    joulesPerContextToken: joulesPerByte * kvBytesPerToken(model),
  };
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
      `tp: a replica of ${spec.tp} GPUs does not fit in a node ${nodeName}, which has ${node.gpus}`,
    );
  }
  return ((node.idleWatts - node.gpus * gpuOf(spec.gpu).idleWatts) * spec.tp) / node.gpus;
}

/** Peak watts of one GPU in a prefill that reaches this share of the peak FLOP/s. */
export function prefillPeakWatts(gpuName: string, mfu: number): number {
  const peak = Math.min(PREFILL_PEAK_MAX, PREFILL_PEAK_BASE + PREFILL_PEAK_COMPUTE * mfu);
  return peak * gpuOf(gpuName).wattsMax;
}
