// The tables of a report: the day by hour, and what the scaling policy decided and why. Both scroll in their own frame.
import { count, latency, percent, quantity, usd } from '../../format.ts';
import { markup, named, type Html } from '../escape.ts';
import { table, type Column } from '../page.ts';
import type { RunView } from '../read/run-view.ts';
import { linked } from './explained.ts';

const ROWS_MAX = 400;

export function hoursTable({ results, parts, hasSlo, axis, pools, explained }: RunView): Html {
  const { hours } = results;
  const number = (key: string, row: number) => hours.numbers(key)[row];
  // Over a column stands how its sum came about.
  const link = (key: string, title: string) => linked(explained, key, title);
  const columns: [title: string | Html, cell: (row: number) => string][] = [
    ['arrived', (row) => count(number('arrived', row))],
    ['completed', (row) => count(number('completed', row))],
    ['failed', (row) => count(failed(hours.numbers.bind(hours), row))],
    ...(hasSlo
      ? [
          ['SLO', (row: number) => percent(number('attained', row) / number('arrived', row))] as [
            string,
            (row: number) => string,
          ],
        ]
      : []),
    ['TTFT p50', (row) => latency(number('p50_ttft_ms', row) / 1000)],
    ['TTFT p99', (row) => latency(number('p99_ttft_ms', row) / 1000)],
    ['TPOT p99', (row) => latency(number('p99_tpot_ms', row) / 1000)],
    ['E2E p99', (row) => latency(number('p99_e2el_ms', row) / 1000)],
    ['waiting at end', (row) => count(number('waiting', row))],
    ...(pools.some((pool) => pool.scaling)
      ? [
          ['ready at end', (row: number) => count(number('replicas_ready', row))] as [
            string,
            (row: number) => string,
          ],
        ]
      : []),
    ['batch', (row) => quantity(number('batch_mean', row))],
    ['KV at end', (row) => percent(number('kv_use', row))],
    ['duty', (row) => percent(number('duty_cycle', row))],
    [link('facility_kwh', 'kWh'), (row) => quantity(number('facility_kwh', row))],
    [link('mean_usd_per_kwh', '$/kWh'), (row) => quantity(number('usd_per_kwh', row))],
    ...parts.flatMap(({ key, label, byHour }) =>
      byHour
        ? [[link(key, label), (row: number) => usd(byHour[row])] as [string | Html, (row: number) => string]]
        : [],
    ),
    [link('total_usd', 'total'), (row) => usd(number('total_usd', row))],
  ];
  const shown = Math.min(hours.length, ROWS_MAX);
  const rows = Array.from({ length: shown }, (_, row) => [
    axis.clock(number('start_seconds', row)),
    ...columns.map(([, cell]) => cell(row)),
  ]);
  const titles: Column[] = [{ title: 'from', isText: true }, ...columns.map(([title]) => ({ title }))];
  return markup`${table('The day by hour, local time', titles, rows)}${cutNote(hours.length, 'hourly.csv')}`;
}

function failed(numbers: (key: string) => Float64Array, row: number): number {
  const keys = ['rejected_queue_full', 'rejected_too_long', 'rejected_exceeds_kv', 'timed_out', 'lost'];
  return keys.reduce((sum, key) => sum + (numbers(key)[row] || 0), 0);
}

/** Undefined where nothing scales and no node is taken back. */
export function decisionsTable({ results: { scaling }, axis, pools }: RunView): Html | undefined {
  if (scaling === undefined) return undefined;
  if (scaling.length === 0) return markup`<p>Nothing changed during the whole run.</p>`;
  const columns: Column[] = [
    { title: 'at', isText: true },
    ...(pools.length > 1 ? [{ title: 'pool', isText: true }] : []),
    { title: 'from' },
    { title: 'to' },
    { title: 'recommended' },
    { title: 'ready' },
    { title: 'reason', isText: true },
  ];
  const shown = Math.min(scaling.length, ROWS_MAX);
  const rows = Array.from({ length: shown }, (_, row) => {
    const [from, to] = [scaling.numbers('from')[row], scaling.numbers('to')[row]];
    const way = to > from ? ' ▲' : to < from ? ' ▼' : '';
    return [
      axis.clock(scaling.numbers('at_seconds')[row]),
      ...(pools.length > 1 ? [named(scaling.text('pool', row))] : []),
      count(from),
      `${count(to)}${way}`,
      // Where nobody is asked too.
      scaling.text('recommended', row) || '—',
      count(scaling.numbers('ready')[row]),
      named(scaling.text('reason', row)),
    ];
  });
  return markup`${table('What changed: decisions of the scaling policy, nodes taken back, with reasons', columns, rows)}${cutNote(scaling.length, 'scaling.csv')}`;
}

function cutNote(rows: number, file: string): Html | false {
  return (
    rows > ROWS_MAX &&
    markup`<p class="note">The first ${ROWS_MAX} of ${count(rows)} rows; all are in ${file}.</p>`
  );
}
