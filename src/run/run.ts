// One run: starts the groups of cells, keeps them supplied with windows, records what comes back, and has its state
// saved between windows. Only pausing and stopping come from outside; nothing that depends on the wall clock reaches a
// result.
import assert from 'node:assert/strict';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { planCells } from '../fleet/cell-plan.ts';
import { UserError } from '../kernel/user-error.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { GroupReport, GroupState } from './group.ts';
import { startLocalHost, startWorkerHost } from './host.ts';
import type { Host } from './host.ts';
import { describeRun } from './info.ts';
import { ProgressClock } from './progress.ts';
import type { Ahead } from './progress.ts';
import { Recorder } from './recorder.ts';
import type { Ending, RunResult } from './result.ts';
import { Saver } from './saver.ts';
import type { RunState, SaveOptions, SaveStatus } from './saver.ts';
import type { RunControl, RunInfo, RunStatus, Snapshot } from './snapshot.ts';
import { Timeline } from './timeline.ts';

export interface RunOptions {
  /** Worker threads; 0 simulates in the calling thread. More than there are cells is the same as one per cell. */
  threads: number;
  outDir: string;
  version: string;
  /** Without it nothing is saved. */
  save?: SaveOptions;
  /** To go on from: saved by a run of the same scenario. */
  state?: RunState;
  /** See Timeline; for tests. */
  rebaseSeconds?: number;
}

/** Windows asked of a group beyond the one that is awaited, so that no thread idles while another is behind. */
const WINDOWS_AHEAD = 3;
/** The parts of a snapshot that cover the whole day are renewed no more often than this. */
const SUMMARY_EVERY_MS = 150;
/** Who stops a run may have to wait for the windows under way; longer than this it ends without saving its state. */
const STOP_PATIENCE_MS = 20_000;

interface Settle {
  resolve(result: RunResult): void;
  reject(error: Error): void;
}

export class Run implements RunControl {
  readonly info: RunInfo;
  readonly #loaded: LoadedScenario;
  readonly #threads: number;
  readonly #drains: boolean;
  readonly #timeline: Timeline;
  readonly #groups: CellPlan[][];
  readonly #recorder: Recorder;
  readonly #saver: Saver | undefined;
  readonly #clock: ProgressClock;
  /** Where this run begins or goes on; of use until it has begun. */
  readonly #firstWindow: number;
  #state: RunState | undefined;
  #hosts: Host[] = [];
  /** Reports that have come for each window from the next one on, by group. */
  readonly #pending = new Map<number, (GroupReport | undefined)[]>();
  #nextWindow: number;
  #requested: number;
  #status: RunStatus = 'starting';
  #paused = false;
  #stopRequested = false;
  #impatience: NodeJS.Timeout | undefined;
  #settle: Settle | undefined;
  #watcher: ((snapshot: Snapshot) => void) | undefined;
  #summary: ReturnType<Recorder['summary']> | undefined;
  #lastWindow: WindowMetrics | undefined;

