// Servers that hold the GPUs. Power while serving is built up from the GPUs (perf/power.ts); the nameplate is here
// because published estimates use it, and the difference is worth showing. Idle power of whole servers is hardly ever
// published: every entry says which of its figures are estimates.
import { lookUp } from './lookup.ts';

export interface Node {
  title: string;
  gpus: number;
  /** GPUs it is sold with, as keys of GPUS. */
  gpuKeys: readonly string[];
  /** On and idle, its GPUs included. */
  idleWatts: number;
  nameplateWatts: number;
  priceUsd: number;
  /** Published source and date, by figure. */
  source: string;
  estimates: string;
}

const dgxHopper = { gpus: 8, idleWatts: 2600, nameplateWatts: 10_200 };
const HOPPER_IDLE =
  'idle power is an estimate: eight idle GPUs (0.9 kW) and 1.7 kW of host; with every GPU at its limit 7.3 kW, where 8.4 kW ' +
  'were measured in training on an 8-GPU H100 HGX node (Latif et al., IEEE Access 13, 2025)';

const g5 = {
  gpuKeys: ['a10g'],
  estimates:
    'power and price are estimates (the instances are only rented): 300 W per GPU and the host, $3,000 per GPU and the host',
};

export const NODES: Readonly<Record<string, Node>> = {
  'dgx-a100': {
    title: 'NVIDIA DGX A100',
    gpus: 8,
    gpuKeys: ['a100-80gb', 'a100-40gb'],
    idleWatts: 1500,
    nameplateWatts: 6500,
    priceUsd: 199_000,
    source:
      'nameplate: NVIDIA DGX A100 data sheet, May 2020; price: NVIDIA’s launch list price, May 2020, of the 8×40 GB node',
    estimates:
      'idle power is an estimate: eight idle GPUs (504 W) and about 1 kW of host (two EPYC 7742, six NVSwitches, NICs, fans); ' +
      'with every GPU at its limit 4.2 kW. The 80 GB node cost more',
  },
  'dgx-h100': {
    ...dgxHopper,
    title: 'NVIDIA DGX H100',
    gpuKeys: ['h100-sxm'],
    priceUsd: 270_000,
    source:
      'nameplate: NVIDIA DGX H100/H200 user guide, 2023; price: SemiAnalysis, “AI Server Cost Analysis”, May 2023, an estimate of the sale price',
    estimates: HOPPER_IDLE,
  },
  'dgx-h200': {
    ...dgxHopper,
    title: 'NVIDIA DGX H200',
    gpuKeys: ['h200-sxm'],
    priceUsd: 310_000,
    source: 'nameplate: NVIDIA DGX H100/H200 user guide, 2024',
    estimates: `${HOPPER_IDLE}; price: a round estimate, none is published`,
  },
  'a100-pcie-8x': {
    title: 'server with 8 A100 80GB PCIe',
    gpus: 8,
    gpuKeys: ['a100-80gb-pcie'],
    idleWatts: 1100,
    nameplateWatts: 4000,
    priceUsd: 100_000,
    source: 'none: no particular product',
    estimates:
      'all figures: eight GPUs of 300 W and $10,000, a host of 700 W idle, 1.6 kW at most and $20,000',
  },
  'l40s-8x': {
    title: 'server with 8 L40S',
    gpus: 8,
    gpuKeys: ['l40s'],
    idleWatts: 1150,
    nameplateWatts: 4400,
    priceUsd: 84_000,
    source: 'none: no particular product',
    estimates:
      'all figures: eight GPUs of 350 W and $8,000, a host of 700 W idle, 1.6 kW at most and $20,000',
  },
  'g5.48xlarge': {
    ...g5,
    title: 'AWS g5.48xlarge',
    gpus: 8,
    idleWatts: 900,
    nameplateWatts: 3600,
    priceUsd: 34_000,
    source:
      'GPUs: aws.amazon.com/ec2/instance-types/g5; on demand $16.288 an hour in us-east-1 (2024): economics.rent 2.036',
  },
  'g5.12xlarge': {
    ...g5,
    title: 'AWS g5.12xlarge',
    gpus: 4,
    idleWatts: 450,
    nameplateWatts: 1800,
    priceUsd: 17_000,
    source:
      'GPUs: aws.amazon.com/ec2/instance-types/g5; on demand $5.672 an hour in us-east-1 (2024): economics.rent 1.418',
  },
  'g5.xlarge': {
    ...g5,
    title: 'AWS g5.xlarge',
    gpus: 1,
    idleWatts: 85,
    nameplateWatts: 380,
    priceUsd: 4000,
    source: 'GPUs: aws.amazon.com/ec2/instance-types/g5; on demand $1.006 an hour in us-east-1 (2026)',
  },
};

export function nodeOf(name: string): Node {
  return lookUp(NODES, 'node', name);
}

/** The first that is sold with the GPU: what a pool runs on that does not name its node. */
export function defaultNode(gpuKey: string): string {
  return Object.keys(NODES).find((key) => NODES[key].gpuKeys.includes(gpuKey))!;
}
