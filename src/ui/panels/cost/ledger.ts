// The ledger as a table, an hour in each line, newest at the bottom; the hour of the moment shown is marked.
import type { LedgerRow } from '../../../economics/spec.ts';
import { clockMoment } from '../../clock.ts';
import { compact, figure, NONE, usd } from '../../format.ts';
import { dim, text, type Line } from '../../line.ts';
import { amountOf, carbonKg, costParts } from '../../model/cost-parts.ts';
import type { HourCounts } from '../../model/hours.ts';
import { momentOf } from '../../model/moment.ts';
import { ledgerOf } from '../../model/reading.ts';
import type { UiState } from '../../state.ts';
import { framed, inner, type Panel } from '../panel.ts';

interface Column {
  head: string;
  width: number;
  value: (row: LedgerRow, counts: HourCounts | undefined) => string;
}

const per = (row: LedgerRow, amount: number | undefined, unit: number): string =>
  amount === undefined || amount === 0 ? NONE : usd((row.totalUsd / amount) * unit);

const ENERGY: readonly Column[] = [
  { head: 'MWh', width: 8, value: (row) => figure(row.facilityKwh / 1000) },
  { head: '$/kWh', width: 8, value: (row) => figure(row.usdPerKwh) },
];

const REST: readonly Column[] = [
  { head: 'total', width: 10, value: (row) => usd(row.totalUsd) },
  { head: '$/M out', width: 9, value: (row, counts) => per(row, counts?.outputTokens, 1e6) },
  {
    head: '$/M tok',
    width: 9,
    value: (row, counts) => per(row, counts && counts.promptTokens + counts.outputTokens, 1e6),
  },
  { head: '$/1k req', width: 10, value: (row, counts) => per(row, counts?.finished, 1e3) },
  { head: 'kg CO2e', width: 9, value: (row) => figure(kgOf(row)) },
  { head: 'node-h', width: 9, value: (row) => compact(row.nodeHours) },
];

const MARGIN = 12;

export const ledgerPanel: Panel = (state, width, height) => {
  const columns = columnsFor(state, inner(width));
  const rows = ledgerOf(state.snapshot);
  const shown = momentOf(state).row;
  const at = rows.findIndex((row) => row.startSeconds === shown?.startSeconds);
  const room = height - 2;
  // The marked hour near the bottom, as long as there are hours above it.
  const first = Math.max(0, Math.min(rows.length - room, at - room + 2));
  const body = rows
    .slice(first, first + room)
    .map((row, i) => ledgerLine(state, { row, place: first + i, isShown: first + i === at }, columns));
  const head = ' '.repeat(MARGIN) + columns.map((column) => column.head.padStart(column.width)).join('');
  return framed({ title: 'Ledger', head: [dim(head)], width, height }, body);
};

/** From the most to the least important, as many as there is room for. */
function columnsFor({ snapshot }: UiState, room: number): Column[] {
  const rows = ledgerOf(snapshot);
  const parts = costParts(rows).map(({ key, short }): Column => ({
    head: short,
    width: 9,
    value: (row) => usd(amountOf(row, key)),
  }));
  const hasCarbon = rows.some((row) => kgOf(row) > 0);
  const rest = REST.filter(({ head }) => head !== 'kg CO2e' || hasCarbon);
  const total = rest[0].width;
  let left = room - MARGIN - total;
  const fits = ({ width }: Column): boolean => (left -= width) >= 0;
  // The total is never left out.
  return [...ENERGY.filter(fits), ...parts.filter(fits), rest[0], ...rest.slice(1).filter(fits)];
}

function kgOf(row: LedgerRow): number {
  const { operation, embodied } = carbonKg([row]);
  return Number.isNaN(operation) ? embodied : operation + (Number.isNaN(embodied) ? 0 : embodied);
}

interface Shown {
  row: LedgerRow;
  place: number;
  isShown: boolean;
}

function ledgerLine(state: UiState, { row, place, isShown }: Shown, columns: readonly Column[]): Line {
  const values = columns.map(({ value, width }) => value(row, state.hours[place]).padStart(width));
  const time = `${isShown ? '▸' : ' '} ${clockMoment(state.info, row.startSeconds)}`.padEnd(MARGIN);
  return [text(time, isShown ? 'bold' : 'dim'), text(values.join(''), isShown ? 'bold' : undefined)];
}
