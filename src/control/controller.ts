// The autoscaling of one pool: scrapes → signals → recommender → stabiliser, bounds → actuator. At one instant: serve up
// to it, scrape, recommend, stabilise, actuate. It knows no policy by name and no thread; the run asks it what to tell
// the cells, and tells it what they saw.
import type { Observation, PoolFacts, Recommendation, ScalingPolicy } from '../policies/scaling/policy.ts';
import {
  holdAnswer,
  newAccount,
  noted,
  type OutsideAccount,
  type OutsidePolicy,
} from './external/outside.ts';
import { Lifecycles } from './lifecycles.ts';
import type { Account, LifecycleOptions, LifecycleState, PlannedChange } from './lifecycles.ts';
import { reclaimReason } from './nodes/reclaim-log.ts';
import type { PoolScrape } from './scrape.ts';
import { Signals } from './signals.ts';
import type { GaugeFacts, SignalsState } from './signals.ts';
import type { AutoscalingSpec } from './spec.ts';
import { initialStabiliserState, stabilise } from './stabilise.ts';
import type { StabiliserState } from './stabilise.ts';

/** A change of what is wanted, or what is worth telling beside: a hold, a node taken back. */
export interface ScalingDecision {
  atSeconds: number;
  pool: number;
  /** Wanted before and from now on; what the policy recommended (null: hold). */
  fromReplicas: number;
  toReplicas: number;
  recommendedReplicas: number | null;
  readyReplicas: number;
  reason: string;
}

export interface ControllerOptions {
  pool: number;
  spec: AutoscalingSpec;
  policy: ScalingPolicy | OutsidePolicy;
  facts: PoolFacts;
  gauges: GaugeFacts;
  lifecycle: LifecycleOptions;
  startEpochMs: number;
  timeZone: string;
  /** For policies that need it. */
  foresight?(nowSeconds: number): NonNullable<Observation['foresight']>;
}

/** What comes with a policy. */
export interface PolicyChange extends Pick<ControllerOptions, 'foresight'> {
  policy: ScalingPolicy;
  parameters: unknown;
}

export interface ControllerState {
  wanted: number;
  decisions: number;
  policy: unknown;
  outside: OutsideAccount;
  stabiliser: StabiliserState;
  signals: SignalsState;
  lifecycles: LifecycleState;
}

export class Controller {
  readonly scrapeSeconds: number;
  #options: ControllerOptions;
  #intervalSeconds: number;
  /** A policy that was asked, and no longer is, ends with the run. */
  #dismissed: OutsidePolicy | undefined;
  readonly #signals: Signals;
  readonly #lifecycles: Lifecycles;
  #wanted: number;
  #decisions = 0;
  #policyState: unknown;
  #outside = newAccount();
  #stabiliserState = initialStabiliserState();

  constructor(options: ControllerOptions) {
    const { spec, policy, facts, gauges, lifecycle } = options;
    this.#options = options;
    this.#intervalSeconds = policy.intervalSeconds(spec.parameters);
    this.scrapeSeconds = spec.signals.scrapeSeconds;
    this.#signals = new Signals(spec.signals, gauges);
    this.#lifecycles = new Lifecycles(lifecycle);
    this.#wanted = spec.initialReplicas;
    this.#policyState = policy.start(spec.parameters, facts);
  }

  get intervalSeconds(): number {
    return this.#intervalSeconds;
  }

  get pool(): number {
    return this.#options.pool;
  }

  /** Provisioning + loading + ready, as ordered. */
  get wanted(): number {
    return this.#wanted;
  }

  get decisions(): number {
    return this.#decisions;
  }

  /** What became of the questions, where a program decides. */
  get outside(): OutsideAccount | undefined {
    return this.isAsked || this.#dismissed !== undefined ? this.#outside : undefined;
  }

  /** Whether the policy answers later: `ask` is to be called in the place of `decide`. */
  get isAsked(): boolean {
    return 'ask' in this.#options.policy;
  }

  get lifecycles(): Lifecycles {
    return this.#lifecycles;
  }

  changesUntil(endSeconds: number): PlannedChange[] {
    return this.#lifecycles.changesUntil(endSeconds);
  }

  drained(replica: number, atSeconds: number, killed = 0): void {
    this.#lifecycles.drained(replica, atSeconds, killed);
  }

