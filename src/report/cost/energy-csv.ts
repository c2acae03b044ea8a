// energy.csv: what every pool did in every metrics window of the day, which is all that the ledger follows from beside
// prices: other prices can be tried on it without simulating again.
import type { LedgerWindow } from '../../economics/ledger.ts';
import type { PoolWindow } from '../../economics/spec.ts';
import { poolNames } from '../../run/info.ts';
import type { RunResult } from '../../run/result.ts';
import { csv } from '../csv.ts';
import { field, type Field } from '../field.ts';

interface Row {
  pool: string;
  window: LedgerWindow;
  use: PoolWindow;
}

const column = (name: string, unit: string, meaning: string, key: keyof PoolWindow): Field<Row> =>
  field(name, unit, meaning, ({ use }) => use[key]);

export const ENERGY_COLUMNS: readonly Field<Row>[] = [
  field('pool', '', 'its name', ({ pool }) => pool),
  field('start_seconds', 's', 'start, from the start of the run', ({ window }) => window.startSeconds),
  field('end_seconds', 's', 'end, from the start of the run', ({ window }) => window.endSeconds),
  column('it_kwh', 'kWh', 'drawn by its nodes: sum of the next five', 'itKwh'),
  column('serving_kwh', 'kWh', 'in steps, but for draining replicas', 'servingKwh'),
  column('idle_kwh', 'kWh', 'on without a step, weights loaded', 'idleItKwh'),
  column('loading_kwh', 'kWh', 'waiting for the node, loading weights', 'loadingKwh'),
  column('draining_kwh', 'kWh', 'by replicas that take nothing new', 'drainingKwh'),
  column('off_kwh', 'kWh', 'by nodes that are off', 'offKwh'),
  column('step_free_kwh', 'kWh', 'of it_kwh, while no step ran', 'stepFreeItKwh'),
  column('node_hours', 'h', 'nodes that are on × hours', 'nodeHours'),
  column('billed_node_hours', 'h', 'the same as rent bills them', 'billedNodeHours'),
  column('spot_node_hours', 'h', 'of these, on nodes that can be taken back', 'spotNodeHours'),
  column('prefill_gpu_seconds', 's', 'GPU-time in steps for prompts', 'prefillGpuSeconds'),
  column('decode_gpu_seconds', 's', 'GPU-time in steps for output tokens', 'decodeGpuSeconds'),
  column('completed', 'requests', 'that finished', 'requests'),
  column('input_tokens', 'tokens', 'of prompts whose processing ended', 'promptTokens'),
  column('output_tokens', 'tokens', 'delivered', 'outputTokens'),
];

export function energyCsv({ info, ledgerWindows }: RunResult): string {
  const names = poolNames(info);
  function* rows(): Generator<Row> {
    for (const window of ledgerWindows)
      for (const [i, use] of window.pools.entries()) yield { pool: names[i], window, use };
  }
  return csv(ENERGY_COLUMNS, rows());
}
