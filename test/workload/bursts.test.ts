// Bursts add requests and take none: what would have come comes as it would have.
import { expect, test } from 'vitest';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import type { Burst } from '../../src/workload/bursts.ts';
import { createArrivalSource, createBurstableSource } from '../../src/workload/create.ts';
import type { ArrivalBatch, ArrivalSource, WorkloadSpec } from '../../src/workload/spec.ts';

const spec: WorkloadSpec = {
  kind: 'synthetic',
  arrivals: { kind: 'constant', requestsPerSecond: 20 },
  tokens: {
    kind: 'independent',
    prompt: { kind: 'geometric', mean: 300 },
    output: { kind: 'geometric', mean: 100 },
  },
};
const options = {
  spec,
  share: { cell: 3, share: 0.5, shareStart: 0.25 },
  seed: 7,
  startEpochMs: Date.UTC(2024, 4, 14),
  durationSeconds: 4000,
};

type Requests = [at: number, prompt: number, output: number][];

const emptyBatch = (): ArrivalBatch => ({
  count: 0,
  atTicks: new Float64Array(7),
  promptTokens: new Int32Array(7),
  outputTokens: new Int32Array(7),
});

/** In stretches of that length, batches of few. */
function take(source: ArrivalSource, fromSeconds: number, toSeconds: number, stretch = 50): Requests {
  const found: Requests = [];
  const batch = emptyBatch();
  for (let until = fromSeconds; until < toSeconds;) {
    until = Math.min(until + stretch, toSeconds);
    do {
      source.fill(batch, secondsToTicks(until));
      for (let i = 0; i < batch.count; i++)
        found.push([ticksToSeconds(batch.atTicks[i]), batch.promptTokens[i], batch.outputTokens[i]]);
    } while (batch.count > 0);
  }
  return found;
}

const BURSTS: Burst[] = [
  { number: 0, fromSeconds: 1000, toSeconds: 3000, factor: 3 },
  { number: 1, fromSeconds: 2000, toSeconds: 9000, factor: 2 },
];

function burst(stretch?: number): Requests {
  const source = createBurstableSource(options);
  const first = take(source, 0, 1000, stretch);
  source.add(BURSTS[0]);
  const second = take(source, 1000, 2000, stretch);
  source.add(BURSTS[1]);
  return [...first, ...second, ...take(source, 2000, 4000, stretch)];
}

test('what would have come comes as ever, in order, with what the bursts add', () => {
  const before = take(createArrivalSource(options), 0, 4000);
  const after = burst();
  const keys = new Set(after.map(String));
  for (const request of before) expect(keys.has(String(request))).toBe(true);
  expect(after.map(([at]) => at)).toEqual(after.map(([at]) => at).toSorted((a, b) => a - b));
  const added = after.length - before.length;
  // Ten a second are this cell's: twice that from 1000 s, five times from 2000 s, once from 3000 s.
  const expected = 10 * (2 * 1000 + 5 * 1000 + 1 * 1000);
  expect(Math.abs(added - expected)).toBeLessThan(4 * Math.sqrt(expected));
  const within = (from: number, to: number) => after.filter(([at]) => at >= from && at < to).length;
  expect(within(0, 1000)).toBe(before.filter(([at]) => at < 1000).length);
  expect(Math.abs(within(2000, 3000) - 60_000)).toBeLessThan(4 * Math.sqrt(60_000));
});

test('how often one looks changes nothing', () => {
  expect(burst(3)).toEqual(burst(777));
});

test('a source goes on in the middle of two bursts where it was saved, and when the origin moves', () => {
  const whole = burst();
  const source = createBurstableSource(options);
  take(source, 0, 1000);
  source.add(BURSTS[0]);
  take(source, 1000, 2000);
  source.add(BURSTS[1]);
  take(source, 2000, 2500);
  const next = createBurstableSource(options);
  next.restore(structuredClone(source.save()));
  next.rebase(secondsToTicks(1024));
  const rest = take(next, 2500 - 1024, 4000 - 1024).map(([at, ...lengths]) => [at + 1024, ...lengths]);
  expect(rest).toEqual(whole.filter(([at]) => at >= 2500));
});
