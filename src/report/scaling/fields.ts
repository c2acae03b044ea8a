// The keys of summary.json that are about scaling.
import type { RunResult } from '../../run/result.ts';
import type { DayFigures } from '../day.ts';
import { field, type Field } from '../field.ts';
import type { ScalingFigures } from './figures.ts';

interface Source {
  result: RunResult;
  scaling: ScalingFigures;
  day: DayFigures;
}

export const SCALING_FIELDS: readonly Field<Source>[] = [
  field(
    'scaling_policy',
    '',
    'of the pools that scale, in their order; null where none does',
    ({ result }) => result.info.scaling.map(({ policy }) => policy).join(', ') || undefined,
  ),
  field(
    'scaling_changes',
    '',
    'changes of how many replicas are wanted',
    ({ scaling }) => scaling.ups + scaling.downs,
  ),
  field('scaling_changes_up', '', 'of these, to more', ({ scaling }) => scaling.ups),
  field('scaling_changes_down', '', 'of these, to fewer', ({ scaling }) => scaling.downs),
  field(
    'scaling_flaps',
    '',
    "of all changes, in the direction opposite to the pool's change before, within ten minutes of it",
    ({ scaling }) => scaling.flaps,
  ),
  field('replicas_ready_min', '', 'fewest at a window end', ({ scaling }) => scaling.readyLeast),
  field('replicas_ready_mean', '', 'mean over the day', ({ scaling }) => scaling.readyMean),
  field('replicas_ready_max', '', 'most at a window end', ({ scaling }) => scaling.readyMost),
  field('replica_hours', 'h', 'replicas × hours, sum of the next four', ({ scaling }) => {
    return scaling.replicaHoursTotal;
  }),
  field('replica_hours_provisioning', 'h', 'ordered, waiting for their node', ({ scaling }) => {
    return scaling.replicaHours.provisioning;
  }),
  field('replica_hours_loading', 'h', 'loading weights, warming up', ({ scaling }) => {
    return scaling.replicaHours.loading;
  }),
  field('replica_hours_ready', 'h', 'serving', ({ scaling }) => scaling.replicaHours.ready),
  field('replica_hours_draining', 'h', 'finishing what they have, taking nothing new', ({ scaling }) => {
    return scaling.replicaHours.draining;
  }),
  field('node_hours', 'h', 'nodes that are on × hours', ({ day }) => day.cost.nodeHours),
  field('capacity_refusals', '', 'times a node was ordered and no capacity found', ({ result }) => {
    return result.capacityRefusals;
  }),
  field('reclaims', '', 'notices that a spot node was taken back; null where none can be', ({ result }) => {
    return result.reclaimed?.reclaims;
  }),
  field('reclaim_retried', 'requests', 'of retried, cut off when their spot node was gone', ({ result }) => {
    return result.reclaimed?.retried;
  }),
  field('reclaim_lost', 'requests', 'of lost, likewise', ({ result }) => result.reclaimed?.lost),
  field('held_peak', 'requests', 'most held at a window end because no replica was ready', ({ scaling }) => {
    return scaling.heldMost;
  }),
  field('retried', 'requests', 'begun again elsewhere, their replica was taken away', ({ result }) => {
    return result.total.retried;
  }),
  field('program_questions', '', 'put to programs that decide', ({ scaling }) => scaling.questions),
  field(
    'program_late',
    '',
    'of these, answered too late: nothing was changed',
    ({ scaling }) => scaling.late,
  ),
  field('program_invalid', '', 'of these, answered with no valid decision', ({ scaling }) => scaling.invalid),
  field('program_dead', '', 'of these, not answered as the program had ended', ({ scaling }) => scaling.dead),
  field(
    'reproducible',
    '',
    'false where an answer was missing for reasons of the real clock: another run may differ',
    ({ scaling }) => scaling.isReproducible,
  ),
];
