// From scrapes to what a policy sees: the newest scrape that the lag lets through, rates as means over a window that
// ends there, nothing at all while scrapes fail. First stage of the pipeline.
import { Window } from '../fleet/window-fields.ts';
import { Histogram } from '../kernel/histogram.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { LatencyObservation, RateObservation, ReplicaObservation } from '../policies/scaling/policy.ts';
import type { ReplicaLife } from './lifecycles.ts';
import type { PoolScrape } from './scrape.ts';
import type { SignalSpec } from './spec.ts';

/** What a replica is, for reading its gauges. */
export interface GaugeFacts {
  /** KV blocks of one replica; Infinity without a limit. */
  kvBlocks: number;
  /** IT power of the pool's replicas from its counters: joules of a stretch, all states included. */
  joules(counts: Float64Array, seconds: number): number;
}

interface StampedScrape extends PoolScrape {
  /** By number, as they were; and of them those that were on, and that could serve. */
  lives: ReplicaLife[];
  on: number;
  serving: number;
}

export interface SignalsState {
  scrapes: StampedScrape[];
}

export interface Reading {
  scrapedAtSeconds: number | null;
  outage: boolean;
  gatewayQueue: number;
  rates: RateObservation;
  /** Made when asked for. */
  replicas(): ReplicaObservation[];
}

export class Signals {
  readonly #spec: SignalSpec;
  readonly #facts: GaugeFacts;
  /** Oldest first. */
  #scrapes: StampedScrape[] = [];

  constructor(spec: SignalSpec, facts: GaugeFacts) {
    this.#spec = spec;
    this.#facts = facts;
  }

  add(scrape: PoolScrape, replicas: readonly ReplicaLife[]): void {
    if (this.#isOutage(scrape.atSeconds)) return;
    let on = 0;
    let serving = 0;
    for (let replica = 0; replica < replicas.length; replica++) {
      const { state } = replicas[replica];
      if (state !== 'off') on++;
      if (state === 'ready' || state === 'draining') serving++;
    }
    this.#scrapes.push({ ...scrape, lives: replicas.slice(), on, serving });
    const { lagSeconds, rateWindowSeconds, scrapeSeconds } = this.#spec;
    const oldest = scrape.atSeconds - lagSeconds - rateWindowSeconds - 2 * scrapeSeconds;
    while (this.#scrapes[0].atSeconds < oldest) this.#scrapes.shift();
  }

  read(nowSeconds: number): Reading {
    const { lagSeconds, rateWindowSeconds } = this.#spec;
    const until = nowSeconds - lagSeconds;
    const outage = this.#isOutage(nowSeconds);
    const visible = outage ? [] : this.#scrapes.filter(({ atSeconds }) => atSeconds <= until);
    const newest = visible.at(-1);
    const inWindow =
      newest === undefined
        ? []
        : visible.filter(({ atSeconds }) => atSeconds > newest.atSeconds - rateWindowSeconds);
    return {
      scrapedAtSeconds: newest?.atSeconds ?? null,
      outage,
      gatewayQueue: newest?.counts[Window.held] ?? 0,
      rates: this.#rates(inWindow),
      replicas: () => (newest === undefined ? [] : this.#replicasOf(newest)),
    };
  }

  save(): SignalsState {
    return { scrapes: this.#scrapes };
  }

  restore(state: SignalsState): void {
    this.#scrapes = state.scrapes;
  }

  #isOutage(seconds: number): boolean {
    return this.#spec.outages.some(
      ({ fromSeconds, toSeconds }) => seconds >= fromSeconds && seconds < toSeconds,
    );
  }

  #rates(scrapes: readonly StampedScrape[]): RateObservation {
    const seconds = scrapes.reduce((sum, scrape) => sum + scrape.seconds, 0);
    const sum = (field: number) => scrapes.reduce((total, { counts }) => total + counts[field], 0);
    const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0);
    const mean = (value: (scrape: StampedScrape) => number) =>
      seconds > 0 ? scrapes.reduce((total, s) => total + value(s) * s.seconds, 0) / seconds : 0;
    const servingSeconds = scrapes.reduce((total, s) => total + s.seconds * s.serving, 0);
    const busySeconds = ticksToSeconds(
      sum(Window.decodeTicks) +
        sum(Window.prefillTicks) +
        sum(Window.edgeDecodeTicks) +
        sum(Window.edgePrefillTicks),
    );
    const finished = sum(Window.finished);
    const ratio = (a: number, b: number) => (b > 0 ? a / b : null);
    const joules = scrapes.reduce((total, s) => total + this.#facts.joules(s.counts, s.seconds * s.on), 0);
    return {
      seconds,
      arrivedPerSecond: perSecond(sum(Window.arrived)),
      finishedPerSecond: perSecond(finished),
      rejectedPerSecond: perSecond(
        sum(Window.rejectedQueueFull) + sum(Window.rejectedTooLong) + sum(Window.rejectedExceedsKv),
      ),
      promptTokensPerSecond: perSecond(sum(Window.promptTokens)),
      outputTokensPerSecond: perSecond(sum(Window.outputTokens)),
      meanPromptTokens: ratio(sum(Window.promptTokens), scrapes.length > 0 ? promptsOf(scrapes) : 0),
      meanOutputTokens: ratio(sum(Window.outputTokens), finished),
      dutyCycle: ratio(busySeconds, servingSeconds),
      meanBatch: ratio(sum(Window.decodeTokens), sum(Window.decodeSteps)),
      meanRunning: mean(({ counts }) => counts[Window.running]),
      meanWaiting: mean(({ counts }) => counts[Window.waiting]),
      meanKvUsage: this.#meanKvUsage(scrapes, seconds),
      wattsPerReplica: ratio(joules, servingSeconds),
      ttft: latencyOf(scrapes.map(({ ttft }) => ttft)),
      itl: latencyOf(scrapes.map(({ itl }) => itl)),
    };
  }

  #meanKvUsage(scrapes: readonly StampedScrape[], seconds: number): number | null {
    let use = 0;
    for (const scrape of scrapes) {
      const blocks = scrape.serving * this.#facts.kvBlocks;
      if (blocks > 0) use += (scrape.counts[Window.usedBlocks] / blocks) * scrape.seconds;
    }
    return seconds > 0 ? use / seconds : null;
  }

