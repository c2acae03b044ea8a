// The compiled kernel against the engine that it stands for: in every window the same counts, latencies, attainment and
// drained replicas, and at its end the same state, to the bit. The engine itself is held against the reference
// simulator (differential.test.ts). FUZZ_RUNS chooses how many random cells.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { At, HistogramAt, Limit } from '../../src/fleet/compiled/layout.ts';
import { fitsKernel, fitsLevels } from '../../src/fleet/compiled/memory.ts';
import { ReplicaRecord } from '../../src/fleet/replicas/replica-record.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { BUCKET_FLOORS, HISTOGRAM_COUNTS, HISTOGRAM_OCTAVES } from '../../src/kernel/histogram.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { Plan } from '../../src/perf/plan.ts';
import { Segment } from '../../src/perf/physical/segment-fields.ts';
import { StepTime } from '../../src/perf/physical/step-time-fields.ts';
import type { PhysicalPerfSpec } from '../../src/perf/spec.ts';
import type { ReplicaChange } from '../../src/fleet/cell.ts';
import { compareCompiled, isCompiled } from '../reference/compiled.ts';
import { caseOf, recipes } from '../reference/random-case.ts';
import { createToyPerf, PLAIN_TOY } from '../reference/toy-perf.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell } from '../support/simulate-fast.ts';

const numRuns = Math.ceil(Number(process.env.FUZZ_RUNS ?? 2000) / 5);
/** Enough for rare things to happen. */
const isThorough = numRuns >= 300;

/** Of a replica. */
const DOUBLES = [At.NEXT_EVENT, At.START, At.ALPHA, At.BETA, At.DECODE_TICKS, At.STEPS, At.CONTEXT];
const WORDS_BESIDE = [At.BUCKET, At.FILED];
const WORDS = [
  At.OUTSTANDING,
  At.STEPS_LEFT,
  At.DECODES,
  At.PREFILL_BLOCKS,
  At.ACTIVE,
  At.FIRST,
  At.WAITING,
  At.WAIT_HEAD,
  At.WAIT_TAIL,
  At.PREFILLING,
  At.PREFILL_HEAD,
  At.PREFILL_TAIL,
  At.ADMISSIONS,
  At.BATCH_SIZE,
  At.BATCH_PROMPT,
  At.NUMBER,
];

const SEQUENCES_MAX = 64;

/** To be filled with a model and requests. */
const CELL: Omit<CellCase, 'perf' | 'requests'> = {
  replicas: 1,
  routing: 'round-robin',
  batching: {
    policy: 'continuous',
    maxBatchedTokens: 2048,
    maxSequences: SEQUENCES_MAX,
    longPrefillThreshold: 0,
    requireFullPromptFree: false,
  },
  limits: { maxModelLength: Infinity, overlong: 'reject', queueLimit: 1000 },
  seed: 1,
};

/** Fails where the two differ. */
function preemptionsOf(c: CellCase, windows: number): number {
  const { difference, preemptions } = compareCompiled(c, windows);
  expect(difference).toBeUndefined();
  return preemptions;
}

