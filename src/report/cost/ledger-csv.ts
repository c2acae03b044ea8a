// ledger.csv: the hourly ledger of every pool, and of all together where there are several.
import type { LedgerRow } from '../../economics/spec.ts';
import { poolNames } from '../../run/info.ts';
import type { RunResult } from '../../run/result.ts';
import { csv } from '../csv.ts';
import { field, type Field } from '../field.ts';
import { PART_COLUMNS, PRICE_COLUMNS, STATE_COLUMNS, USE_COLUMNS } from './row-columns.ts';

/** Stands for a pool's name in rows of all pools; no pool can have it. */
export const ALL_POOLS = '*';

interface Row {
  pool: string;
  ledger: LedgerRow;
}

export const LEDGER_CSV_COLUMNS: readonly Field<Row>[] = [
  field('pool', '', `its name; \`${ALL_POOLS}\`: all together, where there are several`, ({ pool }) => pool),
  field('start_utc', 'ISO 8601', 'start of the row', ({ ledger }) => ledger.startUtc),
  field('start_local', 'ISO 8601', "the same in the scenario's time zone", ({ ledger }) => ledger.startLocal),
  field('start_seconds', 's', 'start, from the start of the run', ({ ledger }) => ledger.startSeconds),
  field('end_seconds', 's', 'end, from the start of the run', ({ ledger }) => ledger.endSeconds),
  field('completed', 'requests', 'that finished in the row', ({ ledger }) => ledger.requests),
  field('input_tokens', 'tokens', 'as in windows.csv', ({ ledger }) => ledger.promptTokens),
  field('output_tokens', 'tokens', 'as in windows.csv', ({ ledger }) => ledger.outputTokens),
  field('it_kwh', 'kWh', 'drawn by the nodes', ({ ledger }) => ledger.itKwh),
  ...STATE_COLUMNS,
  ...USE_COLUMNS,
  ...PRICE_COLUMNS,
  ...PART_COLUMNS,
];

/** Hour by hour, the pools in their order. */
export function ledgerCsv({ info, ledger, ledgerByPool }: RunResult): string {
  const names = poolNames(info);
  const rows: Row[] = [];
  for (const [hour, all] of ledger.entries()) {
    for (const [i, ofPool] of ledgerByPool.entries()) {
      rows.push({ pool: names[i], ledger: ofPool[hour] });
    }
    if (ledgerByPool.length > 1) rows.push({ pool: ALL_POOLS, ledger: all });
  }
  return csv(LEDGER_CSV_COLUMNS, rows);
}
