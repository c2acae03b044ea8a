// What a policy sees, by hand: scrapes of a pool of three replicas in two cells, every 15 s.
import { describe, expect, it } from 'vitest';
import type { ReplicaLife } from '../../src/control/lifecycles.ts';
import { poolScrape } from '../../src/control/scrape.ts';
import { Signals } from '../../src/control/signals.ts';
import type { SignalSpec } from '../../src/control/spec.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { Histogram } from '../../src/kernel/histogram.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';

const SPEC: SignalSpec = { scrapeSeconds: 15, rateWindowSeconds: 30, lagSeconds: 0, outages: [] };

type Counts = Partial<Record<keyof typeof Window, number>>;

function windowOf(counts: Counts): Float64Array {
  const window = new Float64Array(Window.FIELDS);
  for (const [name, count] of Object.entries(counts)) window[FIELDS[name as keyof typeof FIELDS]] = count;
  return window;
}

/** A const enum cannot be asked by name. */
const FIELDS = {
  arrived: Window.arrived,
  finished: Window.finished,
  rejectedQueueFull: Window.rejectedQueueFull,
  rejectedTooLong: Window.rejectedTooLong,
  promptTokens: Window.promptTokens,
  outputTokens: Window.outputTokens,
  decodeSteps: Window.decodeSteps,
  decodeTokens: Window.decodeTokens,
  prefillRows: Window.prefillRows,
  decodeTicks: Window.decodeTicks,
  prefillTicks: Window.prefillTicks,
  edgeDecodeTicks: Window.edgeDecodeTicks,
  running: Window.running,
  waiting: Window.waiting,
  held: Window.held,
  usedBlocks: Window.usedBlocks,
};

const life = (state: ReplicaLife['state'], readyAtSeconds = 0): ReplicaLife => ({
  state,
  orderedAtSeconds: 0,
  loadingAtSeconds: 0,
  readyAtSeconds,
  order: 0,
});

const READY = [life('ready'), life('ready'), life('off')];

/** The first cell has two places; all counts are its. */
function scrape(atSeconds: number, counts: Counts, latencies?: { ttft: number[]; itl: number[] }) {
  const cell = (places: number, own: Counts, numbers: number[]) => ({
    counts: windowOf(own),
    running: Int32Array.from(numbers),
    waiting: Int32Array.from(numbers, (n) => 10 * n),
    usedBlocks: Int32Array.from(numbers, (n) => 25 * n),
    tokensInUse: Float64Array.from(numbers, (n) => 400 * n),
    queuedPrefillTokens: places === 2 ? Float64Array.from(numbers, (n) => 7 * n) : undefined,
  });
  const cells = [cell(2, counts, [1, 2]), cell(1, {}, [3])];
  const histogramOf = (seconds: number[]) => {
    const histogram = new Histogram();
    for (const value of seconds) histogram.add(secondsToTicks(value));
    return [histogram.take()];
  };
  const parts = latencies && { ttft: histogramOf(latencies.ttft), itl: histogramOf(latencies.itl) };
  return poolScrape(cells, { atSeconds, seconds: 15 }, parts);
}

function create(options: Partial<SignalSpec> = {}): Signals {
  return new Signals({ ...SPEC, ...options }, { kvBlocks: 100, joules: (_, seconds) => 500 * seconds });
}

describe('rates', () => {
  it('are means over the window that ends at the newest scrape', () => {
    const signals = create();
    for (const [at, arrived] of [
      [15, 900],
      [30, 60],
      [45, 90],
    ])
      signals.add(scrape(at, { arrived, finished: 30, rejectedQueueFull: 3, rejectedTooLong: 3 }), READY);
    expect(signals.read(50)).toMatchObject({
      scrapedAtSeconds: 45,
      rates: { seconds: 30, arrivedPerSecond: 5, finishedPerSecond: 2, rejectedPerSecond: 0.4 },
    });
    // At the start the window is as long as there is.
    const young = create();
    young.add(scrape(15, { arrived: 30 }), READY);
    expect(young.read(15).rates).toMatchObject({ seconds: 15, arrivedPerSecond: 2 });
  });

  it('of tokens are per request where they say so: prompts prefilled, requests finished', () => {
    const signals = create();
    const counts = { promptTokens: 3000, prefillRows: 15, outputTokens: 1200, finished: 12 };
    signals.add(scrape(15, counts), READY);
    signals.add(scrape(30, { promptTokens: 600, prefillRows: 3 }), READY);
    expect(signals.read(30).rates).toMatchObject({
      promptTokensPerSecond: 120,
      outputTokensPerSecond: 40,
      meanPromptTokens: 200,
      meanOutputTokens: 100,
    });
  });

  it('of use count the replicas that can serve: ready and draining ones', () => {
    const signals = create();
    const lives = [life('ready'), life('draining'), life('loading')];
    const ticks = (seconds: number) => secondsToTicks(seconds);
    const counts = {
      decodeTicks: ticks(10),
      prefillTicks: ticks(4),
      edgeDecodeTicks: ticks(1),
      decodeTokens: 90,
      decodeSteps: 20,
      usedBlocks: 50,
      running: 6,
      waiting: 4,
    };
    signals.add(scrape(15, counts), lives);
    signals.add(scrape(30, { usedBlocks: 60, running: 2 }), READY);
    expect(signals.read(30).rates).toMatchObject({
      dutyCycle: 15 / 60,
      meanBatch: 4.5,
      // 50, then 60 of the 200 blocks of two replicas.
      meanKvUsage: expect.closeTo((0.25 + 0.3) / 2, 12),
      meanRunning: 4,
      meanWaiting: 2,
      // Three were on, then two, at 500 W each; two could serve.
      wattsPerReplica: ((3 + 2) * 500) / (2 + 2),
    });
  });

  it('are null where there is nothing to take a mean of', () => {
    const signals = create();
    signals.add(scrape(15, {}), [life('provisioning'), life('off'), life('off')]);
    expect(signals.read(15).rates).toMatchObject({
      seconds: 15,
      arrivedPerSecond: 0,
      meanPromptTokens: null,
      meanOutputTokens: null,
      dutyCycle: null,
      meanBatch: null,
      wattsPerReplica: null,
      meanKvUsage: 0,
      ttft: null,
      itl: null,
    });
    expect(create().read(15)).toMatchObject({
      scrapedAtSeconds: null,
      outage: false,
      gatewayQueue: 0,
      rates: { seconds: 0, arrivedPerSecond: 0, meanRunning: 0, meanKvUsage: null },
    });
  });

  it('of latency are taken over all requests of the window', () => {
    const signals = create();
    signals.add(scrape(15, {}, { ttft: [50], itl: [] }), READY);
    signals.add(scrape(30, {}, { ttft: [1, 1, 1], itl: [] }), READY);
    signals.add(scrape(45, {}, { ttft: [2], itl: [] }), READY);
    const { ttft, itl } = signals.read(45).rates;
    expect(ttft).toMatchObject({ count: 4, meanSeconds: 1.25 });
    expect(ttft!.p50Seconds! / 1).toBeCloseTo(1, 2);
    expect(ttft!.p99Seconds! / 2).toBeCloseTo(1, 2);
    expect(itl).toEqual({
      count: 0,
      meanSeconds: null,
      p50Seconds: null,
      p90Seconds: null,
      p95Seconds: null,
      p99Seconds: null,
    });
  });
});

