// The worked example of docs/kernel.md: its table is read from the page and compared with what the engine holds at those
// times; the other numbers of the page that belong to it follow.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/fleet/engine-interface.ts';
import { Entry, Size } from '../../src/fleet/requests/request-entry.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { simulateReference } from '../reference/simulator/cell.ts';
import { createToyPerf, PLAIN_TOY } from '../reference/toy-perf.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell, runFast } from '../support/simulate-fast.ts';

const TOY = { ...PLAIN_TOY, kvBlocks: 4, base: 10, perContextToken: 1, perPrefillToken: 1 };

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
  perf: createToyPerf(TOY),
  seed: 1,
  requests: [
    { atTicks: 0, promptTokens: 4, outputTokens: 12 },
    { atTicks: 6, promptTokens: 6, outputTokens: 7 },
    { atTicks: 60, promptTokens: 5, outputTokens: 6 },
  ],
};

/** Without the column in words. */
const TABLE = readFileSync('docs/kernel.md', 'utf8')
  .split('\n## ')
  .find((section) => section.startsWith('An example\n'))!
  .split('\n')
  .filter((line) => /^\| +\d/.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map(([at, _words, ...numbers]) => [at, ...numbers].map((cell) => cell.trim()));

const TIMES = TABLE.map(([at]) => Number(at));

/** Brings the replica to that time and hands it what arrives then. */
function visit(engine: Engine, requests: CellCase['requests'], at: number): void {
  engine.clock[0] = at;
  engine.advance(0);
  for (const [i, { atTicks, promptTokens, outputTokens }] of requests.entries()) {
    if (atTicks === at) engine.enqueue(0, promptTokens, outputTokens, i);
  }
}

function row({ replicas, ringSize, pool }: Engine, at: number): string[] {
  const { start, steps, decodes, context, alpha, beta, stepsLeft, nextEvent, active, first } = replicas;
  const ring = Array.from({ length: active[0] }, (_, i) => {
    const place = (first[0] + i) & (ringSize - 1);
    const request = pool.words[replicas.rings[place * 2 + 1] * Size.ENTRY_WORDS + Entry.REQUEST];
    return `${replicas.rings[place * 2]} ${'ABC'[request]}`;
  });
  const isIdle = stepsLeft[0] === 0;
  return [
    ...[at, start[0], steps[0], decodes[0], context[0]].map(String),
    ...[alpha[0], beta[0]].map((ticks) => (isIdle ? '' : String(ticks))),
    String(stepsLeft[0]),
    isIdle ? '∞' : String(nextEvent[0]),
    ring.join(', '),
  ];
}

describe('the worked example of docs/kernel.md', () => {
  it('has the numbers that the engine has', () => {
    const { engine } = createCell(EXAMPLE);
    const rows = TIMES.map((at) => {
      visit(engine, EXAMPLE.requests, at);
      return row(engine, at);
    });
    expect(rows.length).toBe(10);
    expect(TABLE).toEqual(rows);
  });

  it('ends as in the reference simulator', () => {
    const { outcomes } = runFast(EXAMPLE);
    expect(outcomes).toEqual(simulateReference(EXAMPLE));
    const times = outcomes.map(({ firstTokenTicks, finishTicks }) => [firstTokenTicks, finishTicks]);
    expect(times).toEqual([
      [14, 320],
      [34, 213],
      [108, 273],
    ]);
  });

  it('takes seven runs for twelve steps, and for ten times as long answers', () => {
    const { counts } = runFast(EXAMPLE);
    expect([counts[Window.runs], counts[Window.steps]]).toEqual([7, 12]);
    const long = runFast({
      ...EXAMPLE,
      perf: createToyPerf({ ...TOY, kvBlocks: null }),
      limits: { ...EXAMPLE.limits, maxModelLength: 1000 },
      requests: EXAMPLE.requests.map((request) => ({ ...request, outputTokens: 10 * request.outputTokens })),
    });
    expect([long.counts[Window.runs], long.counts[Window.steps]]).toEqual([7, 120]);
  });

  it('goes on the same when somebody looks within a run', () => {
    const { cell, engine } = createCell(EXAMPLE);
    cell.advanceTo(61);
    const { start, alpha, stepsLeft, nextEvent } = engine.replicas;
    expect([start[0], alpha[0], stepsLeft[0], nextEvent[0]]).toEqual([55, 23, 1, 78]);
  });

  it('has the newcomer join no sooner when it arrives just at a boundary', () => {
    const { engine } = createCell(EXAMPLE);
    const requests = EXAMPLE.requests.with(2, { ...EXAMPLE.requests[2], atTicks: 55 });
    for (const at of [0, 6, 14, 34, 55]) visit(engine, requests, at);
    expect(engine.replicas.nextEvent[0]).toBe(78);
  });

  it.each([2 ** 31 - 5, 2 ** 32 - 5])(
    'takes as long when its steps are counted from %i on',
    (stepsBefore) => {
      const { engine } = createCell(EXAMPLE);
      engine.replicas.steps[0] = stepsBefore;
      for (const [i, at] of TIMES.entries()) {
        visit(engine, EXAMPLE.requests, at);
        expect(engine.replicas.nextEvent[0]).toBe(TABLE[i][8] === '∞' ? Infinity : Number(TABLE[i][8]));
      }
    },
  );

  it('has the KV blocks of the page, and a longer run is cut where they end', () => {
    const requests = EXAMPLE.requests.map((request) => ({ ...request, outputTokens: 40 }));
    const { engine } = createCell(EXAMPLE);
    for (const at of [0, 6, 14, 34, 60, 78, 108]) visit(engine, requests, at);
    expect(Array.from(engine.replicas.residues)).toEqual([1, 0, 0, 1, 1, ...Array(11).fill(0)]);
    expect([engine.totalBlocks, engine.usedBlocks(0)]).toEqual([4, 3]);
    expect(engine.replicas.stepsLeft[0]).toBe(8);
    visit(engine, requests, engine.replicas.nextEvent[0]);
    expect([engine.replicas.active[0], engine.replicas.waiting[0]]).toEqual([2, 1]);
  });
});
