// The controllers of a run and its cells: which cells a controller's changes go to, which scrapes belong to which
// controller, when who decides. Knows neither policies nor threads.
import type { CellPlan } from '../fleet/cell-plan.ts';
import type { Controller, ControllerState, ScalingDecision } from '../control/controller.ts';
import type { OutsideAccount } from '../control/external/outside.ts';
import type { PlannedChange, ReplicaLife } from '../control/lifecycles.ts';
import { packedLength, poolScrape, unpackScrape } from '../control/scrape.ts';
import type { CellScrape } from '../control/scrape.ts';
import { appendCounts } from '../fleet/window.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { PoolCapacity } from '../metrics/pool-use.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import { buildController, buildManualController, policyChange } from '../scenario/build-controller.ts';
import type { RunEvent } from '../scenario/events/event.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { OwnPolicies } from './policies/own-policies.ts';
import type { GroupReport, ScrapeRequest, StopRequest } from './threads/group.ts';
import type { Stop, Timeline } from './timeline.ts';

/** What a controller does beyond counting. */
interface Post {
  controller: Controller;
  latency: boolean;
  queuedPrefillTokens: boolean;
  scrapedAtSeconds: number;
  begun: BegunScrape;
}

/** What was fetched at ends of windows since the last scrape: a group keeps nothing of a window beyond its end. */
interface BegunScrape {
  /** By cell of the pool; empty if nothing was fetched. */
  counts: Float64Array[];
  latencies: { ttft: SparseHistogram; itl: SparseHistogram }[];
}

/** Nodes taken back, and requests that this cut off. */
export type Reclaimed = Record<'reclaims' | 'retried' | 'lost', number>;

const notBegun = (): BegunScrape => ({ counts: [], latencies: [] });

export interface ControlState {
  controllers: ControllerState[];
  scrapedAtSeconds: number[];
  begun: BegunScrape[];
}

export class ControlRoom {
  readonly #scenario: Scenario;
  readonly #plans: readonly CellPlan[];
  readonly #groups: readonly (readonly CellPlan[])[];
  /** By pool; undefined where nothing scales. */
  readonly #posts: (Post | undefined)[];