  #replicasOf({ cells, lives }: StampedScrape): ReplicaObservation[] {
    const replicas: ReplicaObservation[] = [];
    let first = 0;
    for (const { running, waiting, usedBlocks, tokensInUse, queuedPrefillTokens } of cells) {
      for (let place = 0; place < running.length; place++) {
        const { state, orderedAtSeconds, readyAtSeconds } = lives[first + place];
        if (state === 'off' || state === 'provisioning') continue;
        replicas.push({
          replica: first + place,
          state,
          orderedAtSeconds,
          readyAtSeconds: state === 'loading' ? null : readyAtSeconds,
          running: running[place],
          waiting: waiting[place],
          kvUsage: usedBlocks[place] / this.#facts.kvBlocks,
          tokensInUse: tokensInUse[place],
          queuedPrefillTokens: queuedPrefillTokens === undefined ? null : queuedPrefillTokens[place],
        });
      }
      first += running.length;
    }
    return replicas;
  }
}

/** Prompts that were prefilled: every one needs a row of logits. After preemptions some count twice. */
function promptsOf(scrapes: readonly StampedScrape[]): number {
  return scrapes.reduce((rows, { counts }) => rows + counts[Window.prefillRows], 0);
}

function latencyOf(parts: readonly (readonly SparseHistogram[] | undefined)[]): LatencyObservation | null {
  if (parts.length === 0 || parts.some((part) => part === undefined)) return null;
  const histogram = new Histogram();
  for (const part of parts) for (const sparse of part!) histogram.merge(sparse);
  const count = histogram.count();
  const seconds = (ticks: number) => (count > 0 ? ticksToSeconds(ticks) : null);
  const [p50, p90, p95, p99] = histogram.quantiles([0.5, 0.9, 0.95, 0.99], count).map(seconds);
  const meanSeconds = seconds(histogram.mean(count));
  return { count, meanSeconds, p50Seconds: p50, p90Seconds: p90, p95Seconds: p95, p99Seconds: p99 };
}