describe('the compiled kernel', () => {
  it('does what the engine does in random cells, whose performance model plans each step', () => {
    let known = 0;
    let preempted = 0;
    const property = fc.property(recipes, fc.integer({ min: 1, max: 40 }), (recipe, windows) => {
      const c = caseOf(recipe, 0);
      if (!isCompiled(c)) return;
      known++;
      if (preemptionsOf(c, windows) > 0) preempted++;
    });
    fc.assert(property, { numRuns });
    if (isThorough) expect(known).toBeGreaterThan(numRuns / 10);
    if (isThorough) expect(preempted).toBeGreaterThan(0);
  });

  const models: [string, PhysicalPerfSpec][] = [
    [
      'in segments',
      { kind: 'physical', model: 'gpt3-175b', gpu: 'a100-80gb', stack: 'fastertransformer', tp: 8 },
    ],
    [
      'beside host time',
      { kind: 'physical', model: 'llama2-70b', gpu: 'a100-80gb', stack: 'vllm-0.2', tp: 4 },
    ],
    ['with experts', { kind: 'physical', model: 'mixtral-8x7b', gpu: 'a100-80gb', stack: 'lmdeploy', tp: 4 }],
  ];
  it.each(models)('plans steps of the physical model as it does: %s', (_, spec) => {
    const model = createPerfModel(spec, 'compiled');
    let preempted = 0;
    const property = fc.property(recipes, fc.integer({ min: 1, max: 40 }), (recipe, windows) => {
      const c = caseOf(recipe, 0);
      if (!isCompiled(c) || c.perf.kvTokens === Infinity) return;
      // Its own KV cache would hold all that these small cells have.
      const perf = { ...model, kvTokens: Math.max(c.perf.kvTokens, 16) };
      if (preemptionsOf({ ...c, perf }, windows) > 0) preempted++;
    });
    fc.assert(property, { numRuns: Math.ceil(numRuns / 3) });
    if (isThorough) expect(preempted).toBeGreaterThan(0);
  });

  it('goes on from segment to segment of the performance model', () => {
    const spec: PhysicalPerfSpec = {
      kind: 'physical',
      model: 'llama2-70b',
      gpu: 'a100-80gb',
      stack: 'vllm-0.2',
      tp: 4,
    };
    const model = createPerfModel(spec, 'compiled');
    let crossed = 0;
    const segment = (decodes: number, contextTokens: number) => {
      const found = model.physical!.segment(decodes, contextTokens);
      const start = found[Segment.START];
      // By a run of steps that had to end there.
      if (start > 0 && contextTokens < start + decodes) crossed++;
      return found;
    };
    const perf = { ...model, physical: { ...model.physical!, segment } };
    const random = new RandomStream(1, 'long requests');
    // Batches of ten, whose context grows from about 25,000 tokens to 35,000.
    const requests = Array.from({ length: 200 }, (_, i) => ({
      atTicks: Math.floor(i / 10) * secondsToTicks(120),
      promptTokens: 2300 + random.below(500),
      outputTokens: 900 + random.below(300),
    }));
    preemptionsOf({ ...CELL, perf, requests }, 40);
    expect(crossed).toBeGreaterThan(10);
  });

  it('adds up latencies of days', () => {
    // 2^52 ticks are twelve days: some latencies are longer here, and a run's sum over its batch is more than a float64
    // holds to the tick.
    const perf = createToyPerf({ ...PLAIN_TOY, base: 2 ** 46 + 1, perContextToken: 2 ** 30 });
    const requests = Array.from({ length: 30 }, (_, i) => {
      return { atTicks: i, promptTokens: 5, outputTokens: i % 2 === 0 ? 1 + i : 100 };
    });
    preemptionsOf({ ...CELL, perf, requests }, 3);
  });

  it('counts what lies just on the border of two buckets in the upper one', () => {
    // 8,192 ticks are such a border. A request alone decodes in steps of 8,172 ticks, and one more for each token.
    const perf = createToyPerf({ ...PLAIN_TOY, base: 8170, perContextToken: 1 });
    const requests = Array.from({ length: 60 }, (_, i) => {
      return { atTicks: i * 2 ** 20, promptTokens: 1, outputTokens: 1 + i };
    });
    preemptionsOf({ ...CELL, perf, requests }, 3);
  });

  // About a word of bits, about a word of their summary; the last one leaves no room for its queues.
  const sizes: [places: number, queueLimit: number][] = [
    [63, 1000],
    [64, 1000],
    [65, 1000],
    [4096, 3],
    [4097, 3],
    [9000, 3],
    [65, 300_000],
  ];
  it.each(sizes)('finds the fewest requests among %d replicas with queues of %d', (replicas, queueLimit) => {
    const perf = createToyPerf({ ...PLAIN_TOY, base: 2 ** 24 });
    const random = new RandomStream(replicas, 'arrivals');
    let atTicks = 0;
    const requests = Array.from({ length: 6 * replicas }, () => {
      // As many as the replicas can serve, more or less.
      atTicks += random.below(2 ** 27 / replicas);
      return { atTicks, promptTokens: 1 + random.below(30), outputTokens: 1 + random.below(12) };
    });
    const places = [replicas - 1, 0, replicas >> 1];
    const kinds = ['close', 'kill', 'open'] as const;
    const changes = kinds.flatMap((kind, eighths) =>
      places.map((place, i): ReplicaChange => {
        return { atTicks: Math.floor((atTicks * (1 + 2 * eighths + i)) / 8), place, kind };
      }),
    );
    changes.sort((a, b) => a.atTicks - b.atTicks);
    const limits = { ...CELL.limits, queueLimit };
    const c: CellCase = { ...CELL, routing: 'least-outstanding', replicas, limits, perf, requests, changes };
    preemptionsOf({ ...c, killed: 'retry' }, 5);
    preemptionsOf({ ...c, killed: 'lose', seed: 2 }, 5);
    expect(fitsLevels(replicas, queueLimit + SEQUENCES_MAX)).toBe(queueLimit < 300_000);
  });

  it.each(['round-robin', 'random', 'power-of-two', 'least-outstanding'] as const)(
    'is given the arrivals by the batch: %s',
    (routing) => {
      const requests = Array.from({ length: 20 }, (_, i) => {
        return { atTicks: i, promptTokens: 10, outputTokens: 10 };
      });
      const c: CellCase = { ...CELL, replicas: 4, routing, perf: createToyPerf(PLAIN_TOY), requests };
      const { cell, engine } = createCell(c, { compiled: true });
      const serve = vi.spyOn(engine, routing === 'least-outstanding' ? 'serveLeast' : 'serve');
      cell.advanceTo(100);
      expect(serve.mock.calls).toEqual([[0, 20, 0]]);
    },
  );

  it('is used only where the fleet finds room in its memory', () => {
    expect(fitsKernel(3800, 256, 1000)).toBe(true);
    expect(fitsKernel(100_000, 256, 1000)).toBe(false);
    expect(fitsKernel(131_073, 1, 1)).toBe(false);
    expect(fitsKernel(10, 256, 100_000_000)).toBe(false);
    expect(fitsKernel(10, 512, 100)).toBe(false);
  });

  it('has its arrays beside each other', () => {
    const arrays: [from: number, bytes: number][] = [
      [At.WINDOW, 8 * Window.FIELDS],
      [At.PLAN, 8 * Plan.FIELDS],
      [At.STEP_TIME, 8 * (StepTime.HOST_PER_CONTEXT_TOKEN + 1)],
      [At.SEGMENT, 64 * (Limit.SEQUENCES + 1)],
      [At.HISTOGRAMS, 4 * HistogramAt.BYTES],
      [At.FLOORS, 8 * BUCKET_FLOORS.length],
      [At.ARRIVAL_TICKS, 8 * Limit.ARRIVALS],
      [At.ARRIVAL_PROMPT, 4 * Limit.ARRIVALS],
      [At.ARRIVAL_OUTPUT, 4 * Limit.ARRIVALS],
      [At.CANDIDATES, 8 * Limit.ARRIVALS],
      [At.EXPECTED, 4 * Limit.EXPECTED],
      [At.DOUBLES, 8 * ReplicaRecord.SIZE * Limit.REPLICAS],
      [At.WORDS, 4 * ReplicaRecord.SIZE * Limit.REPLICAS],
      [At.NEXT_IN_BUCKET, 8 * Limit.REPLICAS],
      [At.HEADS, 4 * Limit.BUCKETS],
      [At.LEVELS, 64],
      [At.RINGS, 8 * Limit.PLACES],
      [At.POOL, 64],
    ];
    for (const [i, [from, bytes]] of arrays.slice(0, -1).entries())
      expect(from + bytes).toBeLessThanOrEqual(arrays[i + 1][0]);
    expect(HistogramAt.COUNTS + 8 * HISTOGRAM_COUNTS).toBeLessThanOrEqual(HistogramAt.USED);
    expect(HistogramAt.USED + HISTOGRAM_OCTAVES).toBeLessThanOrEqual(HistogramAt.SUMS);
    expect(HistogramAt.SUMS + 16).toBeLessThanOrEqual(HistogramAt.BYTES);
  });

  it('has all about a replica in three lines of a cache, beside each other', () => {
    const first = [...DOUBLES.flatMap((at) => [at, at + 4]), ...WORDS_BESIDE];
    const everyWord = (from: At) => Array.from({ length: 16 }, (_, i) => from + 4 * i);
    expect(first.toSorted((a, b) => a - b)).toEqual(everyWord(At.DOUBLES));
    expect(At.RESIDUES - At.DOUBLES).toBe(64);
    expect(WORDS.toSorted((a, b) => a - b)).toEqual(everyWord(At.WORDS));
    expect([At.DOUBLES % 64, At.WORDS % 64]).toEqual([0, 0]);
  });
});
