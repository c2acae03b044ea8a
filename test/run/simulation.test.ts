// A run without threads, wall clock or people: what decides its result is all there.
import { describe, expect, it } from 'vitest';
import { planCells } from '../../src/fleet/cell-plan.ts';
import { loadScalingPolicies } from '../../src/policies/scaling/registry.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run } from '../../src/run/run.ts';
import { Simulation } from '../../src/run/simulation.ts';
import { Group } from '../../src/run/threads/group.ts';
import { groupsOf } from '../../src/run/threads/grouping.ts';
import type { RunEvent } from '../../src/scenario/events/event.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { writeScaling } from './scaling.scenario.ts';

const SHORT = ['duration=20m', 'start=2024-05-14T14:30:00', 'fleet.pools[0].cells=5'];
const fixed = loadScenario('scenarios/small-chat.yaml', SHORT, {});
await loadScalingPolicies(['threshold']);
const scaling = loadScenario(writeScaling(temporaryFolder()), []);
const EVENTS: RunEvent[] = [
  { atSeconds: 120, kind: 'burst', factor: 2, durationSeconds: 200 },
  { atSeconds: 300, kind: 'replicas', pool: 0, replicas: 5 },
];

/** Asks for stop after stop, and has the groups of cells simulated one after the other. */
async function simulate({ scenario }: LoadedScenario, run: Run, groupCount: number): Promise<RunResult> {
  const groups = groupsOf(planCells(scenario.pools), groupCount);
  const simulation = new Simulation(scenario, groups, { events: EVENTS });
  const cells = groups.map((plans) => new Group({ scenario, plans }));
  while (simulation.ending === undefined) {
    if (simulation.hasEventsDue) simulation.applyEvents();
    const stop = simulation.nextStop;
    const requests = simulation.ask({ gauges: false });
    const reports = cells.map((group, g) => group.advance(requests[g]));
    simulation.record(stop, reports, await simulation.receive(stop, reports));
  }
  return simulation.result(run.info, simulation.ending);
}

describe('the simulation', () => {
  it.each([
    ['of constant size', fixed],
    ['that scales', scaling],
  ])('of a fleet %s gives what a run gives, however its cells are grouped', async (_, loaded) => {
    const run = new Run(loaded, { threads: 0, outDir: 'out/test', version: 'test', events: EVENTS });
    const files = resultFiles(await run.execute(), loaded);
    for (const groupCount of [1, 3]) {
      expect(resultFiles(await simulate(loaded, run, groupCount), loaded)).toEqual(files);
    }
  });

  it('has reports awaited from the first event on that gives a pool to a controller', () => {
    const simulation = new Simulation(fixed.scenario, groupsOf(planCells(fixed.scenario.pools), 1), {
      events: [{ atSeconds: 0, kind: 'replicas', pool: 0, replicas: 5 }],
    });
    expect(simulation).toMatchObject({ isControlled: false, hasEventsDue: true });
    simulation.applyEvents();
    expect(simulation).toMatchObject({ isControlled: true, hasEventsDue: false });
  });

  it('asks for windows of the day and of the drain, and no more where the day is cut', () => {
    const asked = (drain: 'finish' | 'cut') => {
      const scenario = { ...fixed.scenario, durationSeconds: 180, windowSeconds: 60, drain };
      const simulation = new Simulation(scenario, groupsOf(planCells(scenario.pools), 1), {});
      let stops = 0;
      for (; simulation.hasNext && stops < 10; stops++) simulation.ask({ gauges: false });
      return stops;
    };
    expect(asked('cut')).toBe(3);
    expect(asked('finish')).toBe(10);
  });
});
