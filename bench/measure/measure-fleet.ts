// A fleet in steady state against the generator of its requests, in turn, so that what disturbs one disturbs the other.
import { Window } from '../../src/fleet/window-fields.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { cpuNs, cpuPerRequest, peakRssMb } from './cpu.ts';
import { Fleet } from './fleet.ts';
import { Generator } from './generator.ts';
import type { Program } from './program.ts';
import type { Effort, FleetFigures } from './tasks.ts';

export function measureFleet(program: Program, scenario: Scenario, effort: Effort): FleetFigures {
  const generator = new Generator(program, scenario);
  const before = cpuNs();
  const fleet = new Fleet(program, scenario);
  const coldNs = (cpuNs() - before + warmUp(fleet, effort)) / fleet.counts[Window.arrived];
  cpuPerRequest(() => generator.advance(), effort.sampleMs);

  const counts = fleet.counts.fill(0);
  fleet.cellsMs = fleet.recordingMs = 0;
  const generatorNs: number[] = [];
  const ns: number[] = [];
  for (let sample = 0; sample < effort.samples; sample++) {
    generatorNs.push(cpuPerRequest(() => generator.advance(), effort.sampleMs / 2));
    ns.push(cpuPerRequest(() => fleet.advance(), effort.sampleMs));
  }
  return {
    generatorNs,
    ns,
    cellsPart: fleet.cellsMs / (fleet.cellsMs + fleet.recordingMs),
    coldNs,
    runs: counts[Window.runs] / counts[Window.arrived],
    steps: counts[Window.steps] / counts[Window.arrived],
    preemptions: counts[Window.preemptions] / counts[Window.arrived],
    batch: counts[Window.decodeTokens] / counts[Window.decodeSteps],
    rssMb: peakRssMb(),
  };
}

/** Fills the fleet and lets V8 compile what is used; returns the CPU it took. */
function warmUp(fleet: Fleet, { warmUpSeconds, warmUpRequests, warmUpMs }: Effort): number {
  const before = cpuNs();
  const until = performance.now() + warmUpMs;
  const isWarm = () => fleet.counts[Window.arrived] >= warmUpRequests || performance.now() > until;
  while (fleet.simulatedSeconds < warmUpSeconds || !isWarm()) fleet.advance();
  return cpuNs() - before;
}
