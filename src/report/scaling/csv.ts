// scaling.csv: one row per change of how many replicas a pool wants, with the reason that its policy gave; and one where
// a program that decides has begun to give no usable answer, which changes nothing.
import type { ScalingDecision } from '../../control/controller.ts';
import { isoLocal, isoUtc } from '../../kernel/clock.ts';
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
    return info.scaling.find(({ pool }) => pool === decision.pool)?.name;
  }),
  field('from', 'replicas', 'wanted until then', ({ decision }) => decision.fromReplicas),
  field('to', 'replicas', 'wanted from then on', ({ decision }) => decision.toReplicas),
  field(
    'recommended',
    'replicas',
    'by the policy, before limits and bounds; empty: hold',
    ({ decision }) => decision.recommendedReplicas ?? undefined,
  ),
  field('ready', 'replicas', 'at that moment', ({ decision }) => decision.readyReplicas),
  field('reason', '', 'of the policy, and what limited it', ({ decision }) => decision.reason),
];

export function scalingCsv({ info, scaling }: RunResult): string {
  return csv(
    SCALING_COLUMNS,
    scaling.map((decision) => ({ info, decision })),
  );
}
