// The actuator: from a number of replicas wanted to what each one does. A replica is off, provisioning (its node is
// being had), loading (weights, warm-up), ready, or draining (takes no requests, finishes its own). Orders go to the
// emptiest cell and there to the lowest number that is off, so that nodes fill up; what is to go is taken from the
// provisioning first, then the loading, then the ready, the newest first, and a draining one does not come back. A
// replica whose node is taken back (nodes/) drains from the notice on, and is taken away with it. Left out: failures,
// replicas that move between nodes.
import assert from 'node:assert/strict';
import type { ReplicaState } from '../policies/scaling/policy.ts';
import type { RandomStream } from '../kernel/random.ts';
import { drawColdStart } from './cold-start.ts';
import { Lives, type LivesState, type ReplicaLife, type ReplicaSeconds } from './lives.ts';
import { Nodes, type NodeAccount, type NodesState, type Reclaim } from './nodes/nodes.ts';
import { ReclaimLog, type ReclaimNews, type ReclaimTotals } from './nodes/reclaim-log.ts';
import type { Reclaims } from './nodes/reclaims.ts';
import type { AutoscalingSpec } from './spec.ts';

export type { ReplicaLife };

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
  /** Undefined: no node is a spot instance. */
  reclaims?: Reclaims;
  /** What was taken back is ordered again as soon as it is gone, not when somebody decides next. */
  replacesReclaimed?: boolean;
}

/** Seconds of all replicas in each state, and of their nodes. */
export interface Account extends ReplicaSeconds, NodeAccount {}

export interface LifecycleState {
  lives: LivesState;
  nodes: NodesState;
  wanted: number;
  refusals: number;
  reclaimed: ReclaimTotals;
  changes: PlannedChange[];
  random: unknown;
}

export class Lifecycles {
  readonly #options: LifecycleOptions;
  readonly #lives: Lives;
  readonly #nodes: Nodes;
  readonly #reclaimLog = new ReclaimLog();
  #wanted: number;
  #refusals = 0;
  /** Told to the cells next. */
  #changes: PlannedChange[] = [];

