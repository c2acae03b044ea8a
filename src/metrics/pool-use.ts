// What a pool did in a stretch of time, from the counts of its cells and the time that its replicas and nodes were on:
// energy by what the nodes were doing, and time in steps by what it was for. Energy is linear in counters and seconds,
// so it is exact at no cost, but for one thing: counts do not tell the steps of draining replicas from the others'.
// These are taken to be in steps all the time, since they leave when they have none, at the mean power of a step.
import { Window } from '../fleet/window-fields.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { PowerModel, UtilisationModel } from '../perf/spec.ts';

/** What turns a pool's counts into energy and utilisation. */
export interface PoolPhysics {
  replicas: number;
  /** All that there may be. */
  nodes: number;
  power: PowerModel;
  utilisation: UtilisationModel;
  /** KV blocks of all its replicas; Infinity without a limit. */
  kvBlocks: number;
  /** GPUs that no replica uses, on the last node: drawn always. */
  spareWatts: number;
  /** Of nodes that are on, where their number changes: by GPU, idle; and GPUs of a node, and of a replica. */
  idleGpuShareWatts: number;
  gpusPerNode: number;
  gpusPerReplica: number;
  /** Of a node that is off. */
  offNodeWatts: number;
  /** See perf/empty-step.ts. */
  emptyStepSeconds: number;
}

/** What a pool that scales had to serve with in a stretch: seconds of its replicas by state, of nodes that were on … */
export interface PoolCapacity {
  provisioning: number;
  loading: number;
  ready: number;
  draining: number;
  nodes: number;
  /** How long each node had been on that went off in the stretch, seconds. */
  nodeLives: number[];
  /** The same of spot instances, where there may be some; */
  spot?: SpotTime;
  /** … and at its end: replicas by state, and how many were wanted. */
  states: { provisioning: number; loading: number; ready: number; draining: number };
  wanted: number;
}

/** Seconds of nodes, and lives of those that went off. */
export interface SpotTime {
  nodes: number;
  nodeLives: number[];
}

/** Of a replica that fills more than one, alone; 1 otherwise. */
export function nodesPerReplica({
  gpusPerNode,
  gpusPerReplica,
}: Pick<PoolPhysics, 'gpusPerNode' | 'gpusPerReplica'>): number {
  return Math.max(1, gpusPerReplica / gpusPerNode);
}

/** Replica-seconds by state; energy of what is on beside them, and of nodes that are off. */
export interface PoolTime {
  starting: number;
  /** Able to serve: ready, or draining. */
  serving: number;
  draining: number;
  spareJoules: number;
  offJoules: number;
}

/** Of the IT equipment: `it` is the sum of the last five, `stepFree` its part drawn while no step ran. */
export interface PoolJoules {
  it: number;
  stepFree: number;
  serving: number;
  idle: number;
  loading: number;
  draining: number;
  off: number;
}

/** Time and traffic of a pool's steps, the parts of those that straddle the stretch's edges split by time. */
export interface StepUse {
  decodeSeconds: number;
  /** What prompts added to the steps. */
  prefillSeconds: number;
  decodeSteps: number;
  contextTokens: number;
}

export function stepUse(counts: Float64Array): StepUse {
  return {
    decodeSeconds: ticksToSeconds(counts[Window.decodeTicks] + counts[Window.edgeDecodeTicks]),
    prefillSeconds: ticksToSeconds(counts[Window.prefillTicks] + counts[Window.edgePrefillTicks]),
    decodeSteps: counts[Window.decodeSteps] + counts[Window.edgeDecodeSteps],
    contextTokens: counts[Window.contextTokens] + counts[Window.edgeContextTokens],
  };
}

