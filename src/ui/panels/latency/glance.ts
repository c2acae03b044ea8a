// Latency at a glance: percentiles of the moment shown against their limits; where there is room, TTFT and TPOT over
// the day.
import { framed, inner, type Panel } from '../panel.ts';
import { courseCaption, coursePlot, COURSES } from './course.ts';
import { metricRows, columnsFor, tableHead, tableLine } from './table.ts';

/** A caption, three rows of braille and the axis. */
const CHART = 5;

export const latencyPanel: Panel = (state, width, height) => {
  const room = inner(width);
  const columns = columnsFor(room);
  const rows = metricRows(state).filter(({ metric }) => metric !== 'itl' || height - 2 >= 4);
  const body = rows.map((row) => tableLine(row, columns, state));
  const left = height - 2 - body.length;
  const charts = left >= 2 * (CHART + 1) ? 2 : left >= CHART ? 1 : 0;
  for (let i = 0; i < charts; i++) {
    const share = Math.floor((left * (i + 1)) / charts) - Math.floor((left * i) / charts);
    const course = [COURSES.ttft, COURSES.tpot][i];
    const size = { width: room, height: share - 1, withP95: false };
    body.push(courseCaption(state, course, false), ...coursePlot(state, course, size));
  }
  return framed({ title: 'Latency', head: tableHead(state, columns), width, height }, body);
};
