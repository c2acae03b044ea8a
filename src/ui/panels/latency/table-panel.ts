// The table of percentiles alone, for the view that has the courses in panels of their own.
import { momentTitle } from '../../model/moment.ts';
import { framed, inner, type Panel } from '../panel.ts';
import { metricRows, quantilesFor, tableHead, tableLine } from './table.ts';

export const TABLE_HEIGHT = 6;

export const latencyTablePanel: Panel = (state, width, height) => {
  const quantiles = quantilesFor(inner(width));
  const body = metricRows(state).map((row) => tableLine(row, quantiles, state));
  return framed({ title: momentTitle(state), head: tableHead(state, quantiles), width, height }, body);
};
