// What can be read off the replicas of a cell between stretches, by place.
import type { Engine } from './engine-interface.ts';
import { replicaAt } from './members.ts';
import type { Members } from './members.ts';
import { tokensPrefilled, tokensToPrefill } from './replicas/eviction.ts';
import { copyOf } from './replicas/replicas.ts';

type Gauge = Int32Array | Float64Array;

/** By place, closed ones included. */
export interface CellGauges {
  running: Gauge;
  waiting: Gauge;
  usedBlocks: Gauge;
  /** Cached: of the decoding sequences, and of prompts as far as they are prefilled. */
  tokensInUse: Gauge;
  /** Prompt tokens that wait, or are still to be prefilled; undefined unless asked for, since it counts one by one. */
  queuedPrefillTokens: Gauge | undefined;
}

export function readGauges(engine: Engine, members: Members, queuedPrefillTokens: boolean): CellGauges {
  const { places } = members;
  const { active, prefilling, waiting, context } = engine.replicas;
  const gauges: CellGauges = {
    running: new Int32Array(places),
    waiting: copyOf(waiting, members),
    usedBlocks: new Int32Array(places),
    tokensInUse: copyOf(context, members),
    queuedPrefillTokens: queuedPrefillTokens ? new Float64Array(places) : undefined,
  };
  for (let place = 0; place < places; place++) {
    const replica = replicaAt(members, place);
    gauges.running[place] = active[replica] + prefilling[replica];
    gauges.usedBlocks[place] = engine.usedBlocks(replica);
    if (gauges.queuedPrefillTokens !== undefined)
      gauges.queuedPrefillTokens[place] = tokensToPrefill(engine, replica);
    gauges.tokensInUse[place] += tokensPrefilled(engine, replica);
  }
  return gauges;
}

/** Steps so far, and the ticks of the one under way (0: none). */
export function readSteps({ replicas }: Engine, members: Members) {
  const stepTicks = copyOf(replicas.alpha, members);
  for (const [place, left] of copyOf(replicas.stepsLeft, members).entries())
    if (left === 0) stepTicks[place] = 0;
  return { steps: copyOf(replicas.steps, members), stepTicks };
}
