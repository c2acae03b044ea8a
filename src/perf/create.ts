// The one place that turns a spec into a model. `seed` matters to models that draw random durations only.
import { createFixedModel } from './fixed.ts';
import { createPhysicalModel } from './physical/physical.ts';
import type { PerfModel, PerfSpec } from './spec.ts';

/** Throws a UserError if a name is unknown or the model does not fit its GPUs. */
export function createPerfModel(spec: PerfSpec, seed: string): PerfModel {
  return spec.kind === 'physical' ? createPhysicalModel(spec) : createFixedModel(spec, seed);
}
