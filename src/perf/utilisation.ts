// What a replica's work amounts to in FLOPs and bytes, for MFU, MBU and power. The usual count: two FLOPs per parameter
// and token, causal attention counted once; of experts those that a token passes through. Tokens that a draft model
// proposes and the served one rejects are no useful FLOPs, but their bytes are read. A fixed model has peaks but no
// work: its utilisation reads 0.
import { BYTES_PER_ELEMENT, KV_BYTES, WEIGHT_BYTES, type WeightFormat } from '../catalog/formats.ts';
import { gpuOf, peakFlopPerSecond } from '../catalog/gpus.ts';
import {
  activeBlockParameters,
  blockParameters,
  headParameters,
  kvBytesPerToken,
  queryWidth,
  type Model,
} from '../catalog/models.ts';
import { servedBy, type Served } from './served.ts';
import { gpusPerReplica, type PerfSpec, type UtilisationModel } from './spec.ts';

export function utilisationModel(spec: PerfSpec): UtilisationModel {
  const gpu = gpuOf(spec.gpu);
  const gpus = gpusPerReplica(spec);
  const bytesPerSecondPeak = gpus * gpu.memoryBytesPerSecond;
  if (spec.kind === 'fixed') {
    return { ...noWork, flopPerSecondPeak: gpus * gpu.flopPerSecond, bytesPerSecondPeak };
  }
  const served = servedBy(spec);
  const { model, compute } = served;
  const flopPerPair = 2 * model.layers * queryWidth(model);
  return {
    flopPerToken: 2 * activeBlockParameters(model),
    flopPerLogitRow: 2 * headParameters(model),
    // A chunk's own s² pairs are halved by the causal mask; the p cached tokens count in full, hence s² + 2ps.
    flopPerPrefillPair: flopPerPair,
    flopPerContextToken: 2 * flopPerPair,
    ...decodeTraffic(served),
    flopPerSecondPeak: gpus * peakFlopPerSecond(gpu, compute)!,
    bytesPerSecondPeak,
  };
}

/**
 * Bytes that a decode step reads on all GPUs of the replica together. Every micro-batch of a pipeline reads all weights.
 * Of experts it counts all, as a step of many tokens touches them: with fewer than 3E/k sequences it is too much.
 */
export function decodeTraffic({ model, pp, weights, kvCache, speculative }: Served): {
  bytesPerDecodeStep: number;
  bytesPerContextToken: number;
} {
  const weightBytes = pp * weightBytesRead(model, weights);
  const kvBytes = kvBytesPerToken(model, KV_BYTES[kvCache]);
  if (!speculative) return { bytesPerDecodeStep: weightBytes, bytesPerContextToken: kvBytes };
  // A step of the simulator is the emitted part of a round (step-seconds.ts).
  const { draft, tokens, emitted } = speculative;
  return {
    bytesPerDecodeStep: (tokens * weightBytesRead(draft, 'fp16') + weightBytes) / emitted,
    bytesPerContextToken: (tokens * kvBytesPerToken(draft, KV_BYTES[kvCache]) + kvBytes) / emitted,
  };
}

function weightBytesRead(model: Model, format: WeightFormat): number {
  return WEIGHT_BYTES[format] * blockParameters(model) + BYTES_PER_ELEMENT * headParameters(model);
}

const noWork = {
  flopPerToken: 0,
  flopPerLogitRow: 0,
  flopPerPrefillPair: 0,
  flopPerContextToken: 0,
  bytesPerDecodeStep: 0,
  bytesPerContextToken: 0,
};
