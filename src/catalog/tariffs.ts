// What money and energy cost where a scenario does not say: each with publisher and date. The price of a node is with
// the node (nodes.ts), what holds in a region with the regions (regions.ts).

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
  // As clouds bill virtual machines: by the second, a minute at least (AWS and Google Cloud, price pages read in 2024).
  rentGranularitySeconds: 1,
  rentMinimumSeconds: 60,
  // What large customers' contracts usually have.
  demandIntervalSeconds: 900,
  // An A100 with its share of the host (Chien et al., HotCarbon 2023): 2,544 kg for eight, 58 g an hour over five years.
  // Another estimate: 2,500 kg a server and 150 kg a GPU (Luccioni et al., 2022), 3,700 kg.
  embodiedKgPerGpu: 318,
  // Four characters, without the frame of a streamed event; and headers. Assumptions.
  bytesPerOutputToken: 4,
  bytesPerRequest: 1000,
} as const;
