// A small fleet that scales all the time, and variants of it; every run of it takes a second or less.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Scrapes, decisions and windows of a minute meet every fifteen minutes only. */
export const SCALING = `
duration: 14m
start: 2024-05-14T14:30:00
workload: { arrivals: { kind: diurnal, requestsPerDay: 900k } }
slo: { ttft: 2s, tpot: 200ms }
fleet:
  pools:
    - model: llama2-7b
      tp: 1
      replicas: 20
      cells: 3
      autoscaling:
        policy: threshold
        parameters: { metric: running, above: 14, below: 8, up: 2, interval: 20s, upCooldown: 20s, downCooldown: 40s }
        min: 3
        initial: 4
        signals: { scrape: 25s, rateWindow: 50s, lag: 5s }
        coldStart: { provision: { mean: 40s, sd: 10s }, load: { mean: 20s, sd: 5s }, reload: { mean: 8s, sd: 2s } }
        drain: { grace: 2s, killed: retry }
        emptyNode: 60s
`;

const pool = 'fleet.pools[0]';

export const SCALING_VARIANTS: Record<string, string[]> = {
  'with a fleet that scales': [],
  'with latencies that are scraped across windows': [
    `${pool}.autoscaling.parameters={metric: ttft-p95, above: 0.22, below: 0.17, up: 2, interval: 20s, upCooldown: 20s, downCooldown: 40s}`,
    `${pool}.autoscaling.drain.killed=lose`,
    'output.window=37s',
  ],
  'with a fleet that is off now and then': [
    `${pool}.cells=1`,
    `${pool}.autoscaling.min=0`,
    `${pool}.autoscaling.initial=0`,
    `${pool}.autoscaling.parameters.metric=arrived-per-second`,
    `${pool}.autoscaling.parameters.below=7`,
    `${pool}.queueLimit=30`,
    'routing=least-outstanding',
  ],
  'with one pool that scales and one that does not': [
    'fleet.pools=[{name: one, model: llama2-7b, tp: 1, replicas: 3, cells: 2}, {name: two, model: llama2-7b, tp: 1, ' +
      'replicas: 12, cells: 2, batching: {policy: dynamic, batchSize: 64, maxDelay: 1s}, autoscaling: {policy: hpa, ' +
      'parameters: {downscaleStabilization: 60s}, min: 2, initial: 3, coldStart: {preset: existing-node, noCapacity: 0.5}, drain: {grace: 0}}}]',
    'routing=round-robin',
    'workload.arrivals.requestsPerDay=500k',
  ],
  'with spot nodes in a pool of constant size': [
    'fleet.pools=[{model: llama2-7b, tp: 4, replicas: 11, cells: 3, ownership: rented, spot: {share: 0.5, ' +
      'reclaimsPerHour: 20, notice: 3s, coldStart: {provision: {mean: 20s, sd: 5s}, load: {mean: 10s, sd: 2s}, ' +
      'noCapacity: 0.3, retry: 10s}}}]',
    'economics.rent.spot.discount=60%',
  ],
  'with spot nodes that a policy replaces': [
    `${pool}.tp=4`,
    `${pool}.ownership=rented`,
    `${pool}.spot={share: 60%, reclaimsPerHour: 30, notice: 1s}`,
    `${pool}.autoscaling.drain.killed=lose`,
    'economics.rent.spot.discount=60%',
  ],
};

export function writeScaling(folder: string): string {
  const file = path.join(folder, 'scaling.yaml');
  writeFileSync(file, SCALING);
  return file;
}
