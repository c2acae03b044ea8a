// The results of a few short runs, to the byte. These hashes say that something changed, not that it is wrong: where a
// change is meant (another model, another order of draws) put the new ones in, which the failing test prints, and say
// in the commit what changed the results.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resultFiles } from '../../src/report/result-files.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-golden-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Golden {
  scenario: string;
  overrides: string[];
  threads: number[];
  /** Beginnings of the SHA-256, by file. */
  hashes: Record<string, string>;
}

const GOLDENS: Record<string, Golden> = {
  'a rush hour of small-chat in three cells': {
    scenario: 'small-chat',
    overrides: ['start=2024-05-14T14:58:20', 'duration=5m', 'fleet.pools[0].cells=3'],
    threads: [0, 1, 2, 7],
    hashes: {
      'windows.csv': '2409bde1edd8d86a',
      'hourly.csv': '050679a797279431',
      'ledger.csv': 'ccf3a27c12afd189',
      'energy.csv': '4e6268d472719318',
      'latencies.csv': '1ff19ade6d07b108',
      'summary.json': '3fe5b264c5e4066c',
    },
  },
  'an afternoon of chatgpt-2023 with too few nodes, which preempt': {
    scenario: 'chatgpt-2023',
    overrides: [
      'start=2023-01-30T14:00:00',
      'duration=10m',
      'workload.arrivals.requestsPerDay=5M',
      'fleet.pools[0].replicas=27',
      'fleet.pools[0].cells=4',
    ],
    threads: [0, 2],
    hashes: {
      'windows.csv': '5c94629d1ee91e8b',
      'hourly.csv': 'e7191b5e521c6c95',
      'ledger.csv': '541f4fd5b0a2ff78',
      'energy.csv': 'b8ee97a9d58226b4',
      'latencies.csv': '5d262568d6e87386',
      'summary.json': '69141d19e3ad5cf0',
    },
  },
  'ten minutes of broker-2023, which turns requests away': {
    scenario: 'broker-2023',
    overrides: [
      'start=2023-01-30T14:00:00',
      'duration=10m',
      'workload.arrivals.requestsPerDay=2.5M',
      'fleet.pools[0].replicas=304',
    ],
    threads: [0, 2],
    hashes: {
      'windows.csv': '9710e7083a706ff8',
      'hourly.csv': '89ef1277df1d991d',
      'ledger.csv': 'fcfe5e160fa82820',
      'energy.csv': 'b2b66327819b7e9a',
      'latencies.csv': '3fc28651e66afc1b',
      'summary.json': '928486ca3d789298',
    },
  },
  'a looped trace that is cut at its end': {
    scenario: 'azure-conversation',
    overrides: [
      `workload.trace.path=${traceFile()}`,
      'workload.trace.loop=true',
      'workload.trace.rate=2x',
      'duration=10m',
      'output.drain=cut',
      'fleet.pools[0].cells=2',
    ],
    threads: [0, 2],
    hashes: {
      'windows.csv': 'a37fef468c464515',
      'hourly.csv': '2206f8218ff6b908',
      'ledger.csv': '15d7a16889b65010',
      'energy.csv': 'cf749a497033dae5',
      'latencies.csv': 'e7a554ab4140fe0c',
      'summary.json': 'b2e2a9739c5e542d',
    },
  },
  'a rush hour of small-chat with a fleet that scales': {
    scenario: 'small-chat',
    overrides: [
      'start=2024-05-14T14:58:20',
      'duration=10m',
      'fleet.pools[0].cells=2',
      'fleet.pools[0].autoscaling={ policy: threshold, parameters: { metric: running, above: 30, below: 24, up: 3, ' +
        'interval: 20s, upCooldown: 40s, downCooldown: 40s }, min: 2, initial: 40, emptyNode: 60s, drain: { grace: 5s }, ' +
        'signals: { scrape: 15s, lag: 5s }, coldStart: { provision: { mean: 60s, sd: 12s }, load: 30s, reload: 10s } }',
    ],
    threads: [0, 2],
    hashes: {
      'windows.csv': 'c9b298416d7c8af4',
      'hourly.csv': 'e957994bf15caa0c',
      'ledger.csv': '9fdd1492ebac3653',
      'energy.csv': '3c02f30f805a24e6',
      'latencies.csv': '00a6454e9094a59e',
      'scaling.csv': 'a995cc798c625999',
      'summary.json': 'b7f75fcb2c864289',
    },
  },
  'random service times in padded batches': {
    scenario: 'broker-2023',
    overrides: [
      'duration=10m',
      'workload.arrivals.requestsPerDay=5M',
      'fleet.pools[0].performance.distribution=exponential',
      'fleet.pools[0].batching={ policy: dynamic, batchSize: 4, maxDelay: 1s }',
      'fleet.pools[0].queueLimit=20',
      'fleet.pools[0].replicas=200',
      'fleet.pools[0].cells=5',
      'routing=random',
    ],
    threads: [0, 2],
    hashes: {
      'windows.csv': 'a19c208560ee70dc',
      'hourly.csv': '05da432d29ca8c50',
      'ledger.csv': '4ba20bfb6a38ebf6',
      'energy.csv': '949329df3b08ad3e',
      'latencies.csv': 'a42342d1718ccb98',
      'summary.json': 'bc3dd9b214e4f6cd',
    },
  },
};

describe('the results are, to the byte, those of before:', () => {
  for (const [name, { scenario, overrides, threads, hashes }] of Object.entries(GOLDENS)) {
    it(name, async () => {
      for (const count of threads) {
        const found = await hashesOf(`scenarios/${scenario}.yaml`, overrides, count);
        expect(found, `${count} threads; if the change is meant: ${JSON.stringify(found)}`).toEqual(hashes);
      }
    });
  }
});

async function hashesOf(file: string, overrides: string[], threads: number): Promise<Record<string, string>> {
  // Without what changes with the version of the program or the place of the trace.
  const loaded = { ...loadScenario(file, overrides), hash: '' };
  const result = await new Run(loaded, { threads, outDir: '', version: '' }).execute();
  const { 'scenario.resolved.yaml': _, ...files } = resultFiles(result, loaded);
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, hashOf(text as string)]));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Three minutes, five requests a second in uneven steps. */
function traceFile(): string {
  const file = path.join(folder, 'trace.csv');
  const rows = Array.from({ length: 900 }, (_, i) => {
    const at = new Date(Date.UTC(2023, 10, 16, 18) + 200 * i + ((i * 7919) % 200)).toISOString().slice(0, -1);
    return `${at},${1 + ((i * 104_729) % 3000)},${1 + ((i * 7919) % 600)}`;
  });
  writeFileSync(file, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows].join('\n'));
  return file;
}
