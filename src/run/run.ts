// One run: its groups of cells are kept supplied with stretches to simulate, their reports go on record in order, and now
// and then its state is saved. Here is what depends on the wall clock and on people: who waits for whom, pausing, stopping,
// the end. What is asked and what follows from it is in the simulation, so that nothing of this reaches a result.
import assert from 'node:assert/strict';
import type { ScalingDecision } from '../control/controller.ts';
import { planCells } from '../fleet/cell-plan.ts';
import type { EventChoices } from '../scenario/events/check.ts';
import type { EventOrder } from '../scenario/events/event.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { describeRun } from './info.ts';
import { Display, type Watcher } from './live/display.ts';
import { Gate } from './live/gate.ts';
import { Inbox } from './live/inbox.ts';
import type { PoolTotals } from './live/pool-totals.ts';
import { ProgressClock, type Ahead } from './live/progress.ts';
import type { Ending, RunResult } from './result.ts';
import { Saver, type SaveOptions, type SaveStatus } from './saving/saver.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';
import type { EventControl, RunControl, RunInfo, RunStatus } from './snapshot.ts';
import { Answers } from './threads/answers.ts';
import type { GroupReport, GroupState } from './threads/group.ts';
import { groupsOf } from './threads/grouping.ts';
import { Hosts } from './threads/hosts.ts';
import type { Stop } from './timeline.ts';

export interface RunOptions extends SimulationOptions {
  /** Worker threads; 0 simulates in the calling thread. More than there are cells is the same as one per cell. */
  threads: number;
  /** Of a process that does nothing else: where a policy decides, the calling thread takes the place of one of `threads`. */
  isOnlyRun?: boolean;
  outDir: string;
  version: string;
  /** Without it nothing is saved. */
  save?: SaveOptions;
}

/** Windows asked of a group at once, so that no thread idles while another is behind. */
const WINDOWS_AHEAD = 3;

interface Settle {
  resolve(result: RunResult): void;
  reject(error: Error): void;
}

export class Run implements RunControl, EventControl {
  readonly info: RunInfo;
  readonly #simulation: Simulation;
  readonly #hosts: Hosts;
  /** Of the stops that were asked for. */
  readonly #reports: Answers<Stop, GroupReport>;
  readonly #inbox = new Inbox((error) => void this.#fail(error));
  readonly #saver: Saver | undefined;
  readonly #gate: Gate;
  readonly #clock: ProgressClock;
  readonly #display: Display;
  #status: RunStatus = 'starting';
  #stopRequested = false;
  /** From the beginning until the end. */
  #settle: Settle | undefined;

  constructor({ scenario }: LoadedScenario, options: RunOptions) {
    const { threads, isOnlyRun, save, state } = options;
    const plans = planCells(scenario.pools);
    const groups = groupsOf(plans, threads);
    const simulation = new Simulation(scenario, groups, options);
    const { windowEnds, watch, isControlled } = simulation;
    const fromSeconds = simulation.nextStop.startSeconds;
    this.#simulation = simulation;
    this.info = describeRun(scenario, { ...options, cells: plans.length, windowEnds });
    this.#hosts = new Hosts({ scenario, groups, watch, state }, { threads, isOnlyRun, isControlled });
    this.#reports = new Answers(groups.length);
    this.#saver = save && new Saver(save, groups, fromSeconds);
    this.#gate = new Gate(fromSeconds, () => this.#goOn());
    this.#clock = new ProgressClock(this.info, windowEnds, simulation.firstWindow);
    this.#display = new Display(simulation, this.#clock);
  }

  /** Simulates the whole scenario; resolves with what there is when it is stopped early. Call once. */
  execute(watcher?: Watcher): Promise<RunResult> {
    this.#display.begin(watcher);
    this.#clock.start();
    const finished = new Promise<RunResult>((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#hosts.start((group) => ({
      onReport: (report) => this.#inbox.take(() => this.#onReport(group, report)),
      onState: (state) => this.#inbox.take(() => this.#onState(group, state)),
      onError: (error) => void this.#fail(error),
    }));
    this.#status = 'running';
    // A signal may come while the dashboard is being loaded.
    if (this.#stopRequested) this.#stop();
    else this.#supply();
    return finished;
  }

  /** Keeps every group a few windows ahead of the record; of what a controller may change, none. */
  #supply(): void {
    const simulation = this.#simulation;
    while (this.#maySupply()) {
      if (simulation.hasEventsDue) {
        // They wait for what has been asked for.
        if (this.#reports.open > 0 || this.#saver?.isGathering) return;
        simulation.applyEvents();
        this.#show();
        continue;
      }
      const stop = simulation.nextStop;
      this.#hosts.advance(simulation.ask({ gauges: stop.endsWindow && this.#display.wantsGauges() }));
      this.#reports.asked(stop);
      if (!stop.endsWindow) continue;
      if (this.#stopRequested || this.#saver?.isDue(stop.endSeconds)) this.#askForState(this.#saver!);
    }
  }

  #maySupply(): boolean {
    if (this.#settle === undefined || this.#inbox.isShut) return false;
    const { isControlled, nextStop, hasNext } = this.#simulation;
    if (this.#reports.open >= (isControlled ? 1 : WINDOWS_AHEAD)) return false;
    // A state is that of the end of a window.
    if (this.#stopRequested) return this.#saver !== undefined && !nextStop.opensWindow;
    return this.#gate.wantsMore && hasNext;
  }

  #onReport(group: number, report: GroupReport): void {
    this.#reports.add(group, report);
    this.#takeReports();
    this.#supply();
  }

  /** All that are there and may be shown; asking programs interrupts it. */
  #takeReports(): void {
    while (this.#settle !== undefined && this.#reports.complete !== undefined) {
      if (!this.#stopRequested && !this.#gate.lets(this.#reports.complete)) return this.#inbox.shut();
      const { question: stop, answers: reports } = this.#reports.take();
      const decisions = this.#simulation.receive(stop, reports);
      if (decisions instanceof Promise) return this.#waitFor(decisions, stop, reports);
      this.#record(stop, reports, decisions);
    }
  }

  /** Takes up what was not to be shown yet, and what came meanwhile. */
  #goOn(): void {
    this.#inbox.open(() => this.#takeReports());
    this.#supply();
  }

  /** Simulated time stands still; what the groups say meanwhile comes after it. */
  #waitFor(decisions: Promise<ScalingDecision[]>, stop: Stop, reports: readonly GroupReport[]): void {
    this.#inbox.shut();
    decisions.then(
      (made) => {
        this.#inbox.open(() => this.#record(stop, reports, made));
        this.#supply();
      },
      (error: Error) => void this.#fail(error),
    );
  }