/** `capacity`: undefined where all replicas are ready all the time. */
export function poolTime(
  physics: PoolPhysics,
  seconds: number,
  capacity: PoolCapacity | undefined,
): PoolTime {
  const { replicas, spareWatts, idleGpuShareWatts, gpusPerNode, gpusPerReplica } = physics;
  if (capacity === undefined) {
    const serving = replicas * seconds;
    return { starting: 0, serving, draining: 0, spareJoules: spareWatts * seconds, offJoules: 0 };
  }
  const { ready, draining, provisioning, loading, nodes } = capacity;
  const serving = ready + draining;
  const on = serving + provisioning + loading;
  const spareGpuSeconds = nodes * gpusPerNode - on * gpusPerReplica;
  return {
    starting: provisioning + loading,
    serving,
    draining,
    spareJoules: spareGpuSeconds * idleGpuShareWatts,
    offJoules: physics.offNodeWatts * Math.max(0, physics.nodes * seconds - nodes),
  };
}

export function poolJoules({ power }: PoolPhysics, steps: StepUse, time: PoolTime): PoolJoules {
  const { decodeSeconds, prefillSeconds, decodeSteps, contextTokens } = steps;
  const on = time.serving + time.starting;
  const idleWatts = power.hostWatts + power.idleGpuWatts;
  const busy =
    (power.hostWatts + power.decodeGpuWatts) * decodeSeconds +
    (power.hostWatts + power.prefillGpuWatts) * prefillSeconds +
    power.joulesPerDecodeStep * decodeSteps +
    power.joulesPerContextToken * contextTokens;
  const notBusy = idleWatts * (on - decodeSeconds - prefillSeconds) + time.spareJoules;
  const busySeconds = decodeSeconds + prefillSeconds;
  const drainingBusySeconds = Math.min(time.draining, busySeconds);
  const drainingBusy = busySeconds === 0 ? 0 : busy * (drainingBusySeconds / busySeconds);
  const drainingIdle = idleWatts * (time.draining - drainingBusySeconds);
  const loading = idleWatts * time.starting;
  return {
    it: busy + notBusy + time.offJoules,
    stepFree: notBusy + time.offJoules,
    serving: busy - drainingBusy,
    idle: notBusy - loading - drainingIdle,
    loading,
    draining: drainingBusy + drainingIdle,
    off: time.offJoules,
  };
}

/** IT energy of replicas that were on for so long, all together. */
export function replicaJoules(pool: PoolPhysics, counts: Float64Array, replicaSeconds: number): number {
  const time = { starting: 0, serving: replicaSeconds, draining: 0, spareJoules: 0, offJoules: 0 };
  return poolJoules(pool, stepUse(counts), time).it;
}

/** Of a pool in a stretch. */
export interface PoolUse extends StepUse {
  joules: PoolJoules;
  /** Of replicas able to serve: ready, or draining. */
  servingSeconds: number;
  /** Undefined where all nodes were on all the time; and lives of those that went off. */
  nodeSeconds: number | undefined;
  nodeLives: readonly number[];
  /** The same of spot instances; undefined where there are none. */
  spot: SpotTime | undefined;
  /** Steps that did both, whole ones; what they took to decode, and what prompts added. */
  mixedSteps: number;
  mixedDecodeSeconds: number;
  mixedPrefillSeconds: number;
  finished: number;
  promptTokens: number;
  outputTokens: number;
}

export function poolUse(
  physics: PoolPhysics,
  counts: Float64Array,
  { seconds, capacity }: { seconds: number; capacity: PoolCapacity | undefined },
): PoolUse {
  const steps = stepUse(counts);
  const time = poolTime(physics, seconds, capacity);
  return {
    joules: poolJoules(physics, steps, time),
    servingSeconds: time.serving,
    nodeSeconds: capacity?.nodes,
    nodeLives: capacity?.nodeLives ?? [],
    spot: capacity?.spot,
    decodeSeconds: steps.decodeSeconds,
    prefillSeconds: steps.prefillSeconds,
    decodeSteps: steps.decodeSteps,
    contextTokens: steps.contextTokens,
    mixedSteps: counts[Window.mixedSteps],
    mixedDecodeSeconds: ticksToSeconds(counts[Window.mixedDecodeTicks]),
    mixedPrefillSeconds: ticksToSeconds(counts[Window.mixedPrefillTicks]),
    finished: counts[Window.finished],
    promptTokens: counts[Window.promptTokens],
    outputTokens: counts[Window.outputTokens],
  };
}
