// What a fleet finishes that is offered far more than it can serve: the throughput of which loads are parts. A result of
// the simulation, not of the clock: the same on every machine.
import { Window } from '../../src/fleet/window-fields.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { Fleet } from './fleet.ts';
import type { Program } from './program.ts';

/** Until the queue is full and the batch has settled, and long enough for a mean good to 1 %. */
const FILLING_SECONDS = 1800;
const REQUESTS = 20_000;

export function measureSaturation(program: Program, scenario: Scenario): { requestsPerSecond: number } {
  const fleet = new Fleet(program, scenario);
  while (fleet.simulatedSeconds < FILLING_SECONDS) fleet.advance();
  const fromSeconds = fleet.simulatedSeconds;
  const { counts } = fleet;
  counts.fill(0);
  while (counts[Window.finished] < REQUESTS) fleet.advance();
  if (counts[Window.rejectedQueueFull] === 0) throw new Error('the fleet was not saturated; offer it more');
  return { requestsPerSecond: counts[Window.finished] / (fleet.simulatedSeconds - fromSeconds) };
}
