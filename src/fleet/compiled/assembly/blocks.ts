// KV blocks in closed form, as in fleet/engine.ts.
import { BLOCK_TOKENS } from '../../requests/request-entry.ts';
import { At } from '../layout.ts';
import { residueAt, stepOf } from './memory.ts';

export function blocksOf(tokens: i32): i32 {
  return (tokens + (BLOCK_TOKENS - 1)) >>> 4;
}

function decodeBlocks(replica: i32, more: i32): f64 {
  const d = replica << 3;
  const phase = stepOf(d) + more;
  let tokens = load<f64>(d, At.CONTEXT) + <f64>more * <f64>load<i32>(replica << 2, At.DECODES);
  for (let residue = 0; residue < 16; residue++)
    tokens += <f64>load<i32>(residueAt(replica, residue), At.RESIDUES) * <f64>(-(residue + phase) & 15);
  return tokens / BLOCK_TOKENS;
}

export function freeBlocks(replica: i32): f64 {
  return (
    <f64>(load<i32>(At.TOTAL_BLOCKS) - load<i32>(replica << 2, At.PREFILL_BLOCKS)) - decodeBlocks(replica, 1)
  );
}

export function freeBlocksAtLeast(replica: i32): f64 {
  const w = replica << 2;
  const decodeBlocksAtMost =
    floor(load<f64>(replica << 3, At.CONTEXT) / BLOCK_TOKENS) + <f64>load<i32>(w, At.DECODES);
  return <f64>(load<i32>(At.TOTAL_BLOCKS) - load<i32>(w, At.PREFILL_BLOCKS)) - decodeBlocksAtMost;
}

export function hasBlocks(replica: i32, blocks: i32): bool {
  return <f64>blocks <= freeBlocksAtLeast(replica) || <f64>blocks <= freeBlocks(replica);
}

export function stepsUntilKvIsFull(replica: i32, n: i32): i32 {
  const w = replica << 2;
  const batch = load<i32>(w, At.DECODES);
  const available = load<i32>(At.TOTAL_BLOCKS) - load<i32>(w, At.PREFILL_BLOCKS);
  const context = load<f64>(replica << 3, At.CONTEXT);
  if ((context + <f64>n * <f64>batch) / BLOCK_TOKENS + <f64>batch <= <f64>available) return n;
  const free = <f64>available - decodeBlocks(replica, 0);
  const phase = stepOf(replica << 3);
  const cycles = floor(free / <f64>batch);
  let left = free - cycles * <f64>batch;
  for (let j = 0; j < 16; j++) {
    left -= <f64>load<i32>(residueAt(replica, -(phase + j)), At.RESIDUES);
    if (left < 0) return <i32>min(<f64>n, cycles * 16 + <f64>j);
  }
  return n;
}