  /** At time 0, with the initial replicas ready. */
  constructor(options: LifecycleOptions) {
    this.#options = options;
    const { cellEnds, replicasPerNode, spec, reclaims } = options;
    const count = Math.ceil(cellEnds[cellEnds.length - 1] / replicasPerNode);
    this.#lives = new Lives(cellEnds);
    this.#nodes = new Nodes({ count, emptySeconds: spec.emptyNodeSeconds, reclaims });
    this.#wanted = spec.initialReplicas;
    for (let i = 0; i < spec.initialReplicas; i++) {
      const replica = this.#emptiestPlace();
      const node = this.#nodeOf(replica);
      if (this.#nodes.stateOf(node, 0) === 'off') this.#nodes.order(node, 0);
      this.#nodes.occupy(node, 0);
      this.#lives.begin(replica, 'ready', 0);
      this.#changes.push({ atSeconds: 0, replica, kind: 'open' });
    }
  }

  /** By state, now. */
  counts(): Record<ReplicaState, number> {
    const { provisioning, loading, ready, draining } = this.#lives.counts;
    return { provisioning, loading, ready, draining };
  }

  /** By number, as they are now; who wants to keep them takes a copy of the list. */
  get replicas(): readonly ReplicaLife[] {
    return this.#lives.replicas;
  }

  /** Orders that found no capacity so far. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Of nodes, so far. */
  get reclaimed(): ReclaimTotals {
    return this.#reclaimLog.totals;
  }

  /** The initial replicas serve already, and nobody is to be told; the account begins now. */
  takeOver(nowSeconds: number): void {
    this.#changes = [];
    this.takeAccount(nowSeconds);
  }

  /** Orders or dismisses replicas until so many are provisioning, loading or ready. */
  reconcile(wanted: number, nowSeconds: number): void {
    this.#wanted = wanted;
    let missing = this.#missing();
    for (; missing > 0; missing--) {
      const place = this.#emptiestPlace();
      if (place >= 0) this.#order(place, nowSeconds);
    }
    for (; missing < 0; missing++) this.#dismiss(nowSeconds);
  }

  /** What the cells are to do up to then, in time order; replicas become loading and ready on the way, nodes go. */
  changesUntil(endSeconds: number): PlannedChange[] {
    for (;;) {
      const reclaim = this.#nodes.nextReclaim(endSeconds);
      if (reclaim === undefined) break;
      this.#progress(reclaim.atSeconds);
      if (reclaim.kind === 'notice') this.#giveNotice(reclaim);
      else this.#loseNode(reclaim);
    }
    this.#progress(endSeconds);
    if (this.#changes.length === 0) return [];
    const due = this.#changes.filter(({ atSeconds }) => atSeconds <= endSeconds);
    this.#changes = this.#changes.filter(({ atSeconds }) => atSeconds > endSeconds);
    // At one instant what closes comes before what opens; a sort is stable.
    const rank = { close: 0, kill: 1, open: 2 };
    return due.toSorted((a, b) => a.atSeconds - b.atSeconds || rank[a.kind] - rank[b.kind]);
  }

  /** A cell says that a closed replica is empty, so many requests having been cut off; call in order of time. */
  drained(replica: number, atSeconds: number, killed = 0): void {
    const goneAtSeconds = this.#reclaimLog.drained(replica, killed);
    if (goneAtSeconds !== undefined) {
      // It has been taken to drain until then, whatever it has become since.
      this.#lives.correctDraining(goneAtSeconds - atSeconds);
      return;
    }
    assert(this.#lives.stateOf(replica) === 'draining', `replica ${replica} was not draining`);
    this.#changes = this.#changes.filter((change) => change.kind !== 'kill' || change.replica !== replica);
    this.#leave(replica, atSeconds);
  }

  /** In time order, what became of nodes that are taken back; when all that has drained by then is known. */
  takeReclaims(): ReclaimNews[] {
    return this.#reclaimLog.take();
  }

  /** The account since it was last taken, up to then; every event before then is known. */
  takeAccount(endSeconds: number): Account {
    const { nodes, nodeLives, spot } = this.#nodes.takeAccount(endSeconds);
    const { nodesPerReplica = 1 } = this.#options;
    return {
      ...this.#lives.takeAccount(endSeconds),
      nodes: nodes * nodesPerReplica,
      nodeLives,
      ...(spot && { spot: { ...spot, nodes: spot.nodes * nodesPerReplica } }),
    };
  }

  save(): LifecycleState {
    return structuredClone({
      lives: this.#lives.save(),
      nodes: this.#nodes.save(),
      wanted: this.#wanted,
      refusals: this.#refusals,
      reclaimed: this.#reclaimLog.save(),
      changes: this.#changes,
      random: this.#options.random.save(),
    });
  }

  restore(state: LifecycleState): void {
    this.#lives.restore(state.lives);
    this.#nodes.restore(state.nodes);
    this.#wanted = state.wanted;
    this.#refusals = state.refusals;
    this.#reclaimLog.restore(state.reclaimed);
    this.#changes = state.changes;
    this.#options.random.restore(state.random as ReturnType<RandomStream['save']>);
  }

  /** What provisions or loads comes as far as it does by then. */
  #progress(endSeconds: number): void {
    const { counts, replicas } = this.#lives;
    if (counts.provisioning + counts.loading === 0) return;
    for (let replica = 0; replica < replicas.length; replica++) {
      const { loadingAtSeconds, readyAtSeconds, state } = replicas[replica];
      if (state === 'provisioning' && loadingAtSeconds <= endSeconds)
        this.#lives.enter(replica, 'loading', loadingAtSeconds);
      if (replicas[replica].state === 'loading' && readyAtSeconds <= endSeconds) {
        this.#lives.enter(replica, 'ready', readyAtSeconds);
        this.#changes.push({ atSeconds: readyAtSeconds, replica, kind: 'open' });
      }
    }
  }

  #missing(): number {
    const { provisioning, loading, ready } = this.#lives.counts;
    return this.#wanted - provisioning - loading - ready;
  }

  #emptiestPlace(): number {
    return this.#lives.emptiestPlace((replica) => !this.#nodes.isLeaving(this.#nodeOf(replica)));
  }

