// The actuator: from a number of replicas wanted to what each one does. A replica is off, provisioning (its node is
// being had), loading (weights, warm-up), ready, or draining (takes no requests, finishes its own). Orders go to the
// emptiest cell and there to the lowest number that is off, so that nodes fill up; what is to go is taken from the
// provisioning first, then the loading, then the ready, the newest first, and a draining one does not come back. Nodes
// are on while they hold a replica and some time longer. This file also keeps the account of all that, in seconds.
// Left out: failures, replicas that move between nodes.
import assert from 'node:assert/strict';
import type { ReplicaState } from '../policies/scaling/policy.ts';
import type { RandomStream } from '../kernel/random.ts';
import { drawColdStart } from './cold-start.ts';
import type { AutoscalingSpec } from './spec.ts';

/** A change that a cell is told of. */
export interface PlannedChange {
  atSeconds: number;
  replica: number;
  kind: 'open' | 'close' | 'kill';
}

export interface LifecycleOptions {
  spec: AutoscalingSpec;
  /** Ends of the cells' ranges of replicas, rising; the last is the number of all. */
  cellEnds: readonly number[];
  replicasPerNode: number;
  /** Of a replica that fills more than one; 1 otherwise. */
  nodesPerReplica?: number;
  random: RandomStream;
}

/** Replaced as a whole whenever something changes, so that who keeps one keeps what was. */
export interface ReplicaLife {
  readonly state: ReplicaState | 'off';
  readonly orderedAtSeconds: number;
  /** When provisioning and loading end, as drawn. */
  readonly loadingAtSeconds: number;
  readonly readyAtSeconds: number;
  /** Position in the order of orders: the newest has the highest. */
  readonly order: number;
}

interface NodeLife {
  replicas: number;
  /** Since it was ordered last: when it has come. */
  thereAtSeconds: number;
  /** On until then though empty; -Infinity: off. */
  onUntilSeconds: number;
  /** Since when it has been on; Infinity: off. */
  onSinceSeconds: number;
  accountedSeconds: number;
}

/** Seconds of all replicas in each state, and of nodes that are on; how long each had been on that went off. */
export interface Account {
  provisioning: number;
  loading: number;
  ready: number;
  draining: number;
  nodes: number;
  nodeLives: number[];
}

export interface LifecycleState {
  replicas: ReplicaLife[];
  /** By replica: what lies before then is on the account. */
  accountedSeconds: Float64Array;
  nodes: NodeLife[];
  orders: number;
  refusals: number;
  account: Account;
  changes: PlannedChange[];
  random: unknown;
}

const STATES = ['off', 'provisioning', 'loading', 'ready', 'draining'] as const;

const OFF: ReplicaLife = {
  state: 'off',
  orderedAtSeconds: 0,
  loadingAtSeconds: 0,
  readyAtSeconds: 0,
  order: -1,
};

const STARTING_FIRST: readonly ReplicaState[] = ['provisioning', 'loading', 'ready'];

export class Lifecycles {
  readonly #options: LifecycleOptions;
  #replicas: ReplicaLife[];
  #accountedSeconds: Float64Array;
  #nodes: NodeLife[];
  #counts = { off: 0, provisioning: 0, loading: 0, ready: 0, draining: 0 };
  #orders = 0;
  #refusals = 0;
  #account: Account = emptyAccount();
  /** Told to the cells next. */
  #changes: PlannedChange[] = [];

