// What a run's scaling comes to, from its decisions, windows and replica-hours. Hours and replicas cover the day, as cost
// does; changes and held requests the drain too. A fleet that does not scale has figures as well: no change, all ready.
import { flaps } from '../../experiment/compare/measures.ts';
import type { ReplicaHours, WindowMetrics } from '../../metrics/window-metrics.ts';
import type { RunResult } from '../../run/result.ts';

export interface ScalingFigures {
  /** Of how many replicas are wanted. */
  ups: number;
  downs: number;
  flaps: number;
  /** Ready replicas: at window ends, and over all the time; NaN where there was none. */
  readyLeast: number;
  readyMean: number;
  readyMost: number;
  replicaHours: ReplicaHours;
  replicaHoursTotal: number;
  /** At a window end. */
  heldMost: number;
  /** Questions to programs, and those of them without a usable answer. */
  questions: number;
  late: number;
  invalid: number;
  dead: number;
  isReproducible: boolean;
}

export function scalingFigures(result: RunResult): ScalingFigures {
  const { scaling, windows, simulatedSeconds, programs = [] } = result;
  const changes = scaling.filter(({ fromReplicas, toReplicas }) => toReplicas !== fromReplicas);
  const ups = changes.filter(({ fromReplicas, toReplicas }) => toReplicas > fromReplicas).length;
  const day = windows.filter(({ phase }) => phase === 'day');
  const replicaHours = sumOf(result.replicaHours);
  const { provisioning, loading, ready, draining } = replicaHours;
  const answers = (key: 'asked' | 'late' | 'invalid' | 'dead') =>
    programs.reduce((sum, program) => sum + program[key], 0);
  return {
    ups,
    downs: changes.length - ups,
    flaps: flaps(changes),
    ...readyRange(day),
    readyMean: ready / (simulatedSeconds / 3600),
    replicaHours,
    replicaHoursTotal: provisioning + loading + ready + draining,
    heldMost: windows.reduce((most, { held }) => Math.max(most, held), 0),
    questions: answers('asked'),
    late: answers('late'),
    invalid: answers('invalid'),
    dead: answers('dead'),
    isReproducible: programs.every(({ isReproducible }) => isReproducible),
  };
}

function readyRange(day: readonly WindowMetrics[]): { readyLeast: number; readyMost: number } {
  if (day.length === 0) return { readyLeast: NaN, readyMost: NaN };
  let readyLeast = Infinity;
  let readyMost = 0;
  for (const { replicasReady } of day) {
    readyLeast = Math.min(readyLeast, replicasReady);
    readyMost = Math.max(readyMost, replicasReady);
  }
  return { readyLeast, readyMost };
}

function sumOf(rows: readonly ReplicaHours[]): ReplicaHours {
  const sum = { provisioning: 0, loading: 0, ready: 0, draining: 0 };
  for (const row of rows) {
    sum.provisioning += row.provisioning;
    sum.loading += row.loading;
    sum.ready += row.ready;
    sum.draining += row.draining;
  }
  return sum;
}