  constructor(
    scenario: Scenario,
    groups: readonly (readonly CellPlan[])[],
    ownPolicies: OwnPolicies = new Map(),
  ) {
    this.#scenario = scenario;
    this.#groups = groups;
    this.#plans = groups.flat().toSorted((a, b) => a.index - b.index);
    this.#posts = scenario.pools.map((_, pool) => {
      const built = buildController(scenario, pool, this.#plans, ownPolicies.get(pool));
      if (built !== undefined) return { ...built, scrapedAtSeconds: 0, begun: notBegun() };
      // Nobody decides there, but nodes go, and others are ordered in their place.
      return scenario.pools[pool].spot && this.#takenOver(pool, 0);
    });
  }

  get isEmpty(): boolean {
    return this.#posts.every((post) => post === undefined);
  }

  /** There must be stops at all multiples of these. */
  get periodsSeconds(): number[] {
    const periods = this.#all().flatMap(({ controller }) => [
      controller.intervalSeconds,
      controller.scrapeSeconds,
    ]);
    // A pool that an event has changed is looked at by nobody.
    return [...new Set(periods.filter(Number.isFinite))];
  }

  /** Does to a pool what an event says, between two stops; returns what changes where it scales. */
  apply(event: Exclude<RunEvent, { kind: 'burst' }>): ScalingDecision | undefined {
    const { pool, atSeconds } = event;
    const isManual = this.#scenario.pools[pool].autoscaling === undefined;
    this.#posts[pool] ??= this.#takenOver(pool, atSeconds);
    const post = this.#posts[pool];
    if (event.kind === 'replicas') {
      const decision = post.controller.setReplicas(event.replicas, atSeconds);
      return isManual ? undefined : decision;
    }
    const { change, ...needs } = policyChange(this.#scenario, pool, event);
    Object.assign(post, needs);
    return post.controller.setPolicy(change, atSeconds);
  }

  #takenOver(pool: number, atSeconds: number): Post {
    const controller = buildManualController(this.#scenario, pool, this.#plans);
    controller.takeOver(atSeconds);
    const needs = { latency: false, queuedPrefillTokens: false };
    return { controller, ...needs, scrapedAtSeconds: atSeconds, begun: notBegun() };
  }

  /** By group, what is asked of it beside simulating up to the stop. */
  requests(stop: Stop, timeline: Timeline): Pick<StopRequest, 'scrapes' | 'changes'>[] {
    if (this.isEmpty) return this.#groups.map(() => ({}));
    const fetched = this.#all().filter((post) => isFetched(post, stop));
    const asked = fetched.map(({ controller: { pool }, latency, queuedPrefillTokens }): ScrapeRequest => {
      return { pool, latency, queuedPrefillTokens };
    });
    const planned = this.#posts.map((post) => post?.controller.changesUntil(stop.endSeconds) ?? []);
    return this.#groups.map((plans) => ({
      ...(asked.length > 0 && { scrapes: asked }),
      changes: plans.map((plan) => changesOf(plan, planned[plan.pool], { stop, timeline })),
    }));
  }

  /**
   * The reports of all groups at a stop: draws the consequences, and returns what is to be told, in time order; later
   * where programs are asked.
   */
  receive(
    stop: Stop,
    reports: readonly GroupReport[],
    originSeconds: number,
  ): ScalingDecision[] | Promise<ScalingDecision[]> {
    this.#noteDrained(reports, originSeconds);
    const { endSeconds } = stop;
    const reclaims = this.#all().flatMap(({ controller }) => controller.takeReclaims());
    const decisions: (ScalingDecision | undefined | Promise<ScalingDecision | undefined>)[] =
      reclaims.toSorted((a, b) => a.atSeconds - b.atSeconds);
    let isLater = false;
    for (const post of this.#all()) {
      const { controller } = post;
      if (isFetched(post, stop)) this.#fetch(post, stop, reports);
      if (!isMultiple(endSeconds, controller.intervalSeconds)) continue;
      decisions.push(controller.isAsked ? controller.ask(endSeconds) : controller.decide(endSeconds));
      isLater ||= controller.isAsked;
    }
    return isLater ? Promise.all(decisions).then(changesIn) : changesIn(decisions as ScalingDecision[]);
  }

  /** What became of the questions to programs, by pool; empty where none decides. */
  get programs(): ({ pool: number } & OutsideAccount)[] {
    return this.#all().flatMap(({ controller: { pool, outside } }) =>
      outside ? [{ pool, ...outside }] : [],
    );
  }

  /** How often a node was ordered and no capacity found. */
  get capacityRefusals(): number {
    return this.#all().reduce((sum, { controller }) => sum + controller.lifecycles.refusals, 0);
  }

  /** Of spot nodes; undefined where there are none. */
  get reclaimed(): Reclaimed | undefined {
    const { pools } = this.#scenario;
    if (pools.every(({ spot }) => spot === undefined)) return undefined;
    const sum = { reclaims: 0, retried: 0, lost: 0 };
    for (const { controller } of this.#all()) {
      const { reclaims, killed } = controller.lifecycles.reclaimed;
      const { autoscaling, spot } = pools[controller.pool];
      sum.reclaims += reclaims;
      sum[(autoscaling ?? spot?.replacement)?.killed === 'lose' ? 'lost' : 'retried'] += killed;
    }
    return sum;
  }

  /** Ends the programs. */
  async close(): Promise<void> {
    await Promise.all(this.#all().map(({ controller }) => controller.close()));
  }

  /** By pool, at the end of a window: what there was to serve with; undefined where it never changes. */
  takeCapacities(endSeconds: number): (PoolCapacity | undefined)[] {
    return this.#posts.map((post) => {
      if (post === undefined) return undefined;
      const { controller } = post;
      const states = controller.lifecycles.counts();
      return { ...controller.takeAccount(endSeconds), states, wanted: controller.wanted };
    });
  }

  /** State of each replica of a pool, by its number; undefined where nothing scales. */
  stateOf(pool: number): ((replica: number) => ReplicaLife['state']) | undefined {
    const post = this.#posts[pool];
    return post && ((replica) => post.controller.lifecycles.replicas[replica].state);
  }

  save(): ControlState {
    const posts = this.#all();
    return {
      controllers: posts.map(({ controller }) => controller.save()),
      scrapedAtSeconds: posts.map(({ scrapedAtSeconds }) => scrapedAtSeconds),
      begun: structuredClone(posts.map(({ begun }) => begun)),
    };
  }

  /** The state stays the caller's. */
  restore(state: ControlState): void {
    for (const [i, post] of this.#all().entries()) {
      post.controller.restore(state.controllers[i]);
      post.scrapedAtSeconds = state.scrapedAtSeconds[i];
      post.begun = structuredClone(state.begun[i]);
    }
  }

  #all(): Post[] {
    return this.#posts.filter((post) => post !== undefined);
  }

  /** In order of time, whatever the groups. */
  #noteDrained(reports: readonly GroupReport[], originSeconds: number): void {
    const drained: { plan: CellPlan; replica: number; atSeconds: number; killed: number }[] = [];
    for (const [g, plans] of this.#groups.entries()) {
      for (const [i, plan] of plans.entries()) {
        for (const { place, atTicks, killed } of reports[g].drained?.[i] ?? []) {
          const atSeconds = originSeconds + ticksToSeconds(atTicks);
          drained.push({ plan, replica: plan.firstReplica + place, atSeconds, killed });
        }
      }
    }
    drained.sort((a, b) => a.atSeconds - b.atSeconds || a.plan.index - b.plan.index || a.replica - b.replica);
    for (const { plan, replica, atSeconds, killed } of drained)
      this.#posts[plan.pool]!.controller.drained(replica, atSeconds, killed);
  }

  /** Takes what was fetched at a stop: for a scrape that is due then, or for one that is due later. */
  #fetch(post: Post, stop: Stop, reports: readonly GroupReport[]): void {
    const { controller, begun } = post;
    const { pool, scrapeSeconds } = controller;
    const byCell = this.#unpack(stop, reports);
    const cells = this.#plans.filter((plan) => plan.pool === pool).map((plan) => byCell[plan.index]);
    for (const [i, sums] of begun.counts.entries()) {
      appendCounts(sums, cells[i].counts);
      cells[i].counts = sums;
    }
    const parts = reports.flatMap((report) => report.latencies?.filter((part) => part.pool === pool) ?? []);
    const latencies = begun.latencies.concat(parts.map(({ ttft, itl }) => ({ ttft, itl })));
    if (!isMultiple(stop.endSeconds, scrapeSeconds)) {
      post.begun = { counts: cells.map(({ counts }) => counts.slice()), latencies };
      return;
    }
    const { endSeconds } = stop;
    const times = { atSeconds: endSeconds, seconds: endSeconds - post.scrapedAtSeconds };
    post.scrapedAtSeconds = endSeconds;
    post.begun = notBegun();
    const histograms = { ttft: latencies.map(({ ttft }) => ttft), itl: latencies.map(({ itl }) => itl) };
    controller.scrape(poolScrape(cells, times, post.latency ? histograms : undefined));
  }

  /** By index, what was fetched of all cells then. */
  #unpack(stop: Stop, reports: readonly GroupReport[]): CellScrape[] {
    const byCell: CellScrape[] = [];
    for (const [g, plans] of this.#groups.entries()) {
      let from = 0;
      for (const { pool, index, replicas: places } of plans) {
        const post = this.#posts[pool];
        if (post === undefined || !isFetched(post, stop)) continue;
        const { queuedPrefillTokens } = post;
        byCell[index] = unpackScrape(reports[g].scrapes!, from, { places, queuedPrefillTokens });
        from += packedLength(places);
      }
    }
    return byCell;
  }
}

function changesIn(decisions: readonly (ScalingDecision | undefined)[]): ScalingDecision[] {
  return decisions.filter((decision) => decision !== undefined);
}

function changesOf(
  { firstReplica, replicas }: CellPlan,
  planned: readonly PlannedChange[],
  { stop, timeline }: { stop: Stop; timeline: Timeline },
) {
  const own = planned.filter(({ replica }) => replica >= firstReplica && replica < firstReplica + replicas);
  if (own.length === 0) return undefined;
  return own.map(({ atSeconds, replica, kind }) => ({
    atTicks: timeline.ticks(stop.window, atSeconds),
    place: replica - firstReplica,
    kind,
  }));
}

/** What a window has counted is fetched at its end too, whether a scrape is due or not. */
function isFetched({ controller }: Post, { endSeconds, endsWindow }: Stop): boolean {
  if (!Number.isFinite(controller.scrapeSeconds)) return false;
  return endsWindow || isMultiple(endSeconds, controller.scrapeSeconds);
}

function isMultiple(seconds: number, period: number): boolean {
  return seconds % period === 0;
}
