// The flagship day with what the fleet and scaling views need: a pool that scales with the load, its decisions, and
// gauges of every replica. Plausible, not measured.
import type { ScalingDecision } from '../../../src/control/controller.ts';
import {
  GAUGE,
  GAUGE_FIELDS,
  REPLICA_STATES,
  type FleetCell,
  type RunInfo,
  type Snapshot,
} from '../../../src/run/snapshot.ts';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import { flagshipDay, flagshipInfo } from './fixture.ts';
import type { Size } from './frame.ts';

const CELLS = 8;

export const scaledInfo: RunInfo = {
  ...flagshipInfo,
  pools: ['main: 1700 × GPT-3 175B · FasterTransformer · 8×a100-80gb · continuous batching'],
  scaling: [
    { pool: 0, name: 'main', policy: 'hpa', minReplicas: 200, maxReplicas: 1700, initialReplicas: 800 },
  ],
};

/** Wanted follows the load with a margin, in steps of 25; what is ready follows it ten windows later. */
export function* scaledDay(): Generator<Snapshot> {
  let wanted = 800;
  const past: number[] = [];
  for (const snapshot of flagshipDay()) {
    const window = { ...snapshot.window };
    const { windowIndex } = snapshot;
    const scaling: ScalingDecision[] = [];
    const needed = Math.ceil(((window.arrived / 60 / 2.6) * 1.05) / 25) * 25;
    if (windowIndex % 15 === 14 && needed !== wanted && needed > 0) {
      scaling.push({
        atSeconds: window.endSeconds,
        pool: 0,
        fromReplicas: wanted,
        toReplicas: needed,
        recommendedReplicas: needed,
        readyReplicas: past.at(-10) ?? 800,
        reason: `KV in use ${(window.kvUse * 100).toFixed(0)} % x target 60 % asks for ${needed}`,
      });
      wanted = needed;
    }
    past.push(wanted);
    const ready = past.at(-10) ?? 800;
    window.replicasWanted = wanted;
    window.replicasReady = Math.min(ready, wanted);
    window.replicasLoading = Math.max(0, wanted - ready);
    window.replicasDraining = Math.max(0, ready - wanted);
    yield {
      ...snapshot,
      window,
      scaling,
      fleet: gauges(window.replicasReady, window.replicasLoading, windowIndex),
    };
  }
}

function gauges(ready: number, loading: number, seed: number): FleetCell[] {
  const share = (all: number, cell: number): number =>
    Math.floor((all * (cell + 1)) / CELLS) - Math.floor((all * cell) / CELLS);
  return Array.from({ length: CELLS }, (_, cell) => {
    const replicas = share(1700, cell);
    const packed = new Int32Array(replicas * GAUGE_FIELDS);
    for (let place = 0; place < replicas; place++) {
      const state =
        place < share(ready, cell) ? 'ready' : place < share(ready + loading, cell) ? 'loading' : 'off';
      const at = place * GAUGE_FIELDS;
      packed[at + GAUGE.state] = REPLICA_STATES.indexOf(state);
      if (state !== 'ready') continue;
      const wave = 0.5 + 0.5 * Math.sin(place * 0.7 + seed * 0.01 + cell);
      packed[at + GAUGE.running] = Math.round(20 + 40 * wave);
      packed[at + GAUGE.waiting] = wave > 0.95 ? 3 : 0;
      packed[at + GAUGE.kvPermille] = Math.round(300 + 600 * wave);
      packed[at + GAUGE.stepMicroseconds] = 81_000;
      packed[at + GAUGE.steps] = seed * 740 + place;
    }
    return { pool: 0, firstReplica: cell === 0 ? 0 : Math.floor((1700 * cell) / CELLS), packed };
  });
}

export function scaledStateAt(windowIndex: number, size: Size): UiState {
  let state = initialState(scaledInfo, { ...size, keyboard: true });
  for (const snapshot of scaledDay()) {
    if (snapshot.windowIndex > windowIndex) break;
    state = reduce(state, { type: 'snapshot', snapshot });
  }
  return state;
}

export const press = (state: UiState, ...keys: string[]): UiState =>
  keys.reduce((before, key) => reduce(before, { type: 'key', key }), state);