  constructor(loaded: LoadedScenario, options: RunOptions) {
    const { scenario } = loaded;
    const { state, save } = options;
    this.#loaded = loaded;
    this.#threads = options.threads;
    this.#drains = scenario.drain === 'finish';
    this.#timeline = new Timeline(scenario, options.rebaseSeconds);
    const plans = planCells(scenario.pools);
    const groupCount = Math.max(1, Math.min(options.threads, plans.length));
    this.#groups = Array.from({ length: groupCount }, (_, g) =>
      plans.filter((plan) => plan.index % groupCount === g),
    );
    const windowEnds = this.#timeline.dayEnds;
    this.info = describeRun(scenario, { ...options, cells: plans.length, windowEnds });
    this.#recorder = new Recorder(scenario, this.#groups);
    if (state !== undefined) this.#recorder.restore(state.recorder);
    this.#state = state;
    this.#firstWindow = state?.nextWindow ?? 0;
    this.#nextWindow = this.#firstWindow;
    this.#requested = this.#firstWindow;
    const fromSeconds = this.#timeline.startOf(this.#firstWindow);
    this.#saver = save && new Saver(save, this.#groups, fromSeconds);
    this.#clock = new ProgressClock(this.info, windowEnds, this.#firstWindow);
  }

  /** Simulates the whole scenario; resolves with what there is when it is stopped early. Call once. */
  execute(watcher?: (snapshot: Snapshot) => void): Promise<RunResult> {
    this.#watcher = watcher;
    this.#showRecords();
    this.#clock.start();
    const start = this.#threads > 0 ? startWorkerHost : startLocalHost;
    const finished = new Promise<RunResult>((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#hosts = this.#groups.map((plans, group) =>
      start(
        { scenario: this.#loaded.scenario, plans, state: this.#stateOf(plans) },
        {
          onReport: (report) => this.#guarded(() => this.#onReport(group, report)),
          onState: (state) => this.#guarded(() => this.#onState(group, state)),
          onError: (error) => void this.#fail(error),
        },
      ),
    );
    this.#state = undefined;
    this.#status = 'running';
    // A signal may come while the dashboard is being loaded.
    if (this.#stopRequested) this.#stop();
    else this.#supply();
    return finished;
  }

  get ahead(): Ahead {
    return this.#clock.ahead;
  }

  get saves(): SaveStatus | undefined {
    return this.#saver;
  }

  get isStopping(): boolean {
    return this.#stopRequested;
  }

  pause(): void {
    if (this.#paused || this.#settle === undefined) return;
    this.#paused = true;
    this.#clock.pause();
    this.#emit();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#clock.start();
    this.#supply();
    this.#emit();
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
    // Before its first window there is nothing to save; that of a resumed run is saved already.
    if (this.#saver === undefined || this.#nextWindow === this.#firstWindow) {
      void this.#finish('stopped');
      return;
    }
    this.#askForState(this.#saver);
    this.#impatience = setTimeout(() => this.#stopUnsaved(this.#saver!), STOP_PATIENCE_MS);
  }

  #stopUnsaved(saver: Saver): void {
    saver.problem = new UserError(
      `the state could not be saved within ${STOP_PATIENCE_MS / 1000} s, as a window takes longer; shorten output.window`,
    );
    void this.#finish('stopped');
  }

  /** Keeps every group a few windows ahead of the record. */
  #supply(): void {
    if (this.#paused || this.#stopRequested || this.#settle === undefined) return;
    while (this.#requested < this.#nextWindow + WINDOWS_AHEAD && this.#mayRequest(this.#requested)) {
      const request = this.#timeline.request(this.#requested);
      for (const host of this.#hosts) host.advance(request);
      const isDue = this.#saver?.isDue(this.#timeline.endOf(this.#requested));
      this.#requested++;
      if (isDue) this.#askForState(this.#saver!);
    }
  }

  #mayRequest(window: number): boolean {
    return this.#timeline.isDay(window) || (this.#drains && !this.#timeline.isBeyondDrain(window));
  }

  /** As it will be after the last window asked for. */
  #askForState(saver: Saver): void {
    saver.order(this.#requested);
    for (const host of this.#hosts) host.save();
  }

  /** The answer of a group, unless the run is over. */
  #guarded(action: () => void): void {
    if (this.#settle === undefined) return;
    try {
      action();
    } catch (error) {
      void this.#fail(error as Error);
    }
  }

  #onReport(group: number, report: GroupReport): void {
    const reports = this.#pending.get(report.window) ?? [];
    reports[group] = report;
    this.#pending.set(report.window, reports);
    while (this.#recordNext());
    this.#supply();
  }

  /** Records the next window if all its reports are in. */
  #recordNext(): boolean {
    const window = this.#nextWindow;
    const reports = this.#pending.get(window);
    if (this.#settle === undefined || reports === undefined) return false;
    const complete: GroupReport[] = [];
    for (const report of reports) if (report !== undefined) complete.push(report);
    if (complete.length < this.#groups.length) return false;
    this.#pending.delete(window);
    this.#lastWindow = this.#recorder.add(
      complete,
      this.#timeline.startOf(window),
      this.#timeline.endOf(window),
    );
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
    return true;
  }

  /** Every group's state follows its report of the window, and precedes the next: the record is just there. */
  #onState(group: number, piece: GroupState): void {
    const state = this.#saver!.add(group, piece);
    if (state === undefined) return;
    assert(state.nextWindow === this.#nextWindow, `state ${state.nextWindow} at window ${this.#nextWindow}`);
    const isLast = this.#stopRequested && state.nextWindow === this.#requested;
    this.#saver!.write({ ...state, recorder: this.#recorder.save() }).then(
      () => void (isLast && this.#finish('stopped')),
      (error: Error) => void this.#fail(error),
    );
  }

  async #finish(ending: Ending): Promise<void> {
    const settle = await this.#end(ending === 'finished' ? 'finished' : 'stopped');
    if (settle === undefined) return;
    this.#summary = undefined;
    this.#emit();
    settle.resolve(this.#recorder.result(this.info, ending));
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
    this.#paused = false;
    this.#status = status;
    this.#clock.pause();
    clearTimeout(this.#impatience);
    await Promise.all(this.#hosts.map((host) => host.close()));
    await this.#saver?.settled();
    return settle;
  }

  /** The part of the state that a group goes on from. */
  #stateOf(plans: readonly CellPlan[]): GroupState | undefined {
    if (this.#state === undefined) return undefined;
    const { cells, attainment } = this.#state;
    return { cells: plans.map((plan) => cells[plan.index]), attainment };
  }

  /** Watchers of a resumed run learn what has been. */
  #showRecords(): void {
    for (const [i, window] of this.#recorder.windows.entries()) {
      this.#lastWindow = window;
      this.#emit(undefined, i);
    }
  }

  #emit(message?: string, windowIndex = this.#nextWindow - 1): void {
    if (this.#watcher === undefined || this.#lastWindow === undefined) return;
    if (this.#summary === undefined || this.#clock.due(SUMMARY_EVERY_MS))
      this.#summary = this.#recorder.summary();
    this.#watcher({
      status: this.#paused ? 'paused' : this.#status,
      message,
      window: this.#lastWindow,
      windowIndex,
      ...this.#summary,
      ...this.#clock.read(),
    });
  }
}
