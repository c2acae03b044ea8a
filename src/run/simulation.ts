// One run in simulated time: when all cells stop, what each is asked until then, and what follows from their reports: what
// controllers and events change, the record of every window, the end. Knows neither threads nor the wall clock, so nothing
// of them reaches a result: whoever simulates the cells, and however far ahead, the result is the same.
import type { ScalingDecision } from '../control/controller.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { planCells } from '../fleet/cell-plan.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { WatchSpec } from '../scenario/build.ts';
import type { RunEvent } from '../scenario/events/event.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ControlRoom } from './control-room.ts';
import { fleetOf } from './live/fleet-gauges.ts';
import { Injections } from './live/injections.ts';
import { PoolTotals } from './live/pool-totals.ts';
import type { OwnPolicies } from './policies/own-policies.ts';
import { Recorder } from './recorder.ts';
import type { WatchOptions } from './records/watch-options.ts';
import { Watching } from './records/watching.ts';
import type { Ending, RunResult } from './result.ts';
import type { RunState } from './saving/saver.ts';
import type { FleetCell, RunInfo } from './snapshot.ts';
import { joinedState } from './threads/grouping.ts';
import type { GroupReport, GroupState, StopRequest, WindowReport } from './threads/group.ts';
import { Timeline } from './timeline.ts';
import type { Stop } from './timeline.ts';

export interface SimulationOptions {
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

export class Simulation {
  /** Where it begins or goes on. */
  readonly firstWindow: number;
  readonly recorder: Recorder;
  readonly injections: Injections;
  /** What each pool has done in this process, if it was asked for. */
  readonly pools: PoolTotals | undefined;
  readonly #groups: readonly CellPlan[][];
  readonly #drains: boolean;
  readonly #timeline: Timeline;
  readonly #controlRoom: ControlRoom;
  readonly #watching: Watching | undefined;
  /** The first window not recorded, and the next stop to ask for. */
  #nextWindow: number;
  #nextStop: Stop;

  constructor(scenario: Scenario, groups: readonly CellPlan[][], options: SimulationOptions) {
    const { events = [], policies, state, watch, isServed, rebaseSeconds } = options;
    this.#groups = groups;
    this.#drains = scenario.drain === 'finish';
    this.#controlRoom = new ControlRoom(scenario, groups, policies);
    this.recorder = new Recorder(scenario, groups);
    this.injections = new Injections(scenario, state?.events ?? { applied: [], waiting: [...events] });
    if (isServed) this.pools = new PoolTotals(scenario, groups);
    this.#watching = watch && new Watching(scenario, planCells(scenario.pools), watch);
    if (state !== undefined) this.#restore(state);
    const { periodsSeconds } = this.#controlRoom;
    this.#timeline = new Timeline(scenario, { periodsSeconds, rebaseSeconds });
    this.firstWindow = state?.nextWindow ?? 0;
    this.#nextWindow = this.firstWindow;
    this.#nextStop = this.#timeline.stop(this.firstWindow);
  }

  #restore({ recorder, events, control }: RunState): void {
    this.recorder.restore(recorder);
    for (const event of events.applied) if (event.kind !== 'burst') this.#controlRoom.apply(event);
    this.#controlRoom.restore(control);
  }

  /** Ends of the workload's windows, seconds. */
  get windowEnds(): readonly number[] {
    return this.#timeline.dayEnds;
  }

  /** What the groups are to tell of single requests and steps. */
  get watch(): WatchSpec | undefined {
    return this.#watching?.spec;
  }

  /** Whether the reports of a stop may change what is asked until the next one. */
  get isControlled(): boolean {
    return !this.#controlRoom.isEmpty;
  }

  /** That has not been asked for. */
  get nextStop(): Stop {
    return this.#nextStop;
  }

  /** The first window that is not recorded. */
  get nextWindow(): number {
    return this.#nextWindow;
  }

  /** Whether there may be anything to simulate up to the next stop: it lies in the day, or in a drain. */
  get hasNext(): boolean {
    return this.#mayHave(this.#nextStop.window);
  }

