// Random cells for property tests. A recipe is plain data, so that a failing one can be printed, shrunk and replayed;
// `caseOf` makes the CellCase of it. Sizes are chosen so that the rare things are common: caches of a few blocks,
// budgets that cut prompts (now and then into hundreds of chunks), overload, equal time stamps, queues that overflow,
// requests that are too long, replicas that come and go, or are not there at all for a while.
import fc from 'fast-check';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { createToyPerf, type ToySpec } from './toy-perf.ts';
import type { ReplicaChange } from '../../src/fleet/cell.ts';
import type { BatchingSpec, LimitsSpec, RoutingPolicy } from '../../src/fleet/spec.ts';
import type { PerfModel, PerfSpec } from '../../src/perf/spec.ts';
import type { CellCase } from '../support/cell-case.ts';

export interface CaseRecipe {
  replicas: number;
  routing: RoutingPolicy;
  batching: BatchingSpec;
  limits: LimitsSpec;
  perf: ToySpec | ProgramPerfSpec;
  seed: number;
  /** [ticks after the one before, prompt tokens, output tokens] */
  requests: [number, number, number][];
  /** Null: all replicas are open all the time. */
  scaling: ScalingRecipe | null;
}

interface ScalingRecipe {
  initiallyOpen: number;
  killed: 'retry' | 'lose';
  /** [replica, ticks until it opens, until it closes, until it is taken away]; a replica's lives follow each other. */
  lives: [number, number, number, number][];
}

/** One of the program's own models, its cache cut down to where preemptions happen. */
interface ProgramPerfSpec {
  kind: 'program';
  spec: PerfSpec;
  kvBlocks: number;
}

export function caseOf(recipe: CaseRecipe, startTicks = 0): CellCase {
  let atTicks = startTicks;
  const requests = recipe.requests.map(([gapTicks, promptTokens, outputTokens]) => {
    atTicks += gapTicks;
    return { atTicks, promptTokens, outputTokens };
  });
  const { replicas, routing, batching, limits, seed } = recipe;
  const perf = recipe.perf.kind === 'program' ? smallModel(recipe.perf) : createToyPerf(recipe.perf);
  const c: CellCase = { replicas, routing, batching, limits, seed, perf, requests };
  if (recipe.scaling === null) return c;
  const initiallyOpen = recipe.scaling.initiallyOpen % (replicas + 1);
  const changes = changesOf({ ...recipe.scaling, initiallyOpen }, replicas, startTicks);
  return { ...c, initiallyOpen, changes, killed: recipe.scaling.killed };
}

function changesOf({ initiallyOpen, lives }: ScalingRecipe, replicas: number, startTicks: number) {
  const changes: ReplicaChange[] = [];
  const places = Array.from({ length: replicas }, (_, place) => {
    return { place, atTicks: startTicks, isOpen: place < initiallyOpen };
  });
  for (const [replica, untilOpen, untilClose, untilKill] of lives) {
    const life = places[replica % replicas];
    const { place } = life;
    if (!life.isOpen) changes.push({ place, kind: 'open', atTicks: (life.atTicks += untilOpen) });
    changes.push({ place, kind: 'close', atTicks: (life.atTicks += untilClose) });
    changes.push({ place, kind: 'kill', atTicks: (life.atTicks += untilKill) });
    life.isOpen = false;
  }
  changes.sort((a, b) => a.atTicks - b.atTicks);
  // Somebody is there for those who are held in the end.
  const atTicks = changes.at(-1)?.atTicks ?? startTicks;
  if (places.every(({ isOpen }) => !isOpen)) changes.push({ place: 0, kind: 'open', atTicks });
  return changes;
}

function smallModel({ spec, kvBlocks }: ProgramPerfSpec): PerfModel {
  const model = createPerfModel(spec, 'random case');
  return {
    kvTokens: 16 * kvBlocks,
    clientDelayTicks: model.clientDelayTicks,
    plan: (step) => model.plan(step),
  };
}

const continuous: fc.Arbitrary<BatchingSpec> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(255, 256)),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 300 })),
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })),
    fc.boolean(),
  )
  .map(([maxSequences, budgetBeyond, longPrefillThreshold, requireFullPromptFree]) => ({
    policy: 'continuous',
    maxBatchedTokens: maxSequences + budgetBeyond,
    maxSequences,
    longPrefillThreshold,
    requireFullPromptFree,
  }));

const padded: fc.Arbitrary<BatchingSpec> = fc.record({
  policy: fc.constantFrom('static' as const, 'dynamic' as const),
  batchSize: fc.integer({ min: 1, max: 8 }),
  maxDelaySeconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })).map(ticksToSeconds),
});

const batching = fc.oneof(
  { weight: 5, arbitrary: continuous },
  { weight: 2, arbitrary: padded },
  { weight: 1, arbitrary: fc.constant<BatchingSpec>({ policy: 'none' }) },
);

const limits: fc.Arbitrary<LimitsSpec> = fc.record({
  maxModelLength: fc.oneof(fc.constant(100_000), fc.integer({ min: 2, max: 150 })),
  overlong: fc.constantFrom('reject', 'truncate'),
  queueLimit: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1_000_000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
  ),
});

