// Results made up so that every measure can be worked out by hand: five minutes of a fleet, and its drain.
import type { ComparedRun } from '../../../src/experiment/compare/comparison.ts';
import type { Measures } from '../../../src/experiment/compare/measures.ts';
import type { WindowMetrics } from '../../../src/metrics/window-metrics.ts';
import type { RunResult } from '../../../src/run/result.ts';
import { result as twoHours } from '../../report/fixture.ts';

export function windowOf(minute: number, changes: Partial<WindowMetrics>): WindowMetrics {
  const [like] = twoHours.windows;
  return { ...like, startSeconds: 60 * minute, endSeconds: 60 * (minute + 1), ...changes };
}

export function resultOf(windows: WindowMetrics[], changes: Partial<RunResult> = {}): RunResult {
  const day = windows.filter(({ phase }) => phase === 'day');
  return { ...twoHours, windows, simulatedSeconds: day[day.length - 1].endSeconds, ...changes };
}

const MEASURES: Measures = {
  totalUsd: 100,
  electricityUsd: 10,
  amortizationUsd: 90,
  rentUsd: 0,
  arrived: 1000,
  misses: 10,
  attainment: 0.99,
  servableAttainment: 0.99,
  ttftP99Seconds: 1,
  goodputPerSecond: 5,
  replicaHours: 48,
  nodeHours: 24,
  actions: 6,
  flaps: 1,
  underMinutes: 3,
  overMinutes: 60,
  worstMinuteAttainment: 0.5,
  worstMinuteStartSeconds: 600,
};

export function runOf(seed: number, measures: Partial<Measures>): ComparedRun {
  const { arrived, misses } = { ...MEASURES, ...measures };
  return {
    seed,
    isUndrained: false,
    measures: {
      ...MEASURES,
      attainment: 1 - misses / arrived,
      servableAttainment: 1 - misses / arrived,
      ...measures,
    },
    costs: undefined,
    ready: [2, 3, 4, 4, 2],
  };
}
