// A scenario's arrivals and lengths generated and thrown away: the floor that no simulation of every request can pass.
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { ArrivalBatch, ArrivalSource } from '../../src/workload/spec.ts';
import type { Program } from './program.ts';

/** As many as a cell asks for at a time. */
const BATCH = 2048;

export class Generator {
  readonly #program: Program;
  readonly #scenario: Scenario;
  readonly #batch: ArrivalBatch = {
    count: 0,
    atTicks: new Float64Array(BATCH),
    promptTokens: new Int32Array(BATCH),
    outputTokens: new Int32Array(BATCH),
  };
  /** One per cell, all drawn from in turn. */
  #sources: ArrivalSource[] = [];
  #next = 0;

  constructor(program: Program, scenario: Scenario) {
    this.#program = program;
    this.#scenario = scenario;
  }

  /** Generates the next batch, from the start again after the last; returns its requests. */
  advance(): number {
    if (this.#next === this.#sources.length) this.#next = 0;
    const source = this.#sources[this.#next++];
    source?.fill(this.#batch, Infinity);
    if (source !== undefined && this.#batch.count > 0) return this.#batch.count;
    this.#begin();
    return this.advance();
  }

  #begin(): void {
    const { planCells, createArrivalSource } = this.#program;
    const { workload: spec, pools, seed, startEpochMs, durationSeconds } = this.#scenario;
    this.#sources = planCells(pools).map(({ index, share, shareStart }) =>
      createArrivalSource({
        spec,
        share: { cell: index, share, shareStart },
        seed,
        startEpochMs,
        durationSeconds,
      }),
    );
    this.#next = 0;
  }
}
