// GPUs: peaks from the data sheet, all-reduce and idle power fitted to measurements on 8-GPU NVSwitch nodes. Peaks
// are dense 16-bit; what a kernel reaches of them is in perf/step-seconds.ts. Left out: int8 and sparse peaks, PCIe.
// Source: NVIDIA A100 Tensor Core GPU data sheet, SXM column, June 2021 (nvidia.com/a100).
import { lookUp } from './lookup.ts';

export interface Gpu {
  title: string;
  flopPerSecond: number;
  memoryBytesPerSecond: number;
  memoryBytes: number;
  wattsMax: number;
  /** With a CUDA context and weights loaded. */
  idleWatts: number;
  allReduceBytesPerSecond: number;
  /** Of one all-reduce over 1, 2, 4 or 8 GPUs, beside its bytes; no other degrees are supported. */
  allReduceSeconds: Readonly<Record<number, number>>;
}

const GIB = 1024 * 1024 * 1024;

const a100 = {
  flopPerSecond: 312e12,
  wattsMax: 400,
  // The power without traffic in a law fitted on Splitwise's decode power (Microsoft, ISCA 2024):
  // 63/400 + 0.796·MBU^0.636 of the limit.
  idleWatts: 63,
  // NCCL reaches 160–200 GB/s of the NVLink's 300 GB/s each way; this and the latencies belong to the same fit as the
  // efficiencies in perf/step-seconds.ts.
  allReduceBytesPerSecond: 180e9,
  allReduceSeconds: { 1: 0, 2: 15e-6, 4: 20e-6, 8: 28e-6 },
};

export const GPUS: Readonly<Record<string, Gpu>> = {
  'a100-80gb': {
    ...a100,
    title: 'NVIDIA A100 80GB SXM',
    memoryBytesPerSecond: 2.039e12,
    memoryBytes: 80 * GIB,
  },
  'a100-40gb': {
    ...a100,
    title: 'NVIDIA A100 40GB SXM',
    memoryBytesPerSecond: 1.555e12,
    memoryBytes: 40 * GIB,
  },
};

export function gpuOf(name: string): Gpu {
  return lookUp(GPUS, 'GPU', name);
}
