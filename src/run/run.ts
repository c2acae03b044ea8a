// One run: starts the groups of cells, keeps them supplied with windows, records what comes back, and has its state
// saved between windows. Only pausing and stopping come from outside; nothing that depends on the wall clock reaches a
// result.
import assert from 'node:assert/strict';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { planCells } from '../fleet/cell-plan.ts';
import { UserError } from '../kernel/user-error.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { ScalingDecision } from '../control/controller.ts';
import type { EventChoices } from '../scenario/events/check.ts';
import type { EventOrder, RunEvent } from '../scenario/events/event.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { ControlRoom } from './control-room.ts';
import type { GroupReport, GroupState, StopRequest, WindowReport } from './threads/group.ts';
import { startLocalHost, startWorkerHost } from './threads/host.ts';
import type { Host } from './threads/host.ts';
import { fleetOf } from './live/fleet-gauges.ts';
import { Gate } from './live/gate.ts';
import { Injections } from './live/injections.ts';
import { PoolTotals } from './live/pool-totals.ts';
import { describeRun } from './info.ts';
import { ProgressClock } from './progress.ts';
import type { Ahead } from './progress.ts';
import { Recorder } from './recorder.ts';
import { Watching } from './records/watching.ts';
import type { WatchOptions } from './records/watch-options.ts';
import type { OwnPolicies } from './policies/own-policies.ts';
import type { Ending, RunResult } from './result.ts';
import { Saver } from './saving/saver.ts';
import type { RunState, SaveOptions, SaveStatus } from './saving/saver.ts';
import type { EventControl, FleetCell, RunControl, RunInfo, RunStatus, Snapshot } from './snapshot.ts';
import { Timeline } from './timeline.ts';
import type { Stop } from './timeline.ts';
import { compileForLongRuns, keepNurserySmall } from './threads/v8-flags.ts';

export interface RunOptions {
  /** Worker threads; 0 simulates in the calling thread. More than there are cells is the same as one per cell. */
  threads: number;
  /** Of a process that does nothing else: where a policy decides, the calling thread takes the place of one of `threads`. */
  isOnlyRun?: boolean;
  outDir: string;
  version: string;
  /** Without it nothing is saved. */
  save?: SaveOptions;
  /** In time order; their policies have been loaded. Of a run that goes on they are in its state. */
  events?: readonly RunEvent[];
  /** See loadOwnPolicies; needed where the scenario names some. */
  policies?: OwnPolicies;
  /** To go on from: saved by a run of the same scenario. */
  state?: RunState;
  /** Who wants to know of single requests and steps; without it nobody. */
  watch?: WatchOptions;
  /** Whether somebody may ask for what each pool and each replica does: see `pools`, and `fleet` of a snapshot. */
  isServed?: boolean;
  /** See Timeline; for tests. */
  rebaseSeconds?: number;
}

/** Windows asked of a group at once, so that no thread idles while another is behind. */
const WINDOWS_AHEAD = 3;
/** The parts of a snapshot that cover the whole day are renewed no more often than this. */
const SUMMARY_EVERY_MS = 150;
/** And those of every replica, while somebody watches them. */
const GAUGES_EVERY_MS = 180;
/** Who stops a run may have to wait for the windows under way; longer than this it ends without saving its state. */
const STOP_PATIENCE_MS = 20_000;

interface Settle {
  resolve(result: RunResult): void;
  reject(error: Error): void;
}

export class Run implements RunControl, EventControl {
  readonly info: RunInfo;
  /** What each pool has done in this process, if it was asked for. */
  readonly pools: PoolTotals | undefined;
  readonly #loaded: LoadedScenario;
  readonly #threads: number;
  readonly #isOnlyRun: boolean;
  readonly #drains: boolean;
  readonly #timeline: Timeline;
  readonly #controlRoom: ControlRoom;
  readonly #groups: CellPlan[][];
  readonly #injections: Injections;
  readonly #recorder: Recorder;
  readonly #watching: Watching | undefined;
  readonly #saver: Saver | undefined;
  readonly #clock: ProgressClock;
  /** Where this run begins or goes on; of use until it has begun. */
  readonly #firstWindow: number;
  #state: RunState | undefined;
  #hosts: Host[] = [];
  /** Reports that have come for the stops asked for, the next one first; by group. */
  readonly #pending: { stop: Stop; reports: (GroupReport | undefined)[] }[] = [];
  /** The first window not recorded, and the next stop to ask for. */
  #nextWindow: number;
  #nextStop: Stop;
  #status: RunStatus = 'starting';
  readonly #gate: Gate;
  #watchesFleet = false;
  #gaugesAskedAtMs = -Infinity;
  #fleet: FleetCell[] | undefined;
  #stopRequested = false;
  /** What the groups said while programs were being asked; undefined while none is. */
  #inbox: (() => void)[] | undefined;
  #impatience: NodeJS.Timeout | undefined;
  #letNurseryGrow: () => void = () => {};
  #settle: Settle | undefined;
  #watcher: ((snapshot: Snapshot) => void) | undefined;
  #summary: ReturnType<Recorder['summary']> | undefined;
  #lastWindow: WindowMetrics | undefined;

