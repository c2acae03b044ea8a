// The runs of the worked example in docs/kernel.md: times in ticks there, so a second is 2^32 of them here.
import { describe, expect, it } from 'vitest';
import type { TracedRun } from '../../../src/fleet/records/traced-run.ts';
import { createToyPerf, PLAIN_TOY } from '../../reference/toy-perf.ts';
import type { CellCase } from '../../support/cell-case.ts';
import { runFast } from '../../support/simulate-fast.ts';

const EXAMPLE: CellCase = {
  replicas: 1,
  batching: {
    policy: 'continuous',
    maxBatchedTokens: 64,
    maxSequences: 4,
    longPrefillThreshold: 0,
    requireFullPromptFree: false,
  },
  limits: { maxModelLength: 64, overlong: 'reject', queueLimit: 10 },
  routing: 'round-robin',
  perf: createToyPerf({ ...PLAIN_TOY, kvBlocks: 4, base: 10, perContextToken: 1, perPrefillToken: 1 }),
  seed: 1,
  requests: [
    { atTicks: 0, promptTokens: 4, outputTokens: 12 },
    { atTicks: 6, promptTokens: 6, outputTokens: 7 },
    { atTicks: 60, promptTokens: 5, outputTokens: 6 },
  ],
};

const TICK = 2 ** -32;

function traced(from: number, to: number, windowTicks: number): number[][] {
  const trace = { fromSeconds: from * TICK, toSeconds: to * TICK, firstReplica: 0, lastReplica: 0 };
  const { runs } = runFast(EXAMPLE, { trace, nextEnd: (end) => end + windowTicks });
  return runs.map((run: TracedRun) => [
    run.startSeconds / TICK,
    run.endSeconds / TICK,
    run.steps,
    run.decodes,
    run.contextTokens,
    run.prefillTokens,
    run.prefillRequests,
    run.waiting,
    run.usedBlocks,
  ]);
}

describe('traced runs of steps', () => {
  // Start, end, steps, decodes, context, prompt tokens and requests, waiting, blocks: of the page's table, blocks by hand.
  const ALL = [
    [0, 14, 1, 0, 0, 4, 1, 0, 1],
    [14, 34, 1, 1, 4, 6, 1, 0, 2],
    [34, 78, 2, 2, 11, 0, 0, 0, 2],
    [78, 108, 1, 2, 15, 5, 1, 0, 3],
    [108, 213, 3, 3, 22, 0, 0, 0, 3],
    [213, 273, 2, 2, 19, 0, 0, 0, 2],
    [273, 320, 2, 1, 13, 0, 0, 0, 1],
  ];

  it.each([1000, 320, 100, 61, 7, 1])('are those of the worked example, in windows of %d ticks', (window) => {
    expect(traced(0, 1000, window)).toEqual(ALL);
  });

  it('are those that overlap the stretch, whole', () => {
    expect(traced(14, 109, 50)).toEqual(ALL.slice(1, 5));
    expect(traced(320, 1000, 50)).toEqual([]);
    expect(traced(34, 78, 50)).toEqual(ALL.slice(2, 3));
  });
});
