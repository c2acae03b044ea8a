import { describe, expect, it } from 'vitest';
import { planCells } from '../../../src/fleet/cell-plan.ts';
import { describeRun } from '../../../src/run/info.ts';
import { Display } from '../../../src/run/live/display.ts';
import { ProgressClock } from '../../../src/run/live/progress.ts';
import { Simulation } from '../../../src/run/simulation.ts';
import type { Snapshot } from '../../../src/run/snapshot.ts';
import { Group } from '../../../src/run/threads/group.ts';
import { groupsOf } from '../../../src/run/threads/grouping.ts';
import { loadScenario } from '../../../src/scenario/load.ts';

const { scenario } = loadScenario('scenarios/small-chat.yaml', ['duration=5m', 'fleet.pools[0].cells=2'], {});
const facts = { cells: 2, threads: 0, version: 'test', outDir: '' };

/** A display, and how to show it the next window. */
function opened() {
  const groups = groupsOf(planCells(scenario.pools), 1);
  const simulation = new Simulation(scenario, groups, {});
  const cells = new Group({ scenario, plans: groups[0] });
  const { windowEnds } = simulation;
  const clock = new ProgressClock(describeRun(scenario, { ...facts, windowEnds }), windowEnds, 0);
  const display = new Display(simulation, clock);
  const goOn = (gauges = false) => {
    const stop = simulation.nextStop;
    const reports = [cells.advance(simulation.ask({ gauges })[0])];
    display.add(simulation.record(stop, reports, [])!, simulation.fleet(reports));
  };
  return { display, goOn };
}

describe('the display of a run', () => {
  it('tells of every window and its place, and of nothing before the first', () => {
    const { display, goOn } = opened();
    const seen: Snapshot[] = [];
    display.begin((snapshot) => seen.push(snapshot));
    display.show('running');
    expect(seen).toEqual([]);
    for (let i = 0; i < 3; i++) {
      goOn();
      display.show('running');
    }
    const places = seen.map(({ windowIndex, window }) => [windowIndex, window.endSeconds]);
    expect(places).toEqual([
      [0, 60],
      [1, 120],
      [2, 180],
    ]);
  });

  it('sums the day up anew at the end, however shortly before it has done so', () => {
    const { display, goOn } = opened();
    const ends: number[] = [];
    display.begin(({ day }) => ends.push(day.endSeconds));
    goOn();
    display.show('running');
    goOn();
    display.showEnd('finished');
    expect(ends).toEqual([60, 120]);
  });

  it('asks what replicas do while somebody looks, and not again at once', () => {
    const { display, goOn } = opened();
    expect(display.wantsGauges()).toBe(false);
    display.watchFleet(true);
    expect(display.wantsGauges()).toBe(true);
    expect(display.wantsGauges()).toBe(false);
    const fleets: (number | undefined)[] = [];
    display.begin(({ fleet }) => fleets.push(fleet?.length));
    for (const gauges of [true, false]) {
      goOn(gauges);
      display.show('running');
    }
    expect(fleets).toEqual([2, undefined]);
  });
});