  constructor(loaded: LoadedScenario, options: RunOptions) {
    const { scenario } = loaded;
    const { state, save, events = [] } = options;
    this.#loaded = loaded;
    this.#threads = options.threads;
    this.#isOnlyRun = options.isOnlyRun ?? false;
    this.#drains = scenario.drain === 'finish';
    const plans = planCells(scenario.pools);
    const groupCount = Math.max(1, Math.min(options.threads, plans.length));
    this.#groups = Array.from({ length: groupCount }, (_, g) =>
      plans.filter((plan) => plan.index % groupCount === g),
    );
    this.#controlRoom = new ControlRoom(scenario, this.#groups, options.policies);
    this.#timeline = new Timeline(scenario, {
      periodsSeconds: this.#controlRoom.periodsSeconds,
      rebaseSeconds: options.rebaseSeconds,
    });
    const windowEnds = this.#timeline.dayEnds;
    this.info = describeRun(scenario, { ...options, cells: plans.length, windowEnds });
    this.#recorder = new Recorder(scenario, this.#groups);
    if (options.isServed) this.pools = new PoolTotals(scenario, this.#groups);
    if (state !== undefined) {
      this.#recorder.restore(state.recorder);
      for (const event of state.events.applied) if (event.kind !== 'burst') this.#controlRoom.apply(event);
      this.#controlRoom.restore(state.control);
      this.#timeline.setPeriods(this.#controlRoom.periodsSeconds);
    }
    this.#watching = options.watch && new Watching(scenario, plans, options.watch);
    this.#injections = new Injections(scenario, state?.events ?? { applied: [], waiting: [...events] });
    this.#state = state;
    this.#firstWindow = state?.nextWindow ?? 0;
    this.#nextWindow = this.#firstWindow;
    this.#nextStop = this.#timeline.stop(this.#firstWindow);
    const fromSeconds = this.#timeline.startOf(this.#firstWindow);
    this.#saver = save && new Saver(save, this.#groups, fromSeconds);
    this.#clock = new ProgressClock(this.info, windowEnds, this.#firstWindow);
    this.#gate = new Gate(fromSeconds, () => this.#goOn());
  }

  /** Simulates the whole scenario; resolves with what there is when it is stopped early. Call once. */
  execute(watcher?: (snapshot: Snapshot) => void): Promise<RunResult> {
    this.#watcher = watcher;
    this.#showRecords();
    this.#clock.start();
    const finished = new Promise<RunResult>((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#hosts = this.#groups.map((plans, group) =>
      this.#startOf(group)(
        {
          scenario: this.#loaded.scenario,
          plans,
          state: this.#stateOf(plans),
          watch: this.#watching?.spec,
        },
        {
          onReport: (report) => this.#guarded(() => this.#onReport(group, report)),
          onState: (state) => this.#guarded(() => this.#onState(group, state)),
          onError: (error) => void this.#fail(error),
        },
      ),
    );
    this.#state = undefined;
    this.#status = 'running';
    if (this.#isOnlyRun && this.#threads > 0) this.#letNurseryGrow = keepNurserySmall();
    // A signal may come while the dashboard is being loaded.
    if (this.#stopRequested) this.#stop();
    else this.#supply();
    return finished;
  }

  /**
   * Where a policy decides, all wait for this thread again and again, so it may simulate a part itself: a virtual
   * processor that has slept, even for 0.3 ms, goes on with cold caches, which costs up to a sixth of the next 5 ms
   * (measured).
   */
  #startOf(group: number): typeof startLocalHost {
    if (this.#threads === 0) return startLocalHost;
    if (group > 0 || !this.#isOnlyRun || this.#controlRoom.isEmpty) return startWorkerHost;
    compileForLongRuns();
    return startLocalHost;
  }

  get ahead(): Ahead {
    return this.#clock.ahead;
  }

  get saves(): SaveStatus | undefined {
    return this.#saver;
  }

  /** Whether every request of a run that records them was told of, or will be. */
  get recordsAll(): boolean {
    return !this.#watching?.owesUnfinished || this.#recorder.inSystem === 0;
  }

  get isStopping(): boolean {
    return this.#stopRequested;
  }

  pause(): void {
    if (this.#gate.isPaused || this.#settle === undefined) return;
    this.#gate.pause();
    this.#clock.pause();
    this.#emit();
  }

  resume(): void {
    if (!this.#gate.isPaused) return;
    this.#clock.start();
    this.#gate.resume();
    this.#supply();
    this.#emit();
  }

  step(): void {
    if (!this.#gate.isPaused || this.#settle === undefined) return;
    this.#gate.step();
    this.#supply();
  }

  setSpeed(speed: number | 'max'): void {
    this.#gate.setSpeed(speed);
  }

  choices(): Promise<EventChoices> {
    return this.#injections.choices();
  }

  async inject(order: EventOrder): Promise<string | undefined> {
    const problem = await this.#injections.order(order, () => this.#nextStop.startSeconds);
    if (problem === undefined) this.#supply();
    return problem;
  }

  watchFleet(isWatched: boolean): void {
    this.#watchesFleet = isWatched;
  }

  /**
   * Ends the run early: once its state is saved, after the last window asked for; where nothing saves it, after the
   * newest complete one. As soon as it begins if it has not; without effect once it has ended.
   */
  stop(): void {
    if (this.#stopRequested) return;
    this.#stopRequested = true;
    this.#stop();
  }

  #stop(): void {
    if (this.#settle === undefined) return;
    // Before its first window there is nothing to save; that of a resumed run is saved already, but who records requests
    // wants to see it.
    const isSaved =
      this.#nextWindow === this.#firstWindow && !(this.#watching?.records && this.#firstWindow > 0);
    if (this.#saver === undefined || isSaved) {
      void this.#finish('stopped');
      return;
    }
    if (this.#nextStop.opensWindow) this.#askForState(this.#saver);
    else this.#supply();
    this.#impatience = setTimeout(() => this.#stopUnsaved(this.#saver!), STOP_PATIENCE_MS);
    // Last: it may find that the run is over.
    this.#gate.open();
  }

  #stopUnsaved(saver: Saver): void {
    saver.problem = new UserError(
      `the state could not be saved within ${STOP_PATIENCE_MS / 1000} s, as a window takes longer; shorten output.window`,
    );
    void this.#finish('stopped');
  }

  /** Keeps every group a few windows ahead of the record; of what a controller may change, none. */
  #supply(): void {
    while (this.#pending.length < this.#stopsAhead && this.#maySupply() && this.#applyEvents()) {
      const stop = this.#nextStop;
      const asked = this.#controlRoom.requests(stop, this.#timeline);
      const frame = this.#frame(stop);
      for (const [g, host] of this.#hosts.entries()) host.advance({ ...frame, ...asked[g] });
      this.#pending.push({ stop, reports: this.#groups.map(() => undefined) });
      this.#nextStop = this.#timeline.next(stop);
      if (!stop.endsWindow) continue;
      if (this.#stopRequested || this.#saver?.isDue(stop.endSeconds)) this.#askForState(this.#saver!);
    }
  }

  /** Stops asked of a group beyond the one that is awaited. */
  get #stopsAhead(): number {
    return this.#controlRoom.isEmpty ? WINDOWS_AHEAD : 1;
  }

  /** Those due before the next stop; false while they wait for what has been asked for. */
  #applyEvents(): boolean {
    const { window, startSeconds } = this.#nextStop;
    if (!this.#injections.isDue(startSeconds)) return true;
    if (this.#pending.length > 0 || this.#saver?.isGathering) return false;
    this.#recorder.addDecisions(this.#injections.apply(startSeconds, this.#controlRoom));
    this.#timeline.setPeriods(this.#controlRoom.periodsSeconds);
    this.#nextStop = this.#timeline.stop(window, startSeconds);
    this.#emit();
    return true;
  }

  #maySupply(): boolean {
    if (this.#settle === undefined) return false;
    if (this.#inbox !== undefined) return false;
    // A state is that of the end of a window.
    if (this.#stopRequested) return this.#saver !== undefined && !this.#nextStop.opensWindow;
    return this.#gate.wantsMore && this.#mayRequest(this.#nextStop.window);
  }

  #frame({ window, endSeconds, opensWindow, endsWindow }: Stop): StopRequest {
    const bursts = this.#injections.takeBursts();
    return {
      ...(bursts && { bursts }),
      window,
      opensWindow,
      endsWindow,
      endTicks: this.#timeline.ticks(window, endSeconds),
      windowEndTicks: this.#timeline.ticks(window, this.#timeline.endOf(window)),
      rebaseTicks: this.#timeline.rebaseTicks(window),
      ...(endsWindow && this.#wantsGauges() && { gauges: true }),
      ...(endsWindow && this.#watching?.records && !this.#mayRequest(window + 1) && { state: true }),
    };
  }

  #wantsGauges(): boolean {
    const now = performance.now();
    const isWatched = this.#watchesFleet || this.pools !== undefined;
    if (!isWatched || now < this.#gaugesAskedAtMs + GAUGES_EVERY_MS) return false;
    this.#gaugesAskedAtMs = now;
    return true;
  }

  #mayRequest(window: number): boolean {
    return this.#timeline.isDay(window) || (this.#drains && !this.#timeline.isBeyondDrain(window));
  }

  /** As it will be at the last stop asked for, the end of a window. */
  #askForState(saver: Saver): void {
    saver.order(this.#nextStop.window);
    for (const host of this.#hosts) host.save();
  }

  /** The answer of a group, unless the run is over; in its turn. */
  #guarded(action: () => void): void {
    if (this.#settle === undefined) return;
    if (this.#inbox !== undefined) {
      this.#inbox.push(action);
      return;
    }
    try {
      action();
    } catch (error) {
      void this.#fail(error as Error);
    }
  }

  #onReport(group: number, report: GroupReport): void {
    // Every group answers in the order in which it is asked.
    this.#pending.find(({ reports }) => reports[group] === undefined)!.reports[group] = report;
    while (this.#settle !== undefined && this.#takeNext());
    this.#supply();
  }

  /** Takes the next stop in if all its reports are there. */
  #takeNext(): boolean {
    const next = this.#pending[0];
    if (next === undefined || next.reports.includes(undefined)) return false;
    const { stop } = next;
    if (!this.#stopRequested && !this.#gate.lets(stop)) {
      this.#inbox = [];
      return false;
    }
    this.#pending.shift();
    const reports = next.reports as GroupReport[];
    if (!this.#controlRoom.isEmpty) {
      const origin = this.#timeline.originOf(stop.window);
      const decisions = this.#controlRoom.receive(stop, reports, origin);
      if (decisions instanceof Promise) {
        this.#waitFor(decisions, stop, reports);
        return false;
      }
      this.#recorder.addDecisions(decisions);
    }
    if (stop.endsWindow) this.#record(stop, reports);
    return true;
  }

  /** Takes up what was not to be shown yet, and what came meanwhile. */
  #goOn(): void {
    const inbox = this.#inbox ?? [];
    this.#inbox = undefined;
    this.#guarded(() => {
      while (this.#settle !== undefined && this.#takeNext());
    });
    for (const action of inbox) this.#guarded(action);
    this.#supply();
  }

  /** Simulated time stands still; what the groups say meanwhile comes after it. */
  #waitFor(decisions: Promise<ScalingDecision[]>, stop: Stop, reports: readonly GroupReport[]): void {
    this.#inbox = [];
    decisions.then(
      (made) => {
        const inbox = this.#inbox ?? [];
        this.#inbox = undefined;
        this.#guarded(() => {
          this.#recorder.addDecisions(made);
          if (stop.endsWindow) this.#record(stop, reports);
        });
        for (const action of inbox) this.#guarded(action);
        this.#supply();
      },
      (error: Error) => void this.#fail(error),
    );
  }

  #record({ window, endSeconds }: Stop, groupReports: readonly GroupReport[]): void {
    const reports = groupReports.map((report) => report.window as WindowReport);
    this.#watching?.add(reports.map((report) => report.watched!));
    const capacities = this.#controlRoom.takeCapacities(endSeconds);
    const startSeconds = this.#timeline.startOf(window);
    this.#lastWindow = this.#recorder.add(reports, { startSeconds, endSeconds, capacities });
    this.pools?.add(reports, capacities);
    const gauges = reports.map((report) => report.gauges);
    const states = reports.map((report) => report.state);
    if (!states.includes(undefined)) this.#watching?.addUnfinished(this.#cellsOf(states as GroupState[]));
    this.#fleet = gauges.includes(undefined)
      ? undefined
      : fleetOf(this.#groups, gauges as Int32Array[][], (pool) => this.#controlRoom.stateOf(pool));
    this.#nextWindow++;
    this.#clock.advance(this.#lastWindow);
    const isDrain = !this.#timeline.isDay(this.#nextWindow);
    if (isDrain && (!this.#drains || this.#recorder.inSystem === 0)) {
      void this.#finish('finished');
    } else if (isDrain && this.#timeline.isBeyondDrain(this.#nextWindow)) {
      void this.#finish('undrained');
    } else {
      this.#status = isDrain ? 'draining' : 'running';
      this.#emit();
    }
  }

  /** Every group's state follows its report of the window, and precedes the next: the record is just there. */
  #onState(group: number, piece: GroupState): void {
    const state = this.#saver!.add(group, piece);
    if (state === undefined) return;
    assert(state.nextWindow === this.#nextWindow, `state ${state.nextWindow} at window ${this.#nextWindow}`);
    const isLast = this.#stopRequested && state.nextWindow === this.#nextStop.window;
    const records = {
      recorder: this.#recorder.save(),
      control: this.#controlRoom.save(),
      watched: this.#watching?.save(),
      events: this.#injections.save(),
    };
    // Those who are in the system are told of at the end only: the state goes on with them.
    if (isLast) this.#watching?.addUnfinished(state.cells);
    this.#saver!.write({ ...state, ...records }).then(
      () => void (isLast && this.#finish('stopped')),
      (error: Error) => void this.#fail(error),
    );
    this.#supply();
  }

  async #finish(ending: Ending): Promise<void> {
    const settle = await this.#end(ending === 'finished' ? 'finished' : 'stopped');
    if (settle === undefined) return;
    this.#summary = undefined;
    this.#emit();
    const { programs, capacityRefusals, reclaimed } = this.#controlRoom;
    const events = this.#injections.save();
    const hasEvents = events.applied.length + events.waiting.length > 0;
    const result = {
      ...this.#recorder.result(this.info, ending),
      capacityRefusals,
      ...(reclaimed && { reclaimed }),
      ...(hasEvents && { events }),
    };
    settle.resolve(programs.length > 0 ? { ...result, programs } : result);
  }

  async #fail(error: Error): Promise<void> {
    const settle = await this.#end('failed');
    if (settle === undefined) return;
    this.#emit(error.message);
    settle.reject(error);
  }

  /** Ends the threads, and waits for what is being written: afterwards nobody touches the run's files any more. */
  async #end(status: RunStatus): Promise<Settle | undefined> {
    const settle = this.#settle;
    if (settle === undefined) return undefined;
    this.#settle = undefined;
    this.#gate.close();
    this.#status = status;
    this.#clock.pause();
    clearTimeout(this.#impatience);
    this.#letNurseryGrow();
    await Promise.all([...this.#hosts.map((host) => host.close()), this.#controlRoom.close()]);
    await this.#saver?.settled();
    return settle;
  }

  /** The part of the state that a group goes on from. */
  #stateOf(plans: readonly CellPlan[]): GroupState | undefined {
    if (this.#state === undefined) return undefined;
    const { cells, attainment } = this.#state;
    return { cells: plans.map((plan) => cells[plan.index]), attainment };
  }

  /** By index of the cell. */
  #cellsOf(states: readonly GroupState[]): Uint8Array[] {
    const cells: Uint8Array[] = [];
    for (const [g, plans] of this.#groups.entries())
      for (const [i, plan] of plans.entries()) cells[plan.index] = states[g].cells[i];
    return cells;
  }

  /** Watchers of a resumed run learn what has been. */
  #showRecords(): void {
    for (let i = 0; i < this.#recorder.windowCount; i++) {
      this.#lastWindow = this.#recorder.windowAt(i);
      this.#emit(undefined, i);
    }
  }

  #emit(message?: string, windowIndex = this.#nextWindow - 1): void {
    if (this.#watcher === undefined || this.#lastWindow === undefined) return;
    if (this.#summary === undefined || this.#clock.due(SUMMARY_EVERY_MS))
      this.#summary = this.#recorder.summary();
    this.#watcher({
      status: this.#gate.isPaused ? 'paused' : this.#status,
      message,
      window: this.#lastWindow,
      windowIndex,
      scaling: this.#recorder.decisionsIn(this.#lastWindow),
      events: this.#injections.applied,
      ...(this.#fleet !== undefined && { fleet: this.#fleet }),
      ...this.#summary,
      ...this.#clock.read(),
    });
  }
}
