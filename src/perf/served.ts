// The catalog entries that a physical spec names, looked up and checked once.
import { gpuOf, type Gpu } from '../catalog/gpus.ts';
import { modelOf, type Model } from '../catalog/models.ts';
import { stackOf, type Stack } from '../catalog/stacks.ts';
import { UserError } from '../kernel/user-error.ts';
import type { PhysicalPerfSpec } from './spec.ts';

export interface Served {
  model: Model;
  gpu: Gpu;
  stack: Stack;
  tp: number;
}

/** Throws a UserError for an unknown name or an unsupported tensor-parallel degree. */
export function servedBy(spec: PhysicalPerfSpec): Served {
  const gpu = gpuOf(spec.gpu);
  if (!(spec.tp in gpu.allReduceSeconds)) {
    const degrees = Object.keys(gpu.allReduceSeconds).join(', ');
    throw new UserError(`tp: tensor-parallel degree ${spec.tp} is not supported; choose one of ${degrees}`);
  }
  return { model: modelOf(spec.model), gpu, stack: stackOf(spec.stack), tp: spec.tp };
}