  #record(stop: Stop, reports: readonly GroupReport[], decisions: readonly ScalingDecision[]): void {
    const simulation = this.#simulation;
    const window = simulation.record(stop, reports, decisions);
    if (window === undefined) return;
    this.#display.add(window, simulation.fleet(reports));
    const { ending } = simulation;
    if (ending !== undefined) {
      void this.#finish(ending);
      return;
    }
    this.#status = simulation.isDraining ? 'draining' : 'running';
    this.#show();
  }

  #show(message?: string): void {
    this.#display.show(this.#gate.isPaused ? 'paused' : this.#status, message);
  }

  /** As it will be at the last stop asked for, the end of a window. */
  #askForState(saver: Saver): void {
    saver.order(this.#simulation.nextStop.window);
    this.#hosts.save();
  }

  /** Every group's state follows its report of the window, and precedes the next: the record is just there. */
  #onState(group: number, piece: GroupState): void {
    const state = this.#saver!.add(group, piece);
    if (state === undefined) return;
    const { nextWindow, nextStop } = this.#simulation;
    assert(state.nextWindow === nextWindow, `state ${state.nextWindow} at window ${nextWindow}`);
    const isLast = this.#stopRequested && state.nextWindow === nextStop.window;
    const records = this.#simulation.save();
    // Those who are in the system are told of at the end only: the state goes on with them.
    if (isLast) this.#simulation.tellUnfinished(state.cells);
    this.#saver!.write({ ...state, ...records }).then(
      () => void (isLast && this.#finish('stopped')),
      (error: Error) => void this.#fail(error),
    );
    this.#supply();
  }

  get ahead(): Ahead {
    return this.#clock.ahead;
  }

  get saves(): SaveStatus | undefined {
    return this.#saver;
  }

  /** See Simulation. */
  get pools(): PoolTotals | undefined {
    return this.#simulation.pools;
  }

  /** See Simulation. */
  get recordsAll(): boolean {
    return this.#simulation.recordsAll;
  }

  get isStopping(): boolean {
    return this.#stopRequested;
  }

  pause(): void {
    if (this.#gate.isPaused || this.#settle === undefined) return;
    this.#gate.pause();
    this.#clock.pause();
    this.#show();
  }

  resume(): void {
    if (!this.#gate.isPaused) return;
    this.#clock.start();
    this.#gate.resume();
    this.#supply();
    this.#show();
  }

  step(): void {
    if (!this.#gate.isPaused || this.#settle === undefined) return;
    this.#gate.step();
    this.#supply();
  }

  setSpeed(speed: number | 'max'): void {
    this.#gate.setSpeed(speed);
  }

  watchFleet(isWatched: boolean): void {
    this.#display.watchFleet(isWatched);
  }

  choices(): Promise<EventChoices> {
    return this.#simulation.injections.choices();
  }

  async inject(order: EventOrder): Promise<string | undefined> {
    const { injections } = this.#simulation;
    const problem = await injections.order(order, () => this.#simulation.nextStop.startSeconds);
    if (problem === undefined) this.#supply();
    return problem;
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
    const saver = this.#saver;
    if (saver === undefined || !this.#simulation.hasNews) {
      void this.#finish('stopped');
      return;
    }
    if (this.#simulation.nextStop.opensWindow) this.#askForState(saver);
    else this.#supply();
    saver.hurry(() => void this.#finish('stopped'));
    // Last: it may find that the run is over.
    this.#gate.open();
  }

  async #finish(ending: Ending): Promise<void> {
    const settle = await this.#end(ending === 'finished' ? 'finished' : 'stopped');
    if (settle === undefined) return;
    this.#display.showEnd(this.#status);
    settle.resolve(this.#simulation.result(this.info, ending));
  }

  async #fail(error: Error): Promise<void> {
    const settle = await this.#end('failed');
    if (settle === undefined) return;
    this.#show(error.message);
    settle.reject(error);
  }

  /** Ends the threads, and waits for what is being written: afterwards nobody touches the run's files any more. */
  async #end(status: RunStatus): Promise<Settle | undefined> {
    const settle = this.#settle;
    if (settle === undefined) return undefined;
    this.#settle = undefined;
    this.#inbox.close();
    this.#gate.close();
    this.#status = status;
    this.#clock.pause();
    await Promise.all([this.#hosts.close(), this.#simulation.close(), this.#saver?.close()]);
    return settle;
  }
}
