// Replicas one by one, on request: their gauges take the place of the pool's, so that a sum never counts a request twice.
// They are as of the last window at whose end replicas were looked at: some times a second, so in a fast run some windows
// earlier than the counters.
import { GAUGE, GAUGE_FIELDS, REPLICA_STATES, type FleetCell } from '../../run/snapshot.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { Family, Labels } from './exposition.ts';
import type { Gauges } from './vllm.ts';

/** More series than that are the board's mistake more often than its wish. */
export const REPLICAS_MAX = 1000;

/** Numbers of replicas in their pools, both included. */
export interface ReplicaRange {
  first: number;
  last: number;
}

/** `0-99` or `7`; UserError where it is no range, or a longer one. */
export function replicaRange(text: string): ReplicaRange {
  const [, from, to] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to ?? from)];
  if (from === undefined || last < first) {
    throw new UserError(`replicas: must be a range such as 0-99, got "${text}"`);
  }
  if (last - first >= REPLICAS_MAX) {
    throw new UserError(`replicas: at most ${REPLICAS_MAX} at once, got ${last - first + 1} (${text})`);
  }
  return { first, last };
}

interface Replica extends Gauges {
  state: string;
  stepSeconds: number;
}

/** In order of pools and numbers; those that there are. UserError where all pools together have too many in the range. */
export function replicasIn(
  fleet: readonly FleetCell[],
  { first, last }: ReplicaRange,
  labelsOf: (pool: number) => Labels,
): Replica[] {
  const replicas: Replica[] = [];
  for (const { pool, firstReplica, packed } of fleet) {
    const until = Math.min(last, firstReplica + packed.length / GAUGE_FIELDS - 1);
    for (let number = Math.max(first, firstReplica); number <= until; number++) {
      const at = (number - firstReplica) * GAUGE_FIELDS;
      replicas.push({
        labels: { ...labelsOf(pool), replica: String(number) },
        running: packed[at + GAUGE.running],
        waiting: packed[at + GAUGE.waiting],
        kvUse: Math.max(0, packed[at + GAUGE.kvPermille]) / 1000,
        state: REPLICA_STATES[packed[at + GAUGE.state]],
        stepSeconds: packed[at + GAUGE.stepMicroseconds] / 1e6,
      });
    }
  }
  if (replicas.length > REPLICAS_MAX) {
    throw new UserError(
      `replicas: at most ${REPLICAS_MAX} at once, all pools together have ${replicas.length} in ${first}-${last}`,
    );
  }
  return replicas;
}

export function replicaFamilies(replicas: readonly Replica[]): Family[] {
  const samples = (value: (of: Replica) => number) =>
    replicas.map((of) => ({ labels: of.labels, value: value(of) }));
  return [
    {
      name: 'fleetday_replica_state',
      type: 'gauge',
      help: '1 for the state of the replica.',
      samples: replicas.map(({ labels, state }) => ({ labels: { ...labels, state }, value: 1 })),
    },
    {
      name: 'fleetday_replica_step_seconds',
      type: 'gauge',
      help: 'Length of the step under way, 0 while idle.',
      samples: samples(({ stepSeconds }) => stepSeconds),
    },
  ];
}