  #order(replica: number, nowSeconds: number): void {
    const node = this.#nodeOf(replica);
    const { spec, random } = this.#options;
    const from = this.#nodes.stateOf(node, nowSeconds);
    const drawn = drawColdStart(spec.coldStart, from, random);
    this.#refusals += drawn.refusals;
    if (from === 'off') this.#nodes.order(node, nowSeconds + drawn.provisionSeconds);
    const loadingAtSeconds = Math.max(nowSeconds, this.#nodes.thereAt(node));
    this.#nodes.occupy(node, nowSeconds);
    this.#lives.begin(replica, loadingAtSeconds > nowSeconds ? 'provisioning' : 'loading', nowSeconds, {
      loadingAtSeconds,
      readyAtSeconds: loadingAtSeconds + drawn.loadSeconds,
    });
  }

  #dismiss(nowSeconds: number): void {
    const replica = this.#lives.newest();
    if (this.#lives.stateOf(replica) === 'ready')
      this.#close(replica, nowSeconds, nowSeconds + this.#options.spec.drainGraceSeconds);
    else this.#leave(replica, nowSeconds);
  }

  #close(replica: number, atSeconds: number, killAtSeconds: number): void {
    this.#lives.enter(replica, 'draining', atSeconds);
    this.#changes.push(
      { atSeconds, replica, kind: 'close' },
      { atSeconds: killAtSeconds, replica, kind: 'kill' },
    );
  }

  #leave(replica: number, atSeconds: number): void {
    this.#lives.enter(replica, 'off', atSeconds);
    this.#nodes.vacate(this.#nodeOf(replica), atSeconds);
  }

  /** What serves there drains, what loads there has come for nothing. */
  #giveNotice(reclaim: Reclaim): void {
    const { node, atSeconds } = reclaim;
    const goneAtSeconds = this.#nodes.beginLeaving(node);
    const present = this.#placesOf(node).filter((replica) => this.#lives.stateOf(replica) !== 'off');
    for (const replica of present) {
      const state = this.#lives.stateOf(replica);
      if (state === 'ready') this.#close(replica, atSeconds, goneAtSeconds);
      else if (state !== 'draining') this.#leave(replica, atSeconds);
    }
    this.#tell(reclaim, present);
  }

  #loseNode(reclaim: Reclaim): void {
    const { node, atSeconds } = reclaim;
    const places = this.#placesOf(node);
    const left = places.filter((replica) => this.#lives.stateOf(replica) === 'draining');
    for (const replica of left) {
      this.#leave(replica, atSeconds);
      // One that was dismissed before may have been granted more time.
      this.#changes = this.#changes.filter(
        (change) => change.replica !== replica || change.kind !== 'kill' || change.atSeconds < atSeconds,
      );
      this.#changes.push({ atSeconds, replica, kind: 'kill' });
    }
    this.#nodes.remove(node, atSeconds);
    const isReplaced = this.#options.replacesReclaimed === true && this.#missing() > 0;
    if (isReplaced) for (const replica of places) if (this.#missing() > 0) this.#order(replica, atSeconds);
    this.#tell(reclaim, left, isReplaced);
  }

  #tell(reclaim: Reclaim, replicas: readonly number[], isReplaced = false): void {
    const { ready: readyReplicas } = this.#lives.counts;
    this.#reclaimLog.tell({ ...reclaim, readyReplicas, isReplaced }, replicas);
  }

  #nodeOf(replica: number): number {
    return Math.floor(replica / this.#options.replicasPerNode);
  }

  #placesOf(node: number): number[] {
    const { replicasPerNode } = this.#options;
    const first = node * replicasPerNode;
    const end = Math.min(first + replicasPerNode, this.#lives.replicas.length);
    return Array.from({ length: end - first }, (_, i) => first + i);
  }
}
