// The ledger as layers of a chart: dollars per hour, hour by hour, so that an hour under way compares with a whole one.
import type { LedgerRow } from '../../../economics/spec.ts';
import type { Brush } from '../../canvas/braille.ts';
import { stretchBand, type Layer } from '../../canvas/chart.ts';
import { usdPerHour } from '../../model/reading.ts';
import type { TimeFrame } from '../../model/time-frame.ts';

const electricity = (row: LedgerRow): number => row.electricityUsd;
const fixed = (row: LedgerRow): number => row.totalUsd - row.electricityUsd;
const total = (row: LedgerRow): number => row.totalUsd;

type Amounts = readonly [low: (row: LedgerRow) => number, high: (row: LedgerRow) => number];

/** Electricity over what is fixed, dollars per hour. */
export function stackedLayers(frame: TimeFrame, rows: readonly LedgerRow[]): Layer[] {
  return [
    ledgerLayer(frame, rows, { tone: 'dim', look: 'area' }, { name: 'fixed', amounts: [fixed, fixed] }),
    ledgerLayer(frame, rows, { tone: 'money' }, { name: 'electricity on top', amounts: [fixed, total] }),
  ];
}

export function electricityLayer(frame: TimeFrame, rows: readonly LedgerRow[]): Layer {
  return ledgerLayer(
    frame,
    rows,
    { tone: 'money', look: 'area' },
    {
      name: 'electricity',
      amounts: [electricity, electricity],
    },
  );
}

function ledgerLayer(
  frame: TimeFrame,
  rows: readonly LedgerRow[],
  brush: Brush,
  { name, amounts: [low, high] }: { name: string; amounts: Amounts },
): Layer {
  return {
    name,
    ...brush,
    band: (columns) =>
      stretchBand(
        frame,
        columns,
        rows.map((row) => [
          row.startSeconds,
          row.endSeconds,
          usdPerHour(row, low(row)),
          usdPerHour(row, high(row)),
        ]),
      ),
  };
}
