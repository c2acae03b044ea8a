// What money and energy cost where a scenario does not say: each with publisher and date. The price of a node is with
// the node (nodes.ts). Left out: other regions, time of use, carbon.

export const ECONOMICS_DEFAULTS = {
  // US industrial average, network and demand charges included (EIA 2023: 8.06 cents).
  usdPerKwh: 0.08,
  // Between AWS's fleet, 1.15 in 2024, and the mean of the Uptime Institute's survey of 2024, 1.56.
  pue: 1.2,
  // Straight line to nothing, without network, racks and building: the published estimates' assumption.
  lifeYears: 5,
  salvageUsd: 0,
  capexOverheadShare: 0,
  // CoreWeave's list price of an A100-80GB, read February 2024 (as used by Vidur, MLSys 2024).
  rentUsdPerGpuHour: 2.21,
} as const;
