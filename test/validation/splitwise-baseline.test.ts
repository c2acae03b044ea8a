// The A100 baseline of Splitwise (Patel et al., ISCA 2024, arXiv 2311.18677 v2), by its scenario file. Published in
// numbers are the medians on one machine (Table IV) and, for the cluster of 70, requests per second and dollar at full
// load (6.5). The latencies of the cluster are published as curves only (Fig. 16), so that ours stand alone there.
import { describe, expect, it } from 'vitest';
import { expectDocumented } from './documented.ts';
import { runFile, steadyState } from './scenario-run.ts';

const FILE = 'scenarios/splitwise-baseline.yaml';
const POOL = 'fleet.pools[0]';

/** Table IV, column A100: P50 without batching, Llama-2-70B on 8 × A100. */
const TABLE_IV = [
  { service: 'coding', ttftSeconds: 0.185, tbtSeconds: 0.052, e2eSeconds: 0.856, wattHours: 1.37 },
  { service: 'conversation', ttftSeconds: 0.155, tbtSeconds: 0.04, e2eSeconds: 4.957, wattHours: 7.9 },
];

describe('one machine without batching', () => {
  it.each(TABLE_IV)('has the medians of Table IV for the $service service', async (published) => {
    const { service, ttftSeconds, tbtSeconds, e2eSeconds, wattHours } = published;
    const { total, windows } = await runFile(FILE, [
      `${POOL}.model=llama2-70b`,
      `${POOL}.batching=none`,
      'workload.arrivals.requestsPerSecond=2',
      `workload.promptTokens.points=azure-${service}-prompt`,
      `workload.outputTokens.points=azure-${service}-output`,
      'duration=1h',
    ]);
    const day = [...windows].filter((window) => window.phase === 'day');
    const sum = (value: (window: (typeof day)[number]) => number) =>
      day.reduce((s, window) => s + value(window), 0);
    const busySeconds = sum((w) => w.dutyCycle * w.replicasReady * (w.endSeconds - w.startSeconds));
    const busyWatts = sum((w) => w.itJoules - w.idleJoules) / busySeconds;
    const ours = [
      total.ttft.p50Seconds * 1000,
      total.tpot.p50Seconds * 1000,
      total.e2e.p50Seconds * 1000,
      (busyWatts * total.e2e.p50Seconds) / 3600,
    ];
    const theirs = [ttftSeconds * 1000, tbtSeconds * 1000, e2eSeconds * 1000, wattHours];
    const quantities = ['TTFT', 'TBT', 'E2E', 'energy'];
    for (const [i, what] of quantities.entries()) {
      expectDocumented(`Table IV ${service}, ${what}`, [theirs[i], ours[i]]);
    }
    expect(Math.abs(ours[0] / theirs[0] - 1)).toBeLessThan(0.3);
    expect(Math.abs(ours[1] / theirs[1] - 1)).toBeLessThan(0.2);
    expect(Math.abs(ours[2] / theirs[2] - 1)).toBeLessThan(0.3);
    // Their energy is the machine's provisioned 5.75 kW times the median E2E; ours is what it draws.
    expect(Math.abs((wattHours * 3600) / e2eSeconds / 5750 - 1)).toBeLessThan(0.01);
    expect(ours[3] / theirs[3]).toBeGreaterThan(0.3);
    expect(ours[3] / theirs[3]).toBeLessThan(0.6);
  });
});

describe('the cluster of 70', () => {
  it('serves 70 requests a second within its limits', async () => {
    const { total, drainSeconds } = await runFile(FILE, []);
    expect(total.finished).toBe(total.arrived);
    expect(drainSeconds).toBeLessThan(180);
    const lone = await runFile(FILE, ['workload.arrivals.requestsPerSecond=1', 'duration=1h']);
    for (const name of ['ttft', 'tpot', 'e2e'] as const) {
      const what = { ttft: 'TTFT', tpot: 'TBT', e2e: 'E2E' }[name];
      const ms = [total, lone.total].flatMap((run) =>
        [run[name].p50Seconds, run[name].p90Seconds, run[name].p99Seconds].map((s) => 1000 * s),
      );
      expectDocumented(`cluster, ${what}`, ms);
      for (const rank of [0, 1, 2]) expect(ms[rank]).toBeGreaterThan(ms[rank + 3]);
    }
  });

  it('at full load makes three quarters of the published requests a second', async () => {
    // 0.89 requests a second per dollar, with the $2.21 per machine of its plotting code (notebooks/plots.ipynb in
    // github.com/Mutinifni/splitwise-sim): an A100's hourly price.
    const published = 0.89 * 2.21;
    const saturated = await steadyState({
      model: 'bloom-176b',
      stack: 'vllm-0.2',
      tp: 8,
      batching: '{ policy: continuous, maxBatchedTokens: 2048, maxSequences: 256 }',
      requestsPerSecondEach: 4,
      promptTokens: '{ kind: quantiles, points: azure-conversation-prompt }',
      outputTokens: '{ kind: quantiles, points: azure-conversation-output }',
    });
    expectDocumented('full load, requests per second and machine', [published, saturated.requestsPerSecond]);
    expect(saturated.requestsPerSecond / published).toBeGreaterThan(0.6);
    expect(saturated.requestsPerSecond / published).toBeLessThan(0.9);
  });

  it('would make them if a decode step took the same time whatever the batch', () => {
    // As in the paper's simulator: an iteration with a prompt takes 1.1 × the prompt's time, one without the same 48 ms
    // for any number of sequences. A request costs its prompt and its share of 211 decode steps, one of them in the
    // prompt's iteration; 288 GB beside the weights hold 52 requests of 1,155 + 211 tokens.
    const sequences = Math.floor((640e9 - 352.5e9) / 4_014_080 / (1155 + 211));
    const promptSeconds = 1.1 * (0.2892 + ((0.5404 - 0.2892) * (1155 - 1024)) / 1024);
    const secondsPerRequest = promptSeconds + (0.048 * (211 - sequences)) / sequences;
    expect(sequences).toBe(52);
    expect(Math.abs(1 / secondsPerRequest / (0.89 * 2.21) - 1)).toBeLessThan(0.1);
  });
});
