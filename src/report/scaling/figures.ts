// What a run's scaling comes to, from its decisions, windows and replica-hours. Hours and replicas cover the day, as cost
// does; changes and held requests the drain too. A fleet that does not scale has figures as well: no change, all ready.
import { flaps } from '../../experiment/compare/measures.ts';
import type { ReplicaHours } from '../../metrics/window-metrics.ts';
import type { RunResult } from '../../run/result.ts';
import type { WindowList } from '../../run/window-table.ts';

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
  const replicaHours = sumOf(result.replicaHours);
  const { provisioning, loading, ready, draining } = replicaHours;
  const answers = (key: 'asked' | 'late' | 'invalid' | 'dead') =>
    programs.reduce((sum, program) => sum + program[key], 0);
  return {
    ups,
    downs: changes.length - ups,
    flaps: flaps(changes),
    ...extremesOf(windows),
    readyMean: ready / (simulatedSeconds / 3600),
    replicaHours,
    replicaHoursTotal: provisioning + loading + ready + draining,
    questions: answers('asked'),
    late: answers('late'),
    invalid: answers('invalid'),
    dead: answers('dead'),
    isReproducible: programs.every(({ isReproducible }) => isReproducible),
  };
}

/** What is ready counts during the day, what is held in the drain too. */
function extremesOf(windows: WindowList): Pick<ScalingFigures, 'readyLeast' | 'readyMost' | 'heldMost'> {
  let readyLeast = NaN;
  let readyMost = NaN;
  let heldMost = 0;
  for (const { phase, replicasReady, held } of windows) {
    heldMost = Math.max(heldMost, held);
    if (phase !== 'day') continue;
    if (!(readyLeast <= replicasReady)) readyLeast = replicasReady;
    if (!(readyMost >= replicasReady)) readyMost = replicasReady;
  }
  return { readyLeast, readyMost, heldMost };
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