  /** Whether events take effect at the last stop asked for: before anything else is asked, once its reports were received. */
  get hasEventsDue(): boolean {
    return this.injections.isDue(this.#nextStop.startSeconds);
  }

  applyEvents(): void {
    const { window, startSeconds } = this.#nextStop;
    this.recorder.addDecisions(this.injections.apply(startSeconds, this.#controlRoom));
    this.#timeline.setPeriods(this.#controlRoom.periodsSeconds);
    this.#nextStop = this.#timeline.stop(window, startSeconds);
  }

  /** What is asked of each group up to the next stop; the one after it is next then. `gauges`: see StopRequest. */
  ask({ gauges }: { gauges: boolean }): StopRequest[] {
    const stop = this.#nextStop;
    const controlled = this.#controlRoom.requests(stop, this.#timeline);
    const frame = this.#frame(stop);
    this.#nextStop = this.#timeline.next(stop);
    return controlled.map((own) => ({ ...frame, ...(gauges && { gauges }), ...own }));
  }

  #frame({ window, endSeconds, opensWindow, endsWindow }: Stop): StopRequest {
    const bursts = this.injections.takeBursts();
    return {
      ...(bursts && { bursts }),
      window,
      opensWindow,
      endsWindow,
      endTicks: this.#timeline.ticks(window, endSeconds),
      windowEndTicks: this.#timeline.ticks(window, this.#timeline.endOf(window)),
      rebaseTicks: this.#timeline.rebaseTicks(window),
      ...(endsWindow && this.#watching?.records && !this.#mayHave(window + 1) && { state: true }),
    };
  }

  #mayHave(window: number): boolean {
    return this.#timeline.isDay(window) || (this.#drains && !this.#timeline.isBeyondDrain(window));
  }

  /** What the controllers make of the reports of all groups at a stop; later where programs are asked. */
  receive(stop: Stop, reports: readonly GroupReport[]): ScalingDecision[] | Promise<ScalingDecision[]> {
    if (!this.isControlled) return [];
    return this.#controlRoom.receive(stop, reports, this.#timeline.originOf(stop.window));
  }

  /** Puts on record what was decided at a stop, and the window that it ends, if it does. */
  record(
    { window, endSeconds, endsWindow }: Stop,
    groupReports: readonly GroupReport[],
    decisions: readonly ScalingDecision[],
  ): WindowMetrics | undefined {
    this.recorder.addDecisions(decisions);
    if (!endsWindow) return undefined;
    const reports = groupReports.map((report) => report.window as WindowReport);
    this.#watching?.add(reports.map((report) => report.watched!));
    const capacities = this.#controlRoom.takeCapacities(endSeconds);
    const startSeconds = this.#timeline.startOf(window);
    const metrics = this.recorder.add(reports, { startSeconds, endSeconds, capacities });
    this.pools?.add(reports, capacities);
    const states = reports.map((report) => report.state);
    if (!states.includes(undefined)) {
      this.#watching?.addUnfinished(joinedState(this.#groups, states as GroupState[]).cells);
    }
    this.#nextWindow++;
    return metrics;
  }

  /** What the replicas do at the end of the window that was recorded last, from its reports; undefined if it was not asked. */
  fleet(reports: readonly GroupReport[]): FleetCell[] | undefined {
    const gauges = reports.map((report) => report.window?.gauges);
    if (gauges.includes(undefined)) return undefined;
    return fleetOf(this.#groups, gauges as Int32Array[][], (pool) => this.#controlRoom.stateOf(pool));
  }

  /** Whether the workload is over, by the record. */
  get isDraining(): boolean {
    return !this.#timeline.isDay(this.#nextWindow);
  }

  /** How it has ended, if it has. */
  get ending(): Ending | undefined {
    if (!this.isDraining) return undefined;
    if (!this.#drains || this.recorder.inSystem === 0) return 'finished';
    return this.#timeline.isBeyondDrain(this.#nextWindow) ? 'undrained' : undefined;
  }

  /**
   * Whether a state tells more than there was in the beginning: before the first window nothing, but who records requests
   * wants to see that of a resumed run.
   */
  get hasNews(): boolean {
    return this.#nextWindow > this.firstWindow || (this.firstWindow > 0 && this.#watching?.records === true);
  }

  /** The records, at the end of the newest window. */
  save(): Pick<RunState, 'recorder' | 'control' | 'watched' | 'events'> {
    return {
      recorder: this.recorder.save(),
      control: this.#controlRoom.save(),
      watched: this.#watching?.save(),
      events: this.injections.save(),
    };
  }

  /** Tells of who is in the system, once it is the end; states of the cells by index. */
  tellUnfinished(cells: readonly Uint8Array[]): void {
    this.#watching?.addUnfinished(cells);
  }

  /** Whether every request of a run that records them was told of, or will be. */
  get recordsAll(): boolean {
    return !this.#watching?.owesUnfinished || this.recorder.inSystem === 0;
  }

  /** Call once, at the end. */
  result(info: RunInfo, ending: Ending): RunResult {
    const { programs, capacityRefusals, reclaimed } = this.#controlRoom;
    const events = this.injections.save();
    const hasEvents = events.applied.length + events.waiting.length > 0;
    return {
      ...this.recorder.result(info, ending),
      capacityRefusals,
      ...(reclaimed && { reclaimed }),
      ...(hasEvents && { events }),
      ...(programs.length > 0 && { programs }),
    };
  }

  /** Ends the programs that decide. */
  close(): Promise<void> {
    return this.#controlRoom.close();
  }
}
