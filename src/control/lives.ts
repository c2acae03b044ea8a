// The state of every replica of a pool that scales, how many there are in each, and for how many seconds; which of them
// is to go first, and where the next one is to be.
import type { ReplicaState } from '../policies/scaling/policy.ts';

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

export type ReplicaSeconds = Record<ReplicaState, number>;

export interface LivesState {
  replicas: ReplicaLife[];
  /** By replica: what lies before then is on the account. */
  accountedSeconds: Float64Array;
  orders: number;
  account: ReplicaSeconds;
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

export class Lives {
  /** Ends of the cells' ranges of replicas, rising; the last is the number of all. */
  readonly #cellEnds: readonly number[];
  #replicas: ReplicaLife[];
  #accountedSeconds: Float64Array;
  readonly #counts = { off: 0, provisioning: 0, loading: 0, ready: 0, draining: 0 };
  #orders = 0;
  #account = emptyAccount();

  constructor(cellEnds: readonly number[]) {
    const count = cellEnds[cellEnds.length - 1];
    this.#cellEnds = cellEnds;
    this.#replicas = Array.from({ length: count }, () => OFF);
    this.#accountedSeconds = new Float64Array(count);
    this.#counts.off = count;
  }

  /** By number, as they are now; who wants to keep them takes a copy of the list. */
  get replicas(): readonly ReplicaLife[] {
    return this.#replicas;
  }

  /** By state, now. */
  get counts(): Readonly<ReplicaSeconds> {
    return this.#counts;
  }

  stateOf(replica: number): ReplicaLife['state'] {
    return this.#replicas[replica].state;
  }

  /** One is ordered there. */
  begin(
    replica: number,
    state: ReplicaState,
    atSeconds: number,
    ends = { loadingAtSeconds: atSeconds, readyAtSeconds: atSeconds },
  ): void {
    this.enter(replica, state, atSeconds);
    this.#replicas[replica] = { state, orderedAtSeconds: atSeconds, ...ends, order: this.#orders++ };
  }

  enter(replica: number, state: ReplicaState | 'off', atSeconds: number): void {
    this.#book(replica, atSeconds);
    const life = this.#replicas[replica];
    this.#counts[life.state]--;
    this.#counts[state]++;
    this.#replicas[replica] = state === 'off' ? OFF : { ...life, state };
  }

  /** Time that was booked as draining was not: that replica was off already. */
  correctDraining(seconds: number): void {
    this.#account.draining -= seconds;
  }

  /** Since it was last taken, up to then. */
  takeAccount(endSeconds: number): ReplicaSeconds {
    for (let replica = 0; replica < this.#replicas.length; replica++) this.#book(replica, endSeconds);
    const account = this.#account;
    this.#account = emptyAccount();
    return account;
  }

  /** Of those provisioning, else loading, else ready. */
  newest(): number {
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

  /** The lowest place that is off in the cell with the least part of its places in use; -1 if there is none. */
  emptiestPlace(isUsable: (replica: number) => boolean): number {
    let best = -1;
    let bestUse = Infinity;
    let start = 0;
    for (const end of this.#cellEnds) {
      let used = 0;
      let free = -1;
      for (let replica = start; replica < end; replica++) {
        if (this.#replicas[replica].state !== 'off') used++;
        else if (free < 0 && isUsable(replica)) free = replica;
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

  save(): LivesState {
    return {
      replicas: this.#replicas,
      accountedSeconds: this.#accountedSeconds,
      orders: this.#orders,
      account: this.#account,
    };
  }

  restore({ replicas, accountedSeconds, orders, account }: LivesState): void {
    this.#replicas = replicas;
    this.#accountedSeconds = accountedSeconds;
    this.#orders = orders;
    this.#account = account;
    for (const name of STATES) this.#counts[name] = 0;
    for (const { state } of replicas) this.#counts[state]++;
  }

  #book(replica: number, toSeconds: number): void {
    const { state } = this.#replicas[replica];
    if (state !== 'off') this.#account[state] += toSeconds - this.#accountedSeconds[replica];
    this.#accountedSeconds[replica] = toSeconds;
  }
}

function emptyAccount(): ReplicaSeconds {
  return { provisioning: 0, loading: 0, ready: 0, draining: 0 };
}