const longLimits = limits.map((spec): LimitsSpec => ({ ...spec, maxModelLength: 100_000 }));

const toy: fc.Arbitrary<ToySpec> = fc.record({
  kind: fc.constantFrom('affine', 'segments', 'curved', 'keyed'),
  kvBlocks: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) },
    { weight: 1, arbitrary: fc.integer({ min: 12, max: 100 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  base: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 28 })),
  perDecode: fc.integer({ min: 0, max: 5 }),
  perContextToken: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 })),
  perPrefillToken: fc.integer({ min: 0, max: 4 }),
  perPrefillPair: fc.integer({ min: 0, max: 2 }),
  perPrefillSequence: fc.integer({ min: 0, max: 9 }),
  perLogitRow: fc.integer({ min: 0, max: 3 }),
  stepsMax: fc.constantFrom(null, null, 1, 3, 50),
  segmentTokens: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 50, max: 2000 })),
  salt: fc.nat(1000),
});

const shortPrompts = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: 120 }),
  fc.constant(16),
);
/** Hundreds of times what most budgets hand out in a step. */
const longPrompts = fc.oneof(shortPrompts, fc.integer({ min: 200, max: 4000 }));
/** Blocks of which a few of them fit. */
const longPromptBlocks = fc.integer({ min: 100, max: 400 });

/** In units of the typical step, so that both overload and idleness happen at any step length. */
function gapsOf(stepTicks: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 * stepTicks }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 4 }).map((steps) => steps * stepTicks) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 * stepTicks }) },
  );
}

function requestsFor(
  stepTicks: number,
  promptTokens: fc.Arbitrary<number>,
  countMax: number,
): fc.Arbitrary<[number, number, number][]> {
  const outputTokens = fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 10 }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 100 }) },
    { weight: 1, arbitrary: fc.integer({ min: 50, max: 300 }) },
  );
  return fc.array(fc.tuple(gapsOf(stepTicks), promptTokens, outputTokens), {
    minLength: 1,
    maxLength: countMax,
    size: 'max',
  });
}

function scalingFor(stepTicks: number): fc.Arbitrary<ScalingRecipe | null> {
  const gap = gapsOf(stepTicks);
  const life = fc.oneof(gap, fc.integer({ min: 0, max: 300 * stepTicks }));
  const scaling = fc.record<ScalingRecipe>({
    initiallyOpen: fc.nat(5),
    killed: fc.constantFrom('retry', 'lose'),
    lives: fc.array(fc.tuple(fc.nat(4), gap, life, life), { maxLength: 10, size: 'max' }),
  });
  return fc.oneof(fc.constant(null), scaling);
}

const physical = { kind: 'physical', gpu: 'a100-80gb' } as const;
const fixed = {
  kind: 'fixed',
  gpu: 'a100-80gb',
  tp: 1,
  secondsPerRequest: 0.01,
  secondsPerOutputToken: 0.02,
} as const;
const program: fc.Arbitrary<ProgramPerfSpec> = fc.record({
  kind: fc.constant('program'),
  spec: fc.constantFrom<PerfSpec[]>(
    { ...physical, model: 'gpt3-175b', stack: 'fastertransformer', tp: 8 },
    { ...physical, model: 'llama2-7b', stack: 'vllm-0.2', tp: 1 },
    { ...fixed, distribution: 'constant' },
    { ...fixed, distribution: 'exponential' },
  ),
  kvBlocks: fc.integer({ min: 2, max: 20 }),
});

/** Roughly: of one or two sequences that decode. */
function typicalStepTicks(perf: CaseRecipe['perf']): number {
  if (perf.kind === 'program') return secondsToTicks(0.03);
  return perf.base + 2 * perf.perDecode + 40 * perf.perContextToken;
}

const perfs = fc.oneof({ weight: 5, arbitrary: toy }, { weight: 1, arbitrary: program });

/** Cells with that model under any policy. */
function recipesWith(
  perf: CaseRecipe['perf'],
  limits: fc.Arbitrary<LimitsSpec>,
  prompts: { tokens: fc.Arbitrary<number>; countMax: number },
): fc.Arbitrary<CaseRecipe> {
  const stepTicks = typicalStepTicks(perf);
  return fc.record({
    replicas: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 })),
    routing: fc.constantFrom('round-robin', 'random', 'power-of-two', 'least-outstanding'),
    batching,
    limits,
    perf: fc.constant(perf),
    seed: fc.nat(),
    requests: requestsFor(stepTicks, prompts.tokens, prompts.countMax),
    scaling: scalingFor(stepTicks),
  });
}

const usual = perfs.chain((perf) => recipesWith(perf, limits, { tokens: shortPrompts, countMax: 70 }));
const long = fc
  .tuple(perfs, longPromptBlocks)
  .chain(([perf, kvBlocks]) =>
    recipesWith({ ...perf, kvBlocks }, longLimits, { tokens: longPrompts, countMax: 20 }),
  );

export const recipes: fc.Arbitrary<CaseRecipe> = fc.oneof(
  { weight: 8, arbitrary: usual },
  { weight: 1, arbitrary: long },
);
