// Servers that hold the GPUs. Power while serving is built up from the GPUs (perf/power.ts); the nameplate is here
// because published estimates use it, and the difference is worth showing.
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
}

export const NODES: Readonly<Record<string, Node>> = {
  'dgx-a100': {
    title: 'NVIDIA DGX A100',
    gpus: 8,
    gpuKeys: ['a100-80gb', 'a100-40gb'],
    // An estimate: eight idle GPUs (504 W) and about 1 kW of host (two EPYC 7742, six NVSwitches, NICs, fans). With
    // every GPU at its limit the node then draws 4.2 kW.
    idleWatts: 1500,
    // NVIDIA DGX A100 data sheet, May 2020.
    nameplateWatts: 6500,
    // NVIDIA's launch list price, May 2020, of the 8×40 GB node; the 80 GB one cost more.
    priceUsd: 199_000,
  },
};

export function nodeOf(name: string): Node {
  return lookUp(NODES, 'node', name);
}
