// Which points are simulated in a fresh thread each, and not in the one that has simulated others. A fresh thread compiles
// the kernel for its only engine, with the arrays' addresses written in; one that has made other engines takes up to half
// as long again per request. Starting it costs some 0.15 s. Measured on Node 20 (2026-11): even at 0.6 million requests,
// a quarter less CPU at 3 million.
import type { Scenario } from '../../scenario/scenario.ts';
import { expectedRequests } from '../../workload/create.ts';

const REQUESTS_LARGE = 1_000_000;

/** Of a trace it is not known. */
export function isLarge({ workload, startEpochMs, durationSeconds }: Scenario): boolean {
  return (expectedRequests({ spec: workload, startEpochMs, durationSeconds }) ?? 0) >= REQUESTS_LARGE;
}
