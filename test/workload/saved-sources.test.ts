// Every arrival source goes on after save and restore, and after its origin moved, as if nothing had happened.
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CURVES } from '../../src/catalog/curves.ts';
import { TICKS_PER_SECOND, secondsToTicks } from '../../src/kernel/ticks.ts';
import { createArrivalSource } from '../../src/workload/create.ts';
import type { ArrivalSource, ArrivalsSpec, TokensSpec, WorkloadSpec } from '../../src/workload/spec.ts';
import { collectArrivals, emptyBatch, type Arrivals } from '../support/collect-arrivals.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-saved-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;

/** A thousand rows, several to the second, some at once, on lines of different lengths: more than is read at once. */
function traceFile(): string {
  const file = path.join(folder, 'trace.csv');
  const rows = Array.from({ length: 1000 }, (_, i) => {
    const second = Math.floor(i / 7);
    const time = `00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
    return `2024-02-29 ${time}.${i % 7 > 3 ? '5' : '25'},${1 + ((i * 37) % 3000)},${1 + ((i * 11) % 400)},${'x'.repeat((i * 13) % 200)}`;
  });
  writeFileSync(file, ['TIMESTAMP,ContextTokens,GeneratedTokens,note', ...rows].join('\n'));
  return file;
}

const trace = traceFile();
const independent: TokensSpec = {
  kind: 'independent',
  prompt: { kind: 'lognormal', mean: 500, sigma: 0.8 },
  output: { kind: 'geometric', mean: 100 },
};
const constant = (requestsPerSecond: number): ArrivalsSpec => ({ kind: 'constant', requestsPerSecond });
const weekday: ArrivalsSpec = {
  kind: 'diurnal',
  requestsPerSecondMean: 3,
  curve: CURVES['azure-conversation-weekday'].hours,
  interpolation: 'linear',
  timeZone: 'Asia/Kathmandu',
};

/** Each with some thousand requests. */
const WORKLOADS: Record<string, { spec: WorkloadSpec; durationSeconds: number }> = {
  'a constant rate': {
    spec: { kind: 'synthetic', arrivals: constant(20), tokens: independent },
    durationSeconds: 200,
  },
  'a daily curve': {
    spec: { kind: 'synthetic', arrivals: weekday, tokens: independent },
    durationSeconds: HOUR,
  },
  'lengths of a trace': {
    spec: { kind: 'synthetic', arrivals: constant(20), tokens: { kind: 'resample', path: trace } },
    durationSeconds: 200,
  },
  'a trace': {
    spec: { kind: 'trace', trace: { path: trace, rate: 1, loop: false } },
    durationSeconds: HOUR,
  },
  'a looped trace': {
    spec: { kind: 'trace', trace: { path: trace, rate: 2.5, loop: true } },
    durationSeconds: 250.5,
  },
};

const SHARE = { cell: 1, share: 0.6, shareStart: 0.25 };

function open(name: string): ArrivalSource {
  return createArrivalSource({
    ...WORKLOADS[name],
    share: SHARE,
    seed: 5,
    startEpochMs: Date.UTC(2024, 4, 14, 3, 11, 7, 123),
  });
}

interface Cut {
  /** Fetched before the cut: up to this time, in batches of that size. */
  atSeconds: number;
  capacity: number;
  restores: boolean;
  rebaseTicks: number;
}

const cuts: fc.Arbitrary<Cut[]> = fc.array(
  fc.record({
    atSeconds: fc.double({ min: 0, max: 300, noNaN: true }),
    capacity: fc.integer({ min: 1, max: 3000 }),
    restores: fc.boolean(),
    rebaseTicks: fc.oneof(
      fc.constant(0),
      fc.nat(300).map(secondsToTicks),
      fc.nat(2 ** 30),
      fc.constant(secondsToTicks(4 * 24 * HOUR)),
    ),
  }),
  { maxLength: 6 },
);

/** All requests from the run's start, though the source was put away and its origin moved on the way. */
function collectWithCuts(name: string, cuts: Cut[]): Arrivals {
  let source = open(name);
  let originTicks = 0;
  const all: Arrivals = { atTicks: [], promptTokens: [], outputTokens: [] };
  const fetch = (capacity: number, untilTicks: number) => {
    const part = collectArrivals(source, capacity, [untilTicks - originTicks]);
    all.atTicks.push(...part.atTicks.map((ticks) => ticks + originTicks));
    all.promptTokens.push(...part.promptTokens);
    all.outputTokens.push(...part.outputTokens);
  };
  for (const cut of cuts.toSorted((a, b) => a.atSeconds - b.atSeconds)) {
    fetch(cut.capacity, cut.atSeconds * TICKS_PER_SECOND);
    if (cut.restores) {
      const state = structuredClone(source.save());
      // What happens to the source after that is nobody's concern.
      source.fill(emptyBatch(100), Infinity);
      source = open(name);
      source.restore(state);
    }
    source.rebase(cut.rebaseTicks);
    originTicks += cut.rebaseTicks;
  }
  fetch(1024, Infinity);
  return all;
}

describe.each(Object.keys(WORKLOADS))('requests of %s', (name) => {
  it('are the same, bit for bit, wherever the source is saved, restored and rebased', () => {
    const whole = collectArrivals(open(name));
    expect(whole.atTicks.length).toBeGreaterThan(500);
    fc.assert(
      fc.property(cuts, (cuts) => {
        expect(collectWithCuts(name, cuts)).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('go on between two batches of the same window', () => {
    const source = open(name);
    const batch = emptyBatch(100);
    source.fill(batch, Infinity);
    const twin = open(name);
    twin.restore(structuredClone(source.save()));
    expect(collectArrivals(twin)).toEqual(collectArrivals(source));
  });

  it('end for a restored source where they ended before', () => {
    const source = open(name);
    collectArrivals(source);
    const twin = open(name);
    twin.restore(structuredClone(source.save()));
    expect(collectArrivals(twin).atTicks).toEqual([]);
  });

  it('are refused the state of something else', () => {
    const others = Object.keys(WORKLOADS).filter((other) => stateKind(other) !== stateKind(name));
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      expect(() => open(name).restore(open(other).save())).toThrow(/^cannot restore a .+ from the state of /);
    }
    for (const nonsense of [undefined, null, 7, {}]) {
      expect(() => open(name).restore(nonsense)).toThrow(/^cannot restore a .+ from the state of /);
    }
  });
});

function stateKind(name: string): string {
  const { spec } = WORKLOADS[name];
  return spec.kind === 'trace' ? 'trace' : spec.tokens.kind;
}

describe('a saved state', () => {
  it('is small', () => {
    for (const name of Object.keys(WORKLOADS)) {
      const source = open(name);
      source.fill(emptyBatch(300), Infinity);
      expect(JSON.stringify(source.save()).length).toBeLessThan(700);
    }
  });
});

describe('a year of requests', () => {
  const year = (arrivals: ArrivalsSpec) =>
    createArrivalSource({
      spec: { kind: 'synthetic', arrivals, tokens: independent },
      share: { cell: 0, share: 1, shareStart: 0 },
      seed: 1,
      startEpochMs: Date.UTC(2024, 0, 1, 0, 0, 0, 1),
      durationSeconds: YEAR,
    });

  it.each<ArrivalsSpec>([constant(0.002), { ...weekday, requestsPerSecondMean: 0.002 }])(
    'is exact to the tick when the origin moves along, whenever it does ($kind)',
    (arrivals) => {
      const collect = (everyDays: number) => {
        const source = year(arrivals);
        const stamps: bigint[] = [];
        let originSeconds = 0;
        for (let day = 1; day <= 366; day++) {
          const untilTicks = secondsToTicks(day * 24 * HOUR - originSeconds);
          for (const ticks of collectArrivals(source, 500, [untilTicks]).atTicks) {
            stamps.push(BigInt(ticks) + (BigInt(originSeconds) << 32n));
          }
          if (day % everyDays === 0) {
            source.rebase(secondsToTicks(day * 24 * HOUR - originSeconds));
            originSeconds = day * 24 * HOUR;
          }
        }
        return stamps;
      };
      const daily = collect(1);
      expect(collect(7)).toEqual(daily);
      expect(collect(20)).toEqual(daily);
      expect(daily.length).toBeGreaterThan(60_000);
      expect(daily.every((at, i) => i === 0 || at >= daily[i - 1])).toBe(true);
      // Not on a coarser grid at the end of the year than at its beginning: odd stamps are as frequent as even ones.
      const odd = daily.slice(-10_000).filter((at) => at % 2n === 1n).length;
      expect(Math.abs(odd - 5000)).toBeLessThan(250);
    },
  );
});
