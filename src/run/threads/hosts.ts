// The groups of a run, each in its place: they are started, asked and ended together.
import type { CellPlan } from '../../fleet/cell-plan.ts';
import type { WatchSpec } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunState } from '../saving/saver.ts';
import { groupState } from './grouping.ts';
import type { StopRequest } from './group.ts';
import { startLocalHost, startWorkerHost } from './host.ts';
import type { Host, HostListener } from './host.ts';
import { compileForLongRuns, keepHeapSmall } from './v8-flags.ts';

export interface HostsSetup {
  scenario: Scenario;
  groups: readonly CellPlan[][];
  watch?: WatchSpec;
  /** To go on from; let go as soon as the groups have it. */
  state?: Pick<RunState, 'cells' | 'attainment'>;
}

/** See RunOptions. */
export interface HostsOptions {
  threads: number;
  isOnlyRun?: boolean;
  /** Whether all wait at every stop for what this thread decides. */
  isControlled: boolean;
}

export class Hosts {
  #setup: HostsSetup | undefined;
  readonly #options: HostsOptions;
  #hosts: Host[] = [];
  #letHeapGrow: () => void = () => {};

  constructor(setup: HostsSetup, options: HostsOptions) {
    this.#setup = setup;
    this.#options = options;
  }

  /** Call once. */
  start(listenerOf: (group: number) => HostListener): void {
    const { scenario, groups, watch, state } = this.#setup!;
    this.#setup = undefined;
    this.#hosts = groups.map((plans, group) => {
      const setup = { scenario, plans, state: state && groupState(plans, state), watch };
      return this.#startOf(group)(setup, listenerOf(group));
    });
    if (this.#options.isOnlyRun && this.#options.threads > 0) this.#letHeapGrow = keepHeapSmall();
  }

  /** By group, the stretch up to the next stop; their reports follow. */
  advance(requests: readonly StopRequest[]): void {
    for (const [g, host] of this.#hosts.entries()) host.advance(requests[g]);
  }

  /** Asks for the states at the last stop asked for, the end of a window. */
  save(): void {
    for (const host of this.#hosts) host.save();
  }

  async close(): Promise<void> {
    this.#letHeapGrow();
    await Promise.all(this.#hosts.map((host) => host.close()));
  }

  /**
   * Where a policy decides, all wait for this thread again and again, so it may simulate a part itself: a virtual
   * processor that has slept, even for 0.3 ms, goes on with cold caches, which costs up to a sixth of the next 5 ms
   * (measured).
   */
  #startOf(group: number): typeof startLocalHost {
    const { threads, isOnlyRun, isControlled } = this.#options;
    if (threads === 0) return startLocalHost;
    if (group > 0 || !isOnlyRun || !isControlled) return startWorkerHost;
    compileForLongRuns();
    return startLocalHost;
  }
}
