// What became of nodes that were taken back: in the order of time, for people; and in numbers. How many requests were cut
// off is known only when the cells have told, and so is when a replica was empty that had drained before its node was gone.
import assert from 'node:assert/strict';
import type { Reclaim } from './nodes.ts';

export interface ReclaimNews extends Reclaim {
  /** Replicas that were there: at the notice, and when the node was gone. */
  replicas: number;
  /** Of the pool, from then on. */
  readyReplicas: number;
  /** Requests that were cut off when it was gone; and whether another was ordered. */
  killed: number;
  isReplaced: boolean;
}

/** Notices so far, and requests that were cut off. */
export interface ReclaimTotals {
  reclaims: number;
  killed: number;
}

export class ReclaimLog {
  #totals: ReclaimTotals = { reclaims: 0, killed: 0 };
  /** Of the stretch under way. */
  #news: ReclaimNews[] = [];
  /** Replicas whose node is gone, of which the cells have not told. */
  #awaited: { replica: number; news: ReclaimNews }[] = [];

  get totals(): ReclaimTotals {
    return this.#totals;
  }

  /** `left`: replicas that were not known to be empty when the node was gone. */
  tell(news: Omit<ReclaimNews, 'killed' | 'replicas'>, left: readonly number[]): void {
    const told = { ...news, replicas: left.length, killed: 0 };
    this.#news.push(told);
    if (news.kind === 'notice') this.#totals = { ...this.#totals, reclaims: this.#totals.reclaims + 1 };
    else for (const replica of left) this.#awaited.push({ replica, news: told });
  }

  /** So many of its requests were cut off. Returns when its node was gone; undefined where it was not awaited. */
  drained(replica: number, killed: number): number | undefined {
    const first = this.#awaited.findIndex((one) => one.replica === replica);
    if (first < 0) return undefined;
    const [{ news }] = this.#awaited.splice(first, 1);
    news.killed += killed;
    this.#totals = { ...this.#totals, killed: this.#totals.killed + killed };
    return news.atSeconds;
  }

  /** Since this was last asked; when the cells have told all. */
  take(): ReclaimNews[] {
    assert(this.#awaited.length === 0, `${this.#awaited.length} replicas of lost nodes have not drained`);
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Between stretches: nothing is awaited. */
  save(): ReclaimTotals {
    return this.#totals;
  }

  restore(totals: ReclaimTotals): void {
    this.#totals = totals;
  }
}

/** For the log of decisions. */
export function reclaimReason(
  { node, kind, replicas, killed, isReplaced }: ReclaimNews,
  pool: { killed: 'retry' | 'lose'; noticeSeconds: number },
): string {
  if (kind === 'notice') {
    const what = replicas === 0 ? 'it is empty' : `${counted(replicas, 'replica')} closed or stopped`;
    return `spot node ${node} is reclaimed, gone in ${pool.noticeSeconds} s: ${what}`;
  }
  const fate = pool.killed === 'retry' ? 'begun again elsewhere' : 'lost';
  const cutOff = killed === 0 ? 'no request cut off' : `${counted(killed, 'request')} cut off and ${fate}`;
  return `spot node ${node} is gone: ${cutOff}${isReplaced ? '; another is ordered' : ''}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