  /** Nodes that were taken back, in time order: they change nothing of what is wanted. */
  takeReclaims(): ScalingDecision[] {
    const { spec, reclaims } = this.#options.lifecycle;
    const pool = { killed: spec.killed, noticeSeconds: reclaims?.noticeSeconds ?? 0 };
    const [fromReplicas, toReplicas] = [this.#wanted, this.#wanted];
    return this.#lifecycles.takeReclaims().map((news) => {
      const { atSeconds, readyReplicas } = news;
      const reason = reclaimReason(news, pool);
      const told = { atSeconds, pool: this.pool, fromReplicas, toReplicas, readyReplicas, reason };
      return { ...told, recommendedReplicas: null };
    });
  }

  takeAccount(endSeconds: number): Account {
    return this.#lifecycles.takeAccount(endSeconds);
  }

  scrape(scrape: PoolScrape): void {
    this.#signals.add(scrape, this.#lifecycles.replicas);
  }

  /** Asks the policy, and orders or dismisses replicas; undefined where nothing changes. */
  decide(nowSeconds: number): ScalingDecision | undefined {
    const { policy, spec } = this.#options;
    if ('ask' in policy) throw new Error(`policy ${policy.name} is to be asked`);
    this.#decisions++;
    const answer = policy.recommend(spec.parameters, this.observe(nowSeconds), this.#policyState);
    const decision = this.#follow(answer, nowSeconds);
    return decision.toReplicas === decision.fromReplicas ? undefined : decision;
  }

  /** The same of a policy outside of this process, which simulated time waits for. It holds where it gives no answer. */
  async ask(nowSeconds: number): Promise<ScalingDecision | undefined> {
    const { policy, spec } = this.#options;
    if (!('ask' in policy)) throw new Error(`policy ${policy.name} is to decide at once`);
    this.#decisions++;
    const observation = this.observe(nowSeconds);
    const state = this.#policyState;
    const answer = await policy.ask({ observation, parameters: spec.parameters, state });
    const { account, isNews } = noted(this.#outside, answer);
    this.#outside = account;
    const recommendation = answer.kind === 'answer' ? answer.recommendation : holdAnswer(answer, state);
    const decision = this.#follow(recommendation, nowSeconds);
    return isNews || decision.toReplicas !== decision.fromReplicas ? decision : undefined;
  }

  /** From now on so many are wanted, and never fewer, whatever the policy says. */
  setReplicas(replicas: number, nowSeconds: number): ScalingDecision {
    const { spec, facts } = this.#options;
    this.#options = {
      ...this.#options,
      spec: { ...spec, minReplicas: replicas },
      facts: { ...facts, minReplicas: replicas },
    };
    return this.#want(replicas, nowSeconds, { recommended: replicas, reason: 'ordered by an event' });
  }

  /** Another policy decides from now on, and starts from nothing. `parameters`: after its defaults. */
  setPolicy(next: PolicyChange, nowSeconds: number): ScalingDecision {
    const { policy: before, spec } = this.#options;
    if ('ask' in before) this.#dismissed = before;
    const { policy, parameters, foresight } = next;
    this.#options = { ...this.#options, policy, foresight, spec: { ...spec, parameters } };
    this.#intervalSeconds = policy.intervalSeconds(parameters);
    this.#policyState = policy.start(parameters, this.#options.facts);
    this.#stabiliserState = initialStabiliserState();
    const reason = `${policy.name} decides from now on, by an event`;
    return this.#want(this.#wanted, nowSeconds, { recommended: null, reason });
  }

  /** Of replicas that were open all the time until now, for which nobody kept an account. */
  takeOver(nowSeconds: number): void {
    this.#lifecycles.takeOver(nowSeconds);
  }

  async close(): Promise<void> {
    for (const policy of [this.#options.policy, this.#dismissed])
      if (policy !== undefined && 'close' in policy) await policy.close();
  }

  #follow(answer: Recommendation<unknown>, nowSeconds: number): ScalingDecision {
    this.#policyState = answer.state;
    const { replicas, limitedBy } = this.#bounded(answer, nowSeconds);
    const reason = [answer.reason, ...limitedBy.map((by) => `limited by ${by}`)].filter(Boolean).join('; ');
    return this.#want(replicas, nowSeconds, { recommended: answer.desiredReplicas, reason });
  }

  #want(
    replicas: number,
    nowSeconds: number,
    { recommended, reason }: { recommended: number | null; reason: string },
  ): ScalingDecision {
    const from = this.#wanted;
    this.#wanted = replicas;
    const readyReplicas = this.#lifecycles.counts().ready;
    this.#lifecycles.reconcile(replicas, nowSeconds);
    return {
      atSeconds: nowSeconds,
      pool: this.pool,
      fromReplicas: from,
      toReplicas: replicas,
      recommendedReplicas: recommended,
      readyReplicas,
      reason,
    };
  }

  /** What the policy sees now. */
  observe(nowSeconds: number): Observation {
    const { facts, startEpochMs, timeZone, foresight } = this.#options;
    const reading = this.#signals.read(nowSeconds);
    let replicas: Observation['replicas'] | undefined;
    return {
      atSeconds: nowSeconds,
      scrapedAtSeconds: reading.scrapedAtSeconds,
      epochMs: startEpochMs + nowSeconds * 1000,
      timeZone,
      pool: facts,
      wantedReplicas: this.#wanted,
      replicasByState: this.#lifecycles.counts(),
      gatewayQueue: reading.gatewayQueue,
      rates: reading.rates,
      get replicas() {
        return (replicas ??= reading.replicas());
      },
      metricsOutage: reading.outage,
      foresight: foresight?.(nowSeconds) ?? null,
    };
  }

  save(): ControllerState {
    return structuredClone({
      wanted: this.#wanted,
      decisions: this.#decisions,
      policy: this.#policyState,
      outside: this.#outside,
      stabiliser: this.#stabiliserState,
      signals: this.#signals.save(),
      lifecycles: this.#lifecycles.save(),
    });
  }

  /** A state may serve several runs: none of them changes it. */
  restore(saved: ControllerState): void {
    const state = structuredClone(saved);
    this.#wanted = state.wanted;
    this.#decisions = state.decisions;
    this.#policyState = state.policy;
    this.#outside = state.outside;
    this.#stabiliserState = state.stabiliser;
    this.#signals.restore(state.signals);
    this.#lifecycles.restore(state.lifecycles);
  }

  #bounded(answer: Recommendation<unknown>, nowSeconds: number): { replicas: number; limitedBy: string[] } {
    const { spec, policy } = this.#options;
    const { desiredReplicas } = answer;
    if (desiredReplicas === null) return { replicas: this.#wanted, limitedBy: [] };
    if (!Number.isInteger(desiredReplicas) || desiredReplicas < 0)
      throw new Error(`policy ${policy.name} recommends ${desiredReplicas} replicas at ${nowSeconds} s`);
    const { replicas, limitedBy, state } = stabilise({
      spec: spec.stabilisation,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      atSeconds: nowSeconds,
      currentReplicas: this.#wanted,
      desiredReplicas,
      state: this.#stabiliserState,
    });
    this.#stabiliserState = state;
    return { replicas, limitedBy };
  }
}
