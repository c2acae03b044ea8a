// The closing summary's paragraphs on scaling, and on spot nodes.
import type { RunResult } from '../../run/result.ts';
import { count, item, quantity } from '../format.ts';
import { scalingFigures } from './figures.ts';

/** Empty where nothing scales. */
export function scalingText(result: RunResult): string[] {
  const { info, total, capacityRefusals } = result;
  if (info.scaling.length === 0) return [];
  const figures = scalingFigures(result);
  const { provisioning, loading, ready, draining } = figures.replicaHours;
  const ifAny = (label: string, value: number, note: string) =>
    value > 0 ? [item(label, count(value), note)] : [];
  const unanswered = figures.late + figures.invalid + figures.dead;
  return [
    'Scaling',
    ...info.scaling.map(
      ({ name, policy, minReplicas, maxReplicas }) =>
        `  ${name}: ${policy}, ${count(minReplicas)} to ${count(maxReplicas)} replicas`,
    ),
    item(
      'replicas ready',
      quantity(figures.readyMean),
      `mean; at least ${count(figures.readyLeast)}, at most ${count(figures.readyMost)}`,
    ),
    item(
      'replica-hours',
      quantity(figures.replicaHoursTotal),
      `${quantity(ready)} ready, ${quantity(draining)} draining,`,
    ),
    item('', '', `${quantity(loading)} loading, ${quantity(provisioning)} waiting for a node`),
    item(
      'changes',
      count(figures.ups + figures.downs),
      `${count(figures.ups)} up, ${count(figures.downs)} down, ${count(figures.flaps)} flaps`,
    ),
    ...ifAny('no capacity', capacityRefusals, 'orders of a node'),
    ...ifAny('held', figures.heldMost, 'at most, while no replica was ready'),
    ...ifAny('retried', total.retried, 'their replica was taken away'),
    ...ifAny('lost', total.lost, 'with their replica'),
    ...ifAny('questions', figures.questions, 'to programs that decide'),
    ...ifAny(
      'unanswered',
      unanswered,
      `${count(figures.late)} late, ${count(figures.invalid)} invalid, ${count(figures.dead)} dead`,
    ),
    ...(figures.isReproducible ? [] : ['  Not reproducible: answers were missing as real time ran out.']),
  ];
}

/** Empty where there are none. */
export function spotText({ reclaimed, capacityRefusals, info }: RunResult, spotNodeHours: number): string[] {
  if (reclaimed === undefined) return [];
  const { reclaims, retried, lost } = reclaimed;
  const ifAny = (label: string, value: number, note: string) =>
    value > 0 ? [item(label, count(value), note)] : [];
  const isTold = info.scaling.length > 0;
  return [
    'Spot nodes',
    item('node-hours', quantity(spotNodeHours), 'billed'),
    item('reclaims', count(reclaims), 'notices'),
    ...ifAny('retried', retried, 'requests, their node was gone'),
    ...ifAny('lost', lost, 'requests, with their node'),
    ...(isTold ? [] : ifAny('no capacity', capacityRefusals, 'orders of a node')),
  ];
}
