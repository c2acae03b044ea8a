// How long a replica takes to come: machine, weights, warm-up. Orders of magnitude from public reports and operators'
// documentation of 70B–175B models on A100 nodes (2023–2025): weights in page cache or on local disk 60–90 s / 2–3 min;
// an existing node that fetches them 4–6 / 7–12 min; a new node 8–12 / 12–20 min. The middle of each range is the mean,
// linear in the bytes of the weights between and beyond 138 GB and 349 GB; spreads are those of the ranges, as two
// standard deviations each way. Estimates: measure your own and write them into the scenario.

export interface DurationEstimate {
  meanSeconds: number;
  sdSeconds: number;
}

/** Of a 70B and a 175B model in 16 bits. */
const BYTES = [138e9, 349e9] as const;

interface Range {
  /** Means at BYTES, and the standard deviation as a part of the mean. */
  means: readonly [number, number];
  spread: number;
}

const LOAD: Range = { means: [300, 570], spread: 0.12 };
const RELOAD: Range = { means: [75, 150], spread: 0.1 };
const PROVISION: Range = { means: [300, 390], spread: 0.2 };

/** `warm`: weights on the node; `existing-node`: they are fetched; `new-node`: the node has to come first. */
export const COLD_START_PRESETS = ['warm', 'existing-node', 'new-node'] as const;
export type ColdStartPreset = (typeof COLD_START_PRESETS)[number];

export interface ColdStartEstimate {
  provision: DurationEstimate;
  load: DurationEstimate;
  /** On a node that was on just before. */
  reload: DurationEstimate;
}

export function coldStartEstimate(preset: ColdStartPreset, weightBytes: number): ColdStartEstimate {
  const none = { meanSeconds: 0, sdSeconds: 0 };
  const reload = at(RELOAD, weightBytes);
  return {
    provision: preset === 'new-node' ? at(PROVISION, weightBytes) : none,
    load: preset === 'warm' ? reload : at(LOAD, weightBytes),
    reload,
  };
}

/** Weights of which nothing is known count as those of a 70B model. */
export const DEFAULT_WEIGHT_BYTES: number = BYTES[0];

function at({ means, spread }: Range, weightBytes: number): DurationEstimate {
  const slope = (means[1] - means[0]) / (BYTES[1] - BYTES[0]);
  // Small models still take some seconds to start.
  const meanSeconds = Math.round(Math.max(means[0] / 5, means[0] + slope * (weightBytes - BYTES[0])));
  return { meanSeconds, sdSeconds: Math.round(meanSeconds * spread * 10) / 10 };
}