  /** At time 0, with the initial replicas ready. */
  constructor(options: LifecycleOptions) {
    this.#options = options;
    const { cellEnds, replicasPerNode, spec } = options;
    const count = cellEnds[cellEnds.length - 1];
    this.#replicas = Array.from({ length: count }, () => OFF);
    this.#accountedSeconds = new Float64Array(count);
    this.#counts.off = count;
    this.#nodes = Array.from({ length: Math.ceil(count / replicasPerNode) }, () => ({
      replicas: 0,
      thereAtSeconds: -Infinity,
      onUntilSeconds: -Infinity,
      onSinceSeconds: Infinity,
      accountedSeconds: 0,
    }));
    for (let i = 0; i < spec.initialReplicas; i++) {
      const replica = this.#emptiestPlace();
      this.#occupy(replica, 'ready', 0);
      this.#changes.push({ atSeconds: 0, replica, kind: 'open' });
    }
  }

  /** By state, now. */
  counts(): Record<ReplicaState, number> {
    const { provisioning, loading, ready, draining } = this.#counts;
    return { provisioning, loading, ready, draining };
  }

  /** By number, as they are now; who wants to keep them takes a copy of the list. */
  get replicas(): readonly ReplicaLife[] {
    return this.#replicas;
  }

  /** Orders that found no capacity so far. */
  get refusals(): number {
    return this.#refusals;
  }

  /** The initial replicas serve already, and nobody is to be told; the account begins now. */
  takeOver(nowSeconds: number): void {
    this.#changes = [];
    this.takeAccount(nowSeconds);
  }

  /** Orders or dismisses replicas until so many are provisioning, loading or ready. */
  reconcile(wanted: number, nowSeconds: number): void {
    const { provisioning, loading, ready } = this.counts();
    let missing = wanted - provisioning - loading - ready;
    for (; missing > 0; missing--) this.#order(nowSeconds);
    for (; missing < 0; missing++) this.#dismiss(nowSeconds);
  }

  /** What the cells are to do up to then, in time order; replicas become loading and ready on the way. */
  changesUntil(endSeconds: number): PlannedChange[] {
    if (this.#counts.provisioning + this.#counts.loading > 0) this.#progress(endSeconds);
    if (this.#changes.length === 0) return [];
    const due = this.#changes.filter(({ atSeconds }) => atSeconds <= endSeconds);
    this.#changes = this.#changes.filter(({ atSeconds }) => atSeconds > endSeconds);
    // At one instant what closes comes before what opens; a sort is stable.
    const rank = { close: 0, kill: 1, open: 2 };
    return due.toSorted((a, b) => a.atSeconds - b.atSeconds || rank[a.kind] - rank[b.kind]);
  }

  /** A cell says that a closed replica is empty; call in order of time. */
  drained(replica: number, atSeconds: number): void {
    assert(this.#replicas[replica].state === 'draining', `replica ${replica} was not draining`);
    this.#changes = this.#changes.filter((change) => change.kind !== 'kill' || change.replica !== replica);
    this.#leave(replica, atSeconds);
  }

  /** The account since it was last taken, up to then; every event before then is known. */
  takeAccount(endSeconds: number): Account {
    for (let replica = 0; replica < this.#replicas.length; replica++) this.#book(replica, endSeconds);
    for (const node of this.#nodes) this.#bookNode(node, endSeconds);
    const account = this.#account;
    this.#account = emptyAccount();
    return { ...account, nodes: account.nodes * (this.#options.nodesPerReplica ?? 1) };
  }

  save(): LifecycleState {
    return structuredClone({
      replicas: this.#replicas,
      accountedSeconds: this.#accountedSeconds,
      nodes: this.#nodes,
      orders: this.#orders,
      refusals: this.#refusals,
      account: this.#account,
      changes: this.#changes,
      random: this.#options.random.save(),
    });
  }

  restore(state: LifecycleState): void {
    this.#replicas = state.replicas;
    this.#accountedSeconds = state.accountedSeconds;
    for (const name of STATES) this.#counts[name] = 0;
    for (const { state: name } of this.#replicas) this.#counts[name]++;
    this.#nodes = state.nodes;
    this.#orders = state.orders;
    this.#refusals = state.refusals;
    this.#account = state.account;
    this.#changes = state.changes;
    this.#options.random.restore(state.random as ReturnType<RandomStream['save']>);
  }

  /** What provisions or loads comes as far as it does by then. */
  #progress(endSeconds: number): void {
    for (let replica = 0; replica < this.#replicas.length; replica++) {
      const { loadingAtSeconds, readyAtSeconds, state } = this.#replicas[replica];
      if (state === 'provisioning' && loadingAtSeconds <= endSeconds)
        this.#enter(replica, 'loading', loadingAtSeconds);
      if (this.#replicas[replica].state === 'loading' && readyAtSeconds <= endSeconds) {
        this.#enter(replica, 'ready', readyAtSeconds);
        this.#changes.push({ atSeconds: readyAtSeconds, replica, kind: 'open' });
      }
    }
  }

  #order(nowSeconds: number): void {
    const replica = this.#emptiestPlace();
    if (replica < 0) return;
    const node = this.#nodeOf(replica);
    const isComing = node.replicas > 0 && node.thereAtSeconds > nowSeconds;
    const from = isComing ? 'coming' : this.#isOn(node, nowSeconds) ? 'on' : 'off';
    const { spec, random } = this.#options;
    const drawn = drawColdStart(spec.coldStart, from, random);
    this.#refusals += drawn.refusals;
    if (from === 'off') node.thereAtSeconds = nowSeconds + drawn.provisionSeconds;
    const loadingAtSeconds = Math.max(nowSeconds, node.thereAtSeconds);
    this.#occupy(replica, loadingAtSeconds > nowSeconds ? 'provisioning' : 'loading', nowSeconds, {
      loadingAtSeconds,
      readyAtSeconds: loadingAtSeconds + drawn.loadSeconds,
    });
  }

  #dismiss(nowSeconds: number): void {
    const replica = this.#newest();
    const { state } = this.#replicas[replica];
    if (state !== 'ready') {
      this.#leave(replica, nowSeconds);
      return;
    }
    this.#enter(replica, 'draining', nowSeconds);
    const killAtSeconds = nowSeconds + this.#options.spec.drainGraceSeconds;
    this.#changes.push(
      { atSeconds: nowSeconds, replica, kind: 'close' },
      { atSeconds: killAtSeconds, replica, kind: 'kill' },
    );
  }

  #newest(): number {
    for (const wanted of STARTING_FIRST) {
      let newest = -1;
      for (const [replica, { state, order, readyAtSeconds }] of this.#replicas.entries()) {
        if (state !== wanted) continue;
        const best = this.#replicas[newest];
        const isNewer =
          best === undefined ||
          (wanted === 'ready' && readyAtSeconds !== best.readyAtSeconds
            ? readyAtSeconds > best.readyAtSeconds
            : order > best.order);
        if (isNewer) newest = replica;
      }
      if (newest >= 0) return newest;
    }
    throw new Error('there is no replica to dismiss');
  }

  /** The lowest place that is off in the cell with the least part of its places in use; -1 if all are in use. */
  #emptiestPlace(): number {
    const { cellEnds } = this.#options;
    let best = -1;
    let bestUse = Infinity;
    let start = 0;
    for (const end of cellEnds) {
      let used = 0;
      let free = -1;
      for (let replica = start; replica < end; replica++) {
        if (this.#replicas[replica].state !== 'off') used++;
        else if (free < 0) free = replica;
      }
      const use = used / (end - start);
      if (free >= 0 && use < bestUse) {
        best = free;
        bestUse = use;
      }
      start = end;
    }
    return best;
  }

  #occupy(
    replica: number,
    state: ReplicaState,
    atSeconds: number,
    ends: { loadingAtSeconds: number; readyAtSeconds: number } = {
      loadingAtSeconds: atSeconds,
      readyAtSeconds: atSeconds,
    },
  ): void {
    const node = this.#nodeOf(replica);
    this.#bookNode(node, atSeconds);
    if (node.onSinceSeconds === Infinity) node.onSinceSeconds = atSeconds;
    node.replicas++;
    this.#enter(replica, state, atSeconds);
    this.#replicas[replica] = { state, orderedAtSeconds: atSeconds, ...ends, order: this.#orders++ };
  }

  #enter(replica: number, state: ReplicaState | 'off', atSeconds: number): void {
    this.#book(replica, atSeconds);
    const life = this.#replicas[replica];
    this.#counts[life.state]--;
    this.#counts[state]++;
    this.#replicas[replica] = state === 'off' ? OFF : { ...life, state };
  }

  #leave(replica: number, atSeconds: number): void {
    this.#enter(replica, 'off', atSeconds);
    const node = this.#nodeOf(replica);
    this.#bookNode(node, atSeconds);
    node.replicas--;
    if (node.replicas > 0) return;
    // A node that has not come yet is not waited for.
    const isThere = node.thereAtSeconds <= atSeconds;
    node.onUntilSeconds = isThere ? atSeconds + this.#options.spec.emptyNodeSeconds : -Infinity;
    if (!isThere) this.#endNode(node, atSeconds);
  }

  #book(replica: number, toSeconds: number): void {
    const { state } = this.#replicas[replica];
    if (state !== 'off') this.#account[state] += toSeconds - this.#accountedSeconds[replica];
    this.#accountedSeconds[replica] = toSeconds;
  }

  #bookNode(node: NodeLife, toSeconds: number): void {
    const onUntil = node.replicas > 0 ? toSeconds : Math.min(toSeconds, node.onUntilSeconds);
    if (onUntil > node.accountedSeconds) this.#account.nodes += onUntil - node.accountedSeconds;
    node.accountedSeconds = toSeconds;
    const isOff = node.replicas === 0 && node.onUntilSeconds < toSeconds;
    if (isOff && node.onSinceSeconds < Infinity) this.#endNode(node, node.onUntilSeconds);
  }

  #endNode(node: NodeLife, atSeconds: number): void {
    this.#account.nodeLives.push(atSeconds - node.onSinceSeconds);
    node.onSinceSeconds = Infinity;
  }

  #nodeOf(replica: number): NodeLife {
    return this.#nodes[Math.floor(replica / this.#options.replicasPerNode)];
  }

  #isOn(node: NodeLife, nowSeconds: number): boolean {
    return node.replicas > 0 || nowSeconds <= node.onUntilSeconds;
  }
}

function emptyAccount(): Account {
  return { provisioning: 0, loading: 0, ready: 0, draining: 0, nodes: 0, nodeLives: [] };
}
