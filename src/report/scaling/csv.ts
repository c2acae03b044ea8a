// scaling.csv: one row per change of how many replicas a pool wants, with the reason that its policy gave; and rows that
// change nothing: where a program that decides has begun to give no usable answer, and where a spot node is taken back,
// at its notice and when it is gone.
import type { ScalingDecision } from '../../control/controller.ts';
import { isoLocal, isoUtc } from '../../kernel/clock.ts';
import { poolNames } from '../../run/info.ts';
import type { RunResult } from '../../run/result.ts';
import { csv } from '../csv.ts';
import { field, type Field } from '../field.ts';

interface Row {
  info: RunResult['info'];
  decision: ScalingDecision;
}

const epochMs = ({ info, decision }: Row) => info.startEpochMs + decision.atSeconds * 1000;

export const SCALING_COLUMNS: readonly Field<Row>[] = [
  field('at_seconds', 's', 'from the start of the run', ({ decision }) => decision.atSeconds),
  field('at_utc', 'ISO 8601', 'the same moment', (row) => isoUtc(epochMs(row))),
  field('at_local', 'ISO 8601', "the same in the scenario's time zone", (row) =>
    isoLocal(epochMs(row), row.info.timeZone),
  ),
  field('pool', '', 'its name', ({ info, decision }) => {
    const scaling = info.scaling.find(({ pool }) => pool === decision.pool);
    return scaling?.name ?? poolNames(info)[decision.pool];
  }),
  field('from', 'replicas', 'wanted until then', ({ decision }) => decision.fromReplicas),
  field('to', 'replicas', 'wanted from then on', ({ decision }) => decision.toReplicas),
  field(
    'recommended',
    'replicas',
    'by the policy, before limits and bounds; empty: hold, or not asked',
    ({ decision }) => decision.recommendedReplicas ?? undefined,
  ),
  field('ready', 'replicas', 'at that moment', ({ decision }) => decision.readyReplicas),
  field(
    'reason',
    '',
    'of the policy, and what limited it; or what became of a node',
    ({ decision }) => decision.reason,
  ),
];

export function scalingCsv({ info, scaling }: RunResult): string {
  return csv(
    SCALING_COLUMNS,
    scaling.map((decision) => ({ info, decision })),
  );
}
