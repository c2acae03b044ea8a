// Puts the compiled kernel in the place of those functions of an engine that take nearly all the time of a run.
import { readFileSync } from 'node:fs';
import { bucketsPerTick } from '../../kernel/event-wheel.ts';
import { BUCKET_FLOORS } from '../../kernel/histogram.ts';
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';
import type { BatchingPolicy, Engine, EngineOptions } from '../engine-interface.ts';
import { ReplicaRecord } from '../replicas/replica-record.ts';
import { At } from './layout.ts';
import { fitsLevels } from './memory.ts';
import type { KernelMemory } from './memory.ts';

/** What the kernel is to know of a batching policy: continuous batching without a threshold for long prompts. */
export interface ContinuousRules {
  tokenBudget: number;
  maxSequences: number;
  requireFullPromptFree: boolean;
}

type Parts = Pick<EngineOptions, 'slo' | 'queueLimit' | 'attainment' | 'latencies'> & {
  memory: KernelMemory;
  rules: ContinuousRules;
  /** What the kernel leaves to the engine. */
  batching: BatchingPolicy;
  planStep(replica: number): void;
};

type Compiled = Pick<Engine, 'advance' | 'enqueue' | 'serve' | 'serveLeast' | 'settle'> & {
  survey(first: number, places: number, bucketsPerTick: number): void;
};

/** One for all engines of a thread. */
let compiled: WebAssembly.Module | undefined;

function kernelModule(): WebAssembly.Module {
  // From the sources (tests) the built file is used.
  const file = import.meta.url.endsWith('.ts')
    ? '../../../dist/fleet/compiled/assembly/kernel.wasm'
    : './assembly/kernel.wasm';
  compiled ??= new WebAssembly.Module(readFileSync(new URL(file, import.meta.url)));
  return compiled;
}

/** The engine's arrays are views of `memory`, and nobody observes it. */
export function accelerate(engine: Engine, parts: Parts): void {
  const { memory, rules, slo, queueLimit, attainment, latencies, batching, planStep } = parts;
  const { perf, pool, totalBlocks, ringSize } = engine;
  const { decodes, context } = engine.replicas;
  const setDouble = (at: At, value: number) => void (memory.float64(at, 1)[0] = value);
  const setWord = (at: At, value: number) => void (memory.int32(at, 1)[0] = value);
  setDouble(At.SLO_TTFT, slo.ttft);
  setDouble(At.SLO_TPOT, slo.tpot);
  setDouble(At.SLO_E2E, slo.e2e);
  setDouble(At.CLIENT_DELAY, perf.clientDelayTicks);
  setWord(At.RING_SIZE, ringSize);
  setWord(At.QUEUE_LIMIT, queueLimit);
  setWord(At.TOTAL_BLOCKS, totalBlocks);
  setWord(At.TOKEN_BUDGET, rules.tokenBudget);
  setWord(At.SEQUENCES_MAX, rules.maxSequences);
  setWord(At.FULL_PROMPT_FREE, Number(rules.requireFullPromptFree));
  setWord(At.IS_PHYSICAL, Number(perf.physical !== undefined));
  if (perf.physical !== undefined) {
    const { stepTime } = perf.physical;
    memory.float64(At.STEP_TIME, stepTime.length).set(stepTime);
  }
  memory.float64(At.FLOORS, BUCKET_FLOORS.length).set(BUCKET_FLOORS);
  const { ttft, tpot, itl, e2e } = latencies;
  for (const [i, histogram] of [ttft, tpot, itl, e2e].entries()) histogram.moveTo(memory.histogram(i));
  attainment.countAlsoIn(memory.float64(At.ATTAINED, 2));

  const segments = memory.float64(At.SEGMENT, (ringSize + 1) * 8);
  const findSegment = (replica: number) => {
    const batch = decodes[replica];
    segments.set(perf.physical!.segment(batch, context[replica]), batch * 8);
  };
  const instance = new WebAssembly.Instance(kernelModule(), {
    env: memory.env,
    engine: {
      form: batching.form,
      planStep,
      findSegment,
      growPool: () => pool.grow(),
      attainedEarlier: (arrivalTicks: number) => attainment.add(arrivalTicks),
    },
  });
  const { survey, ...functions } = instance.exports as unknown as Compiled;
  Object.assign(engine, functions);
  // Two words for each double: a replica's is at 2·replica. Up to where the last record ends.
  const filed = memory.int32(At.FILED, engine.replicas.end * 2 - 15);
  engine.survey = ({ first, end, places, list, count }) => {
    if (!fitsLevels(places, queueLimit + ringSize)) return false;
    for (let replica = first; replica < end; replica += ReplicaRecord.SIZE) filed[replica * 2] = -1;
    for (let i = 0; i < count; i++) filed[list[i] * 2] = 0;
    survey(first, places, bucketsPerTick(TICKS_PER_SECOND / places));
    return true;
  };
}
