// The nodes of a pool whose replicas come and go: which are on, which are coming, which their owner takes back. A node is
// on while it holds a replica and some time longer; a spot node until it is taken at the latest: first there is a notice,
// from which on it gets no more replicas, and when that is over it is gone. This file also keeps the account of the
// time that nodes are on, in seconds. Left out: failures.
import type { Reclaims } from './reclaims.ts';

export interface NodesOptions {
  count: number;
  /** How long one stays on without a replica. */
  emptySeconds: number;
  /** Undefined: none is a spot instance. */
  reclaims?: Reclaims;
}

export interface NodeLife {
  replicas: number;
  /** Since it was ordered last: when it has come. */
  thereAtSeconds: number;
  /** On until then though empty; -Infinity: off. */
  onUntilSeconds: number;
  /** Since when it has been on; Infinity: off. */
  onSinceSeconds: number;
  accountedSeconds: number;
  /** How often it was ordered. */
  lives: number;
  /** Of its reclaim; Infinity: there will be none. */
  noticeAtSeconds: number;
  /** Whether the notice has been given. */
  isLeaving: boolean;
}

/** Seconds that nodes were on; how long each had been on that went off. */
export interface NodeTime {
  nodes: number;
  nodeLives: number[];
}

/** Of all; and of those of them that are spot instances, where there may be some. */
export interface NodeAccount extends NodeTime {
  spot?: NodeTime;
}

/** The notice for a node, or its end. */
export interface Reclaim {
  node: number;
  kind: 'notice' | 'gone';
  atSeconds: number;
}

export interface NodesState {
  nodes: NodeLife[];
  account: NodeAccount;
}

export class Nodes {
  readonly #options: NodesOptions;
  #nodes: NodeLife[];
  #account: NodeAccount;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#nodes = Array.from({ length: options.count }, () => ({
      replicas: 0,
      thereAtSeconds: -Infinity,
      onUntilSeconds: -Infinity,
      onSinceSeconds: Infinity,
      accountedSeconds: 0,
      lives: 0,
      noticeAtSeconds: Infinity,
      isLeaving: false,
    }));
    this.#account = this.#emptyAccount();
  }

  stateOf(node: number, nowSeconds: number): 'on' | 'coming' | 'off' {
    const { replicas, thereAtSeconds, onUntilSeconds } = this.#nodes[node];
    if (replicas > 0) return thereAtSeconds > nowSeconds ? 'coming' : 'on';
    return nowSeconds <= onUntilSeconds ? 'on' : 'off';
  }

  /** When the one that was ordered last for that place has come. */
  thereAt(node: number): number {
    return this.#nodes[node].thereAtSeconds;
  }

  /** Its notice has been given: no replica begins there any more. */
  isLeaving(node: number): boolean {
    return this.#nodes[node].isLeaving;
  }

  /** One is ordered, and comes then. */
  order(node: number, thereAtSeconds: number): void {
    const life = this.#nodes[node];
    life.thereAtSeconds = thereAtSeconds;
    life.lives++;
    const seconds = this.#options.reclaims?.secondsOf(node, life.lives) ?? Infinity;
    life.noticeAtSeconds = thereAtSeconds + seconds;
  }

  /** A replica is ordered there, and another is gone. */
  occupy(node: number, atSeconds: number): void {
    const life = this.#nodes[node];
    this.#book(node, atSeconds);
    if (life.onSinceSeconds === Infinity) life.onSinceSeconds = atSeconds;
    life.replicas++;
  }

  vacate(node: number, atSeconds: number): void {
    const life = this.#nodes[node];
    this.#book(node, atSeconds);
    life.replicas--;
    if (life.replicas > 0) return;
    // A node that has not come yet is not waited for.
    const isThere = life.thereAtSeconds <= atSeconds;
    life.onUntilSeconds = isThere ? this.#emptyUntil(life, atSeconds) : -Infinity;
    if (!isThere) this.#end(node, atSeconds);
  }

  /** What comes first by then. */
  nextReclaim(endSeconds: number): Reclaim | undefined {
    const { reclaims } = this.#options;
    if (reclaims === undefined) return undefined;
    let next: Reclaim | undefined;
    for (const [node, { noticeAtSeconds, isLeaving, replicas, onUntilSeconds }] of this.#nodes.entries()) {
      const atSeconds = isLeaving ? noticeAtSeconds + reclaims.noticeSeconds : noticeAtSeconds;
      if (atSeconds > endSeconds || (next !== undefined && atSeconds >= next.atSeconds)) continue;
      // One that is off by then is nobody's.
      if (!isLeaving && replicas === 0 && onUntilSeconds < atSeconds) continue;
      next = { node, kind: isLeaving ? 'gone' : 'notice', atSeconds };
    }
    return next;
  }

  /** The notice; returns when the node will be gone. */
  beginLeaving(node: number): number {
    const life = this.#nodes[node];
    life.isLeaving = true;
    const goneAtSeconds = life.noticeAtSeconds + this.#options.reclaims!.noticeSeconds;
    if (life.replicas === 0) life.onUntilSeconds = Math.min(life.onUntilSeconds, goneAtSeconds);
    return goneAtSeconds;
  }

  /** Its replicas have left it. */
  remove(node: number, atSeconds: number): void {
    const life = this.#nodes[node];
    this.#book(node, atSeconds);
    if (life.onSinceSeconds < Infinity) this.#end(node, atSeconds);
    Object.assign(life, { isLeaving: false, noticeAtSeconds: Infinity, onUntilSeconds: -Infinity });
  }

  /** Since it was last taken, up to then. */
  takeAccount(endSeconds: number): NodeAccount {
    for (const node of this.#nodes.keys()) this.#book(node, endSeconds);
    const account = this.#account;
    this.#account = this.#emptyAccount();
    return account;
  }

  save(): NodesState {
    return { nodes: this.#nodes, account: this.#account };
  }

  restore({ nodes, account }: NodesState): void {
    this.#nodes = nodes;
    this.#account = account;
  }

  #emptyUntil({ isLeaving, noticeAtSeconds }: NodeLife, atSeconds: number): number {
    const { emptySeconds, reclaims } = this.#options;
    const goneAtSeconds = isLeaving ? noticeAtSeconds + reclaims!.noticeSeconds : Infinity;
    return Math.min(atSeconds + emptySeconds, goneAtSeconds);
  }

  #book(node: number, toSeconds: number): void {
    const life = this.#nodes[node];
    const onUntil = life.replicas > 0 ? toSeconds : Math.min(toSeconds, life.onUntilSeconds);
    if (onUntil > life.accountedSeconds)
      for (const time of this.#accountsOf(node)) time.nodes += onUntil - life.accountedSeconds;
    life.accountedSeconds = toSeconds;
    const isOff = life.replicas === 0 && life.onUntilSeconds < toSeconds;
    if (isOff && life.onSinceSeconds < Infinity) this.#end(node, life.onUntilSeconds);
  }

  #end(node: number, atSeconds: number): void {
    const life = this.#nodes[node];
    for (const { nodeLives } of this.#accountsOf(node)) nodeLives.push(atSeconds - life.onSinceSeconds);
    life.onSinceSeconds = Infinity;
  }

  #accountsOf(node: number): NodeTime[] {
    const { spot } = this.#account;
    return spot !== undefined && this.#options.reclaims!.isSpot(node)
      ? [this.#account, spot]
      : [this.#account];
  }

  #emptyAccount(): NodeAccount {
    const spot = { nodes: 0, nodeLives: [] };
    return { nodes: 0, nodeLives: [], ...(this.#options.reclaims && { spot }) };
  }
}