describe('replicas', () => {
  it('are shown as they were when they were scraped', () => {
    const signals = create();
    signals.add(scrape(15, { held: 7 }), [life('ready', 3), life('provisioning'), life('loading', 90)]);
    signals.add(scrape(30, {}), READY);
    const reading = signals.read(29);
    expect(reading.scrapedAtSeconds).toBe(15);
    expect(reading.gatewayQueue).toBe(7);
    const common = { orderedAtSeconds: 0 };
    expect(reading.replicas()).toEqual([
      {
        ...common,
        replica: 0,
        state: 'ready',
        readyAtSeconds: 3,
        running: 1,
        waiting: 10,
        kvUsage: 0.25,
        tokensInUse: 400,
        queuedPrefillTokens: 7,
      },
      {
        ...common,
        replica: 2,
        state: 'loading',
        // When it will be ready nobody knows.
        readyAtSeconds: null,
        running: 3,
        waiting: 30,
        kvUsage: 0.75,
        tokensInUse: 1200,
        queuedPrefillTokens: null,
      },
    ]);
  });

  it('use none of a cache without a limit', () => {
    const signals = new Signals(SPEC, { kvBlocks: Infinity, joules: () => 0 });
    signals.add(scrape(15, { usedBlocks: 50 }), READY);
    expect(signals.read(15).replicas()[0].kvUsage).toBe(0);
    expect(signals.read(15).rates.meanKvUsage).toBe(0);
  });
});

describe('the lag', () => {
  it('shows what was scraped so long ago, rates included', () => {
    const signals = create({ lagSeconds: 20 });
    for (const at of [15, 30, 45, 60]) signals.add(scrape(at, { arrived: at }), READY);
    expect(signals.read(60)).toMatchObject({ scrapedAtSeconds: 30, rates: { arrivedPerSecond: 45 / 30 } });
    expect(signals.read(65)).toMatchObject({ scrapedAtSeconds: 45, rates: { arrivedPerSecond: 75 / 30 } });
    expect(create({ lagSeconds: 20 }).read(10).scrapedAtSeconds).toBeNull();
  });

  it('and the window bound what is kept', () => {
    const signals = create({ lagSeconds: 60 });
    for (let at = 15; at <= 3000; at += 15) signals.add(scrape(at, { arrived: at }), READY);
    expect(signals.save().scrapes.length).toBeLessThan(12);
    expect(signals.read(3000)).toMatchObject({
      scrapedAtSeconds: 2940,
      rates: { seconds: 30, arrivedPerSecond: (2940 + 2925) / 30 },
    });
  });
});

describe('an outage', () => {
  it('shows nothing, and afterwards only what was scraped outside of it', () => {
    const signals = create({ outages: [{ fromSeconds: 30, toSeconds: 60 }], rateWindowSeconds: 60 });
    for (const at of [15, 30, 45, 60, 75]) signals.add(scrape(at, { arrived: at }), READY);
    expect(signals.read(29)).toMatchObject({ outage: false, scrapedAtSeconds: 15 });
    const during = signals.read(30);
    expect(during).toMatchObject({ outage: true, scrapedAtSeconds: null, rates: { seconds: 0 } });
    expect(during.replicas()).toEqual([]);
    expect(signals.read(59).outage).toBe(true);
    const after = signals.read(75);
    expect(after).toMatchObject({ outage: false, scrapedAtSeconds: 75 });
    // Of the scrapes after 15 s those of 60 and 75.
    expect(after.rates).toMatchObject({ seconds: 30, arrivedPerSecond: 135 / 30 });
  });
});

describe('saved signals', () => {
  it('are read as before', () => {
    const signals = create();
    for (const at of [15, 30, 45]) signals.add(scrape(at, { arrived: at }, { ttft: [at], itl: [1] }), READY);
    const restored = create();
    restored.restore(structuredClone(signals.save()));
    expect({ ...restored.read(45), replicas: restored.read(45).replicas() }).toEqual({
      ...signals.read(45),
      replicas: signals.read(45).replicas(),
    });
  });
});
