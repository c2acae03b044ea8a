// NVIDIA Dynamo planner: prefill and decode workers within a budget of GPUs. Too many shrink in proportion, with enough
// kept for the least number of each; too few grow, where there is a floor, to within the GPUs of one worker of it.
// Left out: budgets of power, several deployments sharing a budget.
// Source: ai-dynamo/dynamo, planner, budget.py, 2026.

export interface GpuBudget {
  /** Null: no such bound. */
  maxGpuBudget: number | null;
  minGpuBudget: number | null;
  minEndpoint: number;
}

export interface BudgetInput extends GpuBudget {
  numPrefill: number;
  numDecode: number;
  prefillEngineNumGpu: number;
  decodeEngineNumGpu: number;
}

export interface Workers {
  numPrefill: number;
  numDecode: number;
}

export function withinBudget(input: BudgetInput): Workers {
  const { numPrefill, numDecode, prefillEngineNumGpu: gp, decodeEngineNumGpu: gd } = input;
  const { maxGpuBudget: most, minGpuBudget: least, minEndpoint } = input;
  const total = numPrefill * gp + numDecode * gd;
  if (most !== null && total > most) {
    if (most < minEndpoint * gp + minEndpoint * gd) return { numPrefill: 0, numDecode: 0 };
    const prefillMost = Math.floor((most - minEndpoint * gd) / gp);
    const scaled = Math.floor(numPrefill * (most / total));
    const prefill = Math.max(minEndpoint, Math.min(prefillMost, scaled));
    return {
      numPrefill: prefill,
      numDecode: Math.max(minEndpoint, Math.floor((most - prefill * gp) / gd)),
    };
  }
  const slack = most === null ? 0 : Math.max(gp, gd);
  if (least === null || total >= least - slack) return { numPrefill, numDecode };
  const grown = total > 0 ? Math.ceil(numPrefill * (least / total)) : Math.ceil(least / 2 / gp);
  const prefill = Math.max(minEndpoint, grown);
  const decode = Math.max(minEndpoint, Math.ceil(Math.max(0, least - prefill * gp) / gd));
  // A floor that cannot be reached under the ceiling is left alone.
  if (most !== null && prefill * gp + decode * gd > most) return { numPrefill, numDecode };
  return { numPrefill: prefill, numDecode: decode };
}

/** One kind of worker. */
export function withinBudgetSingle(
  desired: number,
  engineNumGpu: number,
  { maxGpuBudget: most, minGpuBudget: least, minEndpoint }: GpuBudget,
): number {
  const total = desired * engineNumGpu;
  if (most !== null && total > most) {
    if (most < minEndpoint * engineNumGpu) return 0;
    return Math.max(minEndpoint, Math.floor(most / engineNumGpu));
  }
  const slack = most === null ? 0 : engineNumGpu;
  if (least === null || total >= least - slack) return desired;
  return Math.max(minEndpoint, Math.ceil(least / engineNumGpu));
}

export interface BothModesInput extends GpuBudget {
  /** Now, what load mode says (null: leave it), and throughput mode's floor (null: that mode is off). */
  prefill: { current: number; desired: number | null; floor: number | null };
  decode: { current: number; desired: number | null; floor: number | null };
  prefillEngineNumGpu: number;
  decodeEngineNumGpu: number;
}

/** Load mode's answer, not below the floors that throughput mode set, within the budget. */
export function bothModes(input: BothModesInput): Workers & { changes: boolean } {
  const bounded = ({ current, desired, floor }: BothModesInput['prefill']) =>
    Math.max(desired ?? current, floor ?? 0, input.minEndpoint);
  const workers = withinBudget({
    ...input,
    numPrefill: bounded(input.prefill),
    numDecode: bounded(input.decode),
  });
  const changes = workers.numPrefill !== input.prefill.current || workers.numDecode !== input.decode.current;
  return { ...workers, changes };
}
