// Entry point of a thread that simulates points of a sweep, one after the other, for piscina.
import { simulatePoint, type PointOutcome, type PointTask } from '../experiment/sweep/point.ts';
import { summaryJson } from '../report/summary-json.ts';
import { version } from './version.ts';

const program = { version: version(), summarise: summaryJson };

export default function simulate(task: PointTask): Promise<PointOutcome> {
  return simulatePoint(task, program);
}
