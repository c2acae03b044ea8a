// One simulating thread with everything on that a run has: cells with their policies, windows, energy, ledger. Left out
// are messages between threads, the dashboard and the files; those are measured on whole runs.
import { Window } from '../../src/fleet/window-fields.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { Program } from './program.ts';

export class Fleet {
  readonly #program: Program;
  readonly #scenario: Scenario;
  readonly #windowEnds: readonly number[];
  #group!: InstanceType<Program['Group']>;
  #recorder!: InstanceType<Program['Recorder']>;
  #window = 0;
  /** Wall time in the cells, and in recording what they report. */
  cellsMs = 0;
  recordingMs = 0;
  /** Sums over the windows so far, by Window. */
  readonly counts = new Float64Array(Window.FIELDS);

  constructor(program: Program, scenario: Scenario) {
    this.#program = program;
    this.#scenario = scenario;
    this.#windowEnds = program.windowEnds(scenario);
    this.#begin();
  }

  /** Simulates and records the next window, the first again after the last; returns the requests that arrived in it. */
  advance(): number {
    if (this.#window === this.#windowEnds.length) this.#begin();
    const window = this.#window++;
    const startSeconds = window === 0 ? 0 : this.#windowEnds[window - 1];
    const endSeconds = this.#windowEnds[window];
    const startMs = performance.now();
    const endTicks = this.#program.secondsToTicks(endSeconds);
    const stop = {
      window,
      opensWindow: true,
      endsWindow: true,
      endTicks,
      windowEndTicks: endTicks,
      rebaseTicks: 0,
    };
    const report = this.#group.advance(stop).window!;
    const simulatedMs = performance.now();
    const { arrived } = this.#recorder.add([report], { startSeconds, endSeconds, capacities: [] });
    this.cellsMs += simulatedMs - startMs;
    this.recordingMs += performance.now() - simulatedMs;
    for (const counts of report.counts) {
      for (let field = 0; field < counts.length; field++) this.counts[field] += counts[field];
    }
    return arrived;
  }

  get simulatedSeconds(): number {
    return this.#window === 0 ? 0 : this.#windowEnds[this.#window - 1];
  }

  #begin(): void {
    const { Group, Recorder, planCells } = this.#program;
    const scenario = this.#scenario;
    const plans = planCells(scenario.pools);
    this.#group = new Group({ scenario, plans });
    this.#recorder = new Recorder(scenario, [plans]);
    this.#window = 0;
  }
}
