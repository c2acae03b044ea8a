// trace.json against the rules of the format ("Trace Event Format", Google, 2016), read back as any JSON.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { TracedRun } from '../../../src/fleet/records/traced-run.ts';
import { chromeTrace, chromeTraceParts } from '../../../src/report/trace/chrome.ts';

const info = {
  name: 'quick "day"',
  seed: 7,
  version: '1.2.3',
  pools: ['main: 2 × Llama', 'spare: 1 × Llama'],
  startEpochMs: Date.UTC(2024, 4, 14, 7),
};

interface TraceEvent {
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  name: string;
  args: Record<string, number | string>;
}

const read = (text: string) =>
  JSON.parse(text) as { traceEvents: TraceEvent[]; displayTimeUnit: string; otherData: unknown };

function row(changes: Partial<TracedRun>): TracedRun {
  return {
    pool: 0,
    replica: 0,
    startSeconds: 0,
    endSeconds: 1,
    steps: 1,
    decodes: 1,
    contextTokens: 100,
    prefillTokens: 0,
    prefillRequests: 0,
    waiting: 0,
    usedBlocks: 7,
    ...changes,
  };
}

describe('trace.json', () => {
  it('shows a prefill, a mixed step and a run of decodes of one replica as three slices', () => {
    const rows = [
      row({
        startSeconds: 28_800.5,
        endSeconds: 28_800.625,
        decodes: 0,
        prefillTokens: 512,
        prefillRequests: 1,
      }),
      row({
        startSeconds: 28_800.625,
        endSeconds: 28_800.75,
        prefillTokens: 64,
        prefillRequests: 2,
        waiting: 3,
      }),
      row({ startSeconds: 28_800.75, endSeconds: 28_801, steps: 10, decodes: 3 }),
    ];
    const { traceEvents } = read(chromeTrace(rows, info));
    const slices = traceEvents.filter(({ ph }) => ph === 'X');
    expect(slices.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
      ['prefill', 28_800_500_000, 125_000],
      ['mixed', 28_800_625_000, 125_000],
      ['decode ×10', 28_800_750_000, 250_000],
    ]);
    expect(slices[2].args).toEqual({
      steps: 10,
      decodes: 3,
      context_tokens: 100,
      prefill_tokens: 0,
      prefill_requests: 0,
    });
    const counters = traceEvents.filter(({ ph }) => ph === 'C');
    expect(counters.map(({ ts, args }) => [ts, args.batch, args.waiting, args.kv_blocks])).toEqual([
      [28_800_500_000, 1, 0, 7],
      [28_800_625_000, 3, 3, 7],
      [28_800_750_000, 3, 0, 7],
      [28_801_000_000, 0, 0, 0],
    ]);
  });

  it('names every process and thread before their slices, once', () => {
    const rows = [
      row({ pool: 1 }),
      row({ replica: 4 }),
      row({ replica: 4, startSeconds: 1, endSeconds: 2 }),
      row({}),
    ];
    const { traceEvents } = read(chromeTrace(rows, info));
    const names = traceEvents.filter(({ ph, name }) => ph === 'M' && name.endsWith('_name'));
    expect(names.map(({ name, pid, tid, args }) => [name, pid, tid, args.name])).toEqual([
      ['process_name', 1, 0, 'main: 2 × Llama'],
      ['thread_name', 1, 1, 'replica 0'],
      ['thread_name', 1, 5, 'replica 4'],
      ['process_name', 2, 0, 'spare: 1 × Llama'],
      ['thread_name', 2, 1, 'replica 0'],
    ]);
  });

  it('is the same bytes whatever the order of the rows, and in parts', () => {
    const rows = [row({ pool: 1 }), row({ replica: 1 }), row({}), row({ startSeconds: 1, endSeconds: 1.5 })];
    const text = chromeTrace(rows, info);
    expect(chromeTrace(rows.toReversed(), info)).toBe(text);
    expect([...chromeTraceParts(rows, info)].join('')).toBe(text);
  });

  it('is a valid trace without rows', () => {
    expect(read(chromeTrace([], info))).toEqual({
      displayTimeUnit: 'ms',
      otherData: { scenario: 'quick "day"', seed: 7, version: '1.2.3', start_utc: '2024-05-14T07:00:00Z' },
      traceEvents: [],
    });
  });

  it('refuses steps of one replica that overlap', () => {
    const rows = [row({}), row({ startSeconds: 0.5, endSeconds: 2 })];
    expect(() => chromeTrace(rows, info)).toThrow('steps overlap');
  });

  it('holds to the rules of the format for any stretch of steps', () => {
    const lengths = fc.array(fc.tuple(fc.double({ min: 1e-9, max: 3, noNaN: true }), fc.boolean()), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 0, max: 86_400 * 20 }), (steps, fromSeconds) => {
        const rows: TracedRun[] = [];
        let time = fromSeconds + 1 / 3;
        for (const [seconds, isIdle] of steps) {
          if (!isIdle) rows.push(row({ startSeconds: time, endSeconds: time + seconds }));
          time += seconds;
        }
        const { traceEvents } = read(chromeTrace(rows, info));
        expect(traceEvents.every(({ ph }) => ['M', 'X', 'C'].includes(ph))).toBe(true);
        for (const { ph, pid, tid, ts, name } of traceEvents) {
          expect(Number.isInteger(pid) && Number.isInteger(tid)).toBe(true);
          expect(typeof name).toBe('string');
          if (ph !== 'M') expect(Number.isFinite(ts) && ts >= 0).toBe(true);
        }
        // Slices of a thread may nest or follow each other, not overlap: in whole nanoseconds, as they are written.
        const slices = traceEvents.filter(({ ph }) => ph === 'X');
        expect(slices).toHaveLength(rows.length);
        const ns = (microseconds: number) => Math.round(microseconds * 1000);
        for (const [i, { ts, dur }] of slices.entries()) {
          expect(dur).toBeGreaterThanOrEqual(0);
          if (i > 0) expect(ns(ts)).toBeGreaterThanOrEqual(ns(slices[i - 1].ts) + ns(slices[i - 1].dur));
        }
        const counters = traceEvents.filter(({ ph }) => ph === 'C');
        for (const { args } of counters)
          for (const value of Object.values(args)) expect(typeof value).toBe('number');
      }),
      { numRuns: 60 },
    );
  });
});
