// GPUs: dense peaks (without sparsity) from the data sheet; what a kernel reaches of them is in perf/physical/step-seconds.ts.
// All-reduce and idle power were measured on A100 SXM (80 GB) only, and are scaled by the data sheets elsewhere: every
// entry says what of it is an estimate. Left out: partitions (MIG), power caps, clocks.
import type { ComputeFormat } from './formats.ts';
import { lookUp } from './lookup.ts';

export interface Gpu {
  title: string;
  /** Published source and date of the peaks, memory and power limit. */
  source: string;
  /** What is not from that source, and where it comes from. */
  estimates: string;
  /** Dense 16-bit. */
  flopPerSecond: number;
  /** Dense peaks of matrix units in 8 bits; absent where the GPU has none. */
  flopPerSecondOf8Bit: Readonly<Partial<Record<ComputeFormat, number>>>;
  memoryBytesPerSecond: number;
  memoryBytes: number;
  wattsMax: number;
  /** With a CUDA context and weights loaded. */
  idleWatts: number;
  /** How the GPUs of a node are joined. */
  link: string;
  allReduceBytesPerSecond: number;
  /** Of one all-reduce over 1, 2, 4 or 8 GPUs, beside its bytes; no other degrees are supported. */
  allReduceSeconds: Readonly<Record<number, number>>;
  /** Of one GPU; absent where none is public. */
  priceUsd?: number;
  priceSource?: string;
}

const GIB = 1024 * 1024 * 1024;

const NVSWITCH_LATENCIES = { 1: 0, 2: 15e-6, 4: 20e-6, 8: 28e-6 };
/** Through the host's PCIe switches and processors. */
const PCIE_LATENCIES = { 1: 0, 2: 30e-6, 4: 40e-6, 8: 56e-6 };

/** Of the link's peak in one direction, as measured on A100: 180 of 300 GB/s. */
const LINK_EFFICIENCY = 180 / 300;
const PCIE4_BYTES_PER_SECOND = 32e9;
const NVLINK4_BYTES_PER_SECOND = 450e9;

/** 63 of 400 W: what A100 draws without memory traffic. */
const IDLE_SHARE = 63 / 400;

const PCIE4 = {
  link: 'PCIe 4.0 x16',
  allReduceBytesPerSecond: LINK_EFFICIENCY * PCIE4_BYTES_PER_SECOND,
  allReduceSeconds: PCIE_LATENCIES,
};

const SCALED_LINK =
  'all-reduce at the share of the link’s peak that A100 SXM reaches (60 %), idle power at its share of the limit (16 %)';
const SCALED_PCIE = `${SCALED_LINK}, all-reduce latency twice A100’s: none of them measured`;

const a100 = {
  flopPerSecond: 312e12,
  flopPerSecondOf8Bit: { int8: 624e12 },
  priceUsd: 10_000,
  priceSource:
    'CNBC, “Meet the $10,000 Nvidia chip powering the race for A.I.”, 23 February 2023: a rounded street price',
};

const a100Sxm = {
  ...a100,
  source: 'NVIDIA A100 Tensor Core GPU data sheet, SXM column, June 2021 (nvidia.com/a100)',
  wattsMax: 400,
  // The power without traffic in a law fitted on Splitwise's decode power (Microsoft, ISCA 2024):
  // 63/400 + 0.796·MBU^0.636 of the limit.
  idleWatts: 63,
  link: 'NVLink 3 through NVSwitch, 300 GB/s each way',
  // NCCL reaches 160–200 GB/s of the NVLink's 300 GB/s each way; this and the latencies belong to the same fit as the
  // efficiencies in perf/physical/step-seconds.ts.
  allReduceBytesPerSecond: 180e9,
  allReduceSeconds: NVSWITCH_LATENCIES,
};

