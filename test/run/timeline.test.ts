import { describe, expect, it } from 'vitest';
import { secondsToTicks, TICKS_PER_SECOND } from '../../src/kernel/ticks.ts';
import { Timeline } from '../../src/run/timeline.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const scenarioOf = (...overrides: string[]) =>
  loadScenario('scenarios/small-chat.yaml', ['fleet.pools[0].cells=4', ...overrides]).scenario;
const year = scenarioOf('duration=366d', 'output.window=1d', 'timeZone=America/New_York');

const ticksOf = (timeline: Timeline, window: number) => ({
  endTicks: timeline.ticks(window, timeline.endOf(window)),
  rebaseTicks: timeline.rebaseTicks(window),
});

describe('the timeline', () => {
  it('moves its origin on by whole weeks, so that no time of a year comes near 2^53 ticks', () => {
    const timeline = new Timeline(year);
    const windows = timeline.dayEnds.length + 100;
    let originTicks = 0;
    for (let window = 0; window < windows; window++) {
      const { endTicks, rebaseTicks } = ticksOf(timeline, window);
      originTicks += rebaseTicks / TICKS_PER_SECOND;
      expect(originTicks % (7 * 86_400)).toBe(0);
      expect(originTicks + endTicks / TICKS_PER_SECOND).toBe(timeline.endOf(window));
      expect(endTicks).toBeLessThan(secondsToTicks(8 * 86_400) + 1);
    }
    expect(originTicks).toBeGreaterThan(365 * 86_400);
  });

  it('has windows that end at the same instant from whichever origin, for odd ends too', () => {
    const scenario = { ...year, durationSeconds: 12_345_678.901234567, windowSeconds: 5077 };
    const [often, never] = [
      new Timeline(scenario, { rebaseSeconds: 3600 }),
      new Timeline(scenario, { rebaseSeconds: 1e9 }),
    ];
    let originTicks = 0n;
    for (let window = 0; window < often.dayEnds.length + 50; window++) {
      const { endTicks, rebaseTicks } = ticksOf(often, window);
      originTicks += BigInt(rebaseTicks);
      const end = BigInt(Math.floor(never.endOf(window))) << 32n;
      const fraction = BigInt(secondsToTicks(never.endOf(window) % 1));
      expect(originTicks + BigInt(endTicks)).toBe(end + fraction);
    }
  });

  it('has the last end where the workload ends, to the tick', () => {
    for (const durationSeconds of [1_234_567.890123456, 1_500_000 + 2 ** -32, 2_000_000.3]) {
      const timeline = new Timeline({ ...year, durationSeconds });
      let originTicks = 0;
      let lastTicks = 0;
      for (let window = 0; window < timeline.dayEnds.length; window++) {
        const { endTicks, rebaseTicks } = ticksOf(timeline, window);
        originTicks += rebaseTicks;
        lastTicks = originTicks + endTicks;
      }
      expect(lastTicks).toBe(secondsToTicks(durationSeconds));
      expect(lastTicks / TICKS_PER_SECOND).toBe(durationSeconds);
    }
  });

  it('ends the drain after 366 days or 100,000 windows', () => {
    const daily = new Timeline(scenarioOf('duration=1d', 'output.window=1d'));
    const last = daily.dayEnds.length + 365;
    expect([last, last + 1].map((window) => daily.isBeyondDrain(window))).toEqual([false, true]);
    const short = new Timeline(scenarioOf('duration=10s', 'output.window=1s'));
    expect([100_009, 100_010].map((window) => short.isBeyondDrain(window))).toEqual([false, true]);
  });

  it('has a row of the ledger for every hour of a year in which clocks change, and no two ends at once', () => {
    const ends = new Timeline(year).dayEnds;
    expect(ends.length).toBe(366 * 24);
    for (let i = 1; i < ends.length; i++) expect(ends[i] - ends[i - 1]).toBe(3600);
  });

  it('stops at the multiples of every period too, and at the ends of windows', () => {
    const scenario = scenarioOf('duration=2m', 'output.window=50s');
    const timeline = new Timeline(scenario, { periodsSeconds: [15, 20] });
    const stops: [number, boolean][] = [];
    for (let stop = timeline.stop(0); stop.window < 3; stop = timeline.next(stop))
      stops.push([stop.endSeconds, stop.endsWindow]);
    const ends = [50, 100, 120];
    const expected = [15, 20, 30, 40, 45, 50, 60, 75, 80, 90, 100, 105, 120];
    expect(stops).toEqual(expected.map((seconds) => [seconds, ends.includes(seconds)]));
  });
});
