// Runs of a fleet in two pools, one owned and one rented and scaled, for a bit more than an hour, with economics of
// every kind, so that every part of the ledger is there; and their files.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { resultFiles } from '../../src/report/result-files.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { preloadAll } from '../../src/scenario/load/preload.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';

export const TWO_POOLS = `
name: two-pools
start: 2024-05-14T15:40:00
timeZone: Europe/Berlin
duration: 1h20m
workload: { arrivals: { kind: constant, requestsPerSecond: 1.5 } }
fleet:
  pools:
    - { name: bought, model: llama2-7b, tp: 1, replicas: 9, share: 0.5 }
    - name: hired
      model: llama2-7b
      tp: 8
      replicas: 4
      share: 0.5
      ownership: rented
      autoscaling:
        policy: threshold
        parameters: { metric: running, above: 3, below: 2, up: 1, interval: 60s, upCooldown: 60s, downCooldown: 120s }
        min: 1
        initial: 2
`;

/** Overrides by name. */
export const PRICES: Record<string, string[]> = {
  'its own prices': [],
  'a region': ['economics.region=gansu'],
  'a price by the clock': [
    'economics.electricity={kind: time-of-use, price: 0.2, periods: [{fromHour: 16, toHour: 17, price: -0.05}]}',
  ],
  'a clock of another zone': [
    'economics.electricity={kind: time-of-use, timeZone: Asia/Kolkata, price: 0.1, periods: [{fromHour: 20, toHour: 21, price: 0.3}]}',
  ],
  'an annuity with everything on top': [
    'economics.capital={method: annuity, interest: 8%, network: 0.1, rack: 0.02, facility: 0.3}',
    'economics.salvage=20000',
  ],
  'a declining balance whose year ends in the run': [
    'economics.capital={method: declining-balance, age: 1.9999y}',
  ],
  'nodes whose life ends in the run': ['economics.capital.age=4.9999y'],
  'reserved nodes': ['economics.rent={price: 3, reserved: {nodes: 2, price: 1.5}}'],
  'spot prices for a share of the nodes': ['economics.rent={price: 3, spot: {share: 0.5, discount: 60%}}'],
  'all that recurs, and a demand charge': [
    'economics.maintenance=0.05',
    'economics.storage={terabytes: 40, price: 23}',
    'economics.transfer={price: 0.09}',
    'economics.staff=50000',
    'economics.licences=1000',
    'economics.demandCharge=14',
  ],
  'a PUE that follows the load': [
    'economics.pue={curve: [{load: 0, pue: 1.6}, {load: 0.5, pue: 1.25}, {load: 1, pue: 1.1}], fullLoad: 40kW}',
  ],
  'carbon by contract': ['economics.carbon={intensity: 363, contractedShare: 40%, embodied: 3.7t}'],
};

export interface SimulatedRun {
  loaded: LoadedScenario;
  result: RunResult;
}

export async function simulated(folder: string, overrides: readonly string[]): Promise<SimulatedRun> {
  const file = path.join(folder, 'two-pools.yaml');
  writeFileSync(file, TWO_POOLS);
  await preloadAll();
  const loaded = loadScenario(file, overrides);
  const result = await new Run(loaded, { threads: 0, outDir: '', version: 'test' }).execute();
  return { loaded, result };
}

/** As the program would have written it. */
export function save(dir: string, { loaded, result }: SimulatedRun): void {
  for (const [name, contents] of Object.entries(resultFiles(result, loaded))) {
    writeFileSync(path.join(dir, name), contents as string);
  }
}
