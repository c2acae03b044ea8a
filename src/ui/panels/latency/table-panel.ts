// The table of percentiles alone, for the view that has the courses in panels of their own.
import { momentTitle } from '../../model/moment.ts';
import { framed, inner, type Panel } from '../panel.ts';
import { metricRows, columnsFor, tableHead, tableLine } from './table.ts';

export const TABLE_HEIGHT = 6;

export const latencyTablePanel: Panel = (state, width, height) => {
  const columns = columnsFor(inner(width));
  const body = metricRows(state).map((row) => tableLine(row, columns, state));
  return framed({ title: momentTitle(state), head: tableHead(state, columns), width, height }, body);
};
