// What a replica's work amounts to in FLOPs and bytes, for MFU and MBU. The usual count: two FLOPs per parameter and
// token, causal attention counted once. A fixed model has peaks but no work: its utilisation reads 0.
import {
  blockParameters,
  BYTES_PER_ELEMENT,
  headParameters,
  kvBytesPerToken,
  queryWidth,
} from '../catalog/models.ts';
import { gpuOf } from '../catalog/gpus.ts';
import { servedBy } from './served.ts';
import type { PerfSpec, UtilisationModel } from './spec.ts';

export function utilisationModel(spec: PerfSpec): UtilisationModel {
  const gpu = gpuOf(spec.gpu);
  const flopPerSecondPeak = spec.tp * gpu.flopPerSecond;
  const bytesPerSecondPeak = spec.tp * gpu.memoryBytesPerSecond;
  if (spec.kind === 'fixed') return { ...noWork, flopPerSecondPeak, bytesPerSecondPeak };
  const { model } = servedBy(spec);
  const flopPerPair = 2 * model.layers * queryWidth(model);
  return {
    flopPerToken: 2 * blockParameters(model),
    flopPerLogitRow: 2 * headParameters(model),
    // A chunk's own s² pairs are halved by the causal mask; the p cached tokens count in full, hence s² + 2ps.
    flopPerPrefillPair: flopPerPair,
    flopPerContextToken: 2 * flopPerPair,
    bytesPerDecodeStep: BYTES_PER_ELEMENT * (blockParameters(model) + headParameters(model)),
    bytesPerContextToken: kvBytesPerToken(model),
    flopPerSecondPeak,
    bytesPerSecondPeak,
  };
}

const noWork = {
  flopPerToken: 0,
  flopPerLogitRow: 0,
  flopPerPrefillPair: 0,
  flopPerContextToken: 0,
  bytesPerDecodeStep: 0,
  bytesPerContextToken: 0,
};