const hopperSxm = {
  flopPerSecond: 989.4e12,
  flopPerSecondOf8Bit: { fp8: 1978.9e12, int8: 1978.9e12 },
  wattsMax: 700,
  idleWatts: IDLE_SHARE * 700,
  link: 'NVLink 4 through NVSwitch, 450 GB/s each way',
  allReduceBytesPerSecond: LINK_EFFICIENCY * NVLINK4_BYTES_PER_SECOND,
  allReduceSeconds: NVSWITCH_LATENCIES,
  estimates: `${SCALED_LINK}, all-reduce latency A100’s: none of them measured`,
};

export const GPUS: Readonly<Record<string, Gpu>> = {
  'a100-80gb': {
    ...a100Sxm,
    title: 'NVIDIA A100 80GB SXM',
    estimates: 'all-reduce and idle power are fitted on measurements (Splitwise, Microsoft, ISCA 2024)',
    memoryBytesPerSecond: 2.039e12,
    memoryBytes: 80 * GIB,
  },
  'a100-40gb': {
    ...a100Sxm,
    title: 'NVIDIA A100 40GB SXM',
    estimates: 'all-reduce and idle power are those of the 80 GB version',
    memoryBytesPerSecond: 1.555e12,
    memoryBytes: 40 * GIB,
  },
  'a100-80gb-pcie': {
    ...a100,
    ...PCIE4,
    title: 'NVIDIA A100 80GB PCIe',
    source: 'NVIDIA A100 Tensor Core GPU data sheet, PCIe column, June 2021 (nvidia.com/a100)',
    estimates: `${SCALED_PCIE}; without NVLink bridges`,
    memoryBytesPerSecond: 1.935e12,
    memoryBytes: 80 * GIB,
    wattsMax: 300,
    idleWatts: IDLE_SHARE * 300,
  },
  'h100-sxm': {
    ...hopperSxm,
    title: 'NVIDIA H100 SXM',
    source:
      'NVIDIA H100 Tensor Core GPU data sheet, SXM5 column, 2023 (nvidia.com/h100), halved where it says “with sparsity”',
    memoryBytesPerSecond: 3.35e12,
    memoryBytes: 80 * GIB,
    priceUsd: 30_000,
    priceSource:
      'Raymond James estimate of what customers pay, $25,000 to $30,000, reported by T. Kim (Barron’s), August 2023',
  },
  'h200-sxm': {
    ...hopperSxm,
    title: 'NVIDIA H200 SXM',
    source:
      'NVIDIA H200 Tensor Core GPU data sheet, SXM column, 2024 (nvidia.com/h200), halved where it says “with sparsity”',
    memoryBytesPerSecond: 4.8e12,
    // 141 GB on the data sheet; as far as nvidia-smi shows it (143,771 MiB), which is what counts for the KV cache.
    memoryBytes: 143_771 * 1024 * 1024,
  },
  l40s: {
    ...PCIE4,
    title: 'NVIDIA L40S',
    source: 'NVIDIA L40S data sheet, 2023 (nvidia.com/l40s), without sparsity',
    estimates: SCALED_PCIE,
    flopPerSecond: 362.05e12,
    flopPerSecondOf8Bit: { fp8: 733e12, int8: 733e12 },
    memoryBytesPerSecond: 864e9,
    memoryBytes: 48 * GIB,
    wattsMax: 350,
    idleWatts: IDLE_SHARE * 350,
  },
  a10g: {
    ...PCIE4,
    title: 'NVIDIA A10G',
    source: 'NVIDIA A10G data sheet for AWS G5 instances, 17 February 2022, without sparsity',
    estimates: SCALED_PCIE,
    flopPerSecond: 70e12,
    flopPerSecondOf8Bit: { int8: 140e12 },
    memoryBytesPerSecond: 600e9,
    memoryBytes: 24 * GIB,
    wattsMax: 300,
    idleWatts: IDLE_SHARE * 300,
  },
};

export function gpuOf(name: string): Gpu {
  return lookUp(GPUS, 'GPU', name);
}

/** Undefined where the GPU has no matrix units for that format. */
export function peakFlopPerSecond(gpu: Gpu, compute: ComputeFormat): number | undefined {
  return compute === 'fp16' ? gpu.flopPerSecond : gpu.flopPerSecondOf8Bit[compute];
}
