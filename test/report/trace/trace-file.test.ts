// trace.json while a run goes on: kept, saved, and refused where it becomes too long.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRACED_RUNS_MAX } from '../../../src/fleet/records/tracer.ts';
import { TraceFile } from '../../../src/report/trace/trace-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const INFO = { name: 'a', seed: 1, version: '0', pools: ['one'], startEpochMs: 0 };
const FIELDS = 11;

/** Pool, replica, start, end, steps and so on, of runs that follow each other. */
const runs = (from: number, count: number) =>
  Float64Array.from(
    Array.from({ length: count }, (_, i) => [0, 3, from + i, from + i + 0.5, 4, 2, 100, 0, 0, 1, 9]).flat(),
  );

describe('a trace file', () => {
  const folder = temporaryFolder();

  it('has the runs of steps from before and after an interruption', () => {
    const whole = new TraceFile();
    whole.add([runs(0, 5), runs(5, 5000)]);
    const first = new TraceFile();
    first.add([runs(0, 5)]);
    const second = new TraceFile(structuredClone(first.save()));
    second.add([runs(5, 5000)]);
    const [one, other] = [whole, second].map((file) => readFileSync(file.finish(folder, INFO)!, 'utf8'));
    expect(one).toBe(other);
    const { traceEvents } = JSON.parse(one) as { traceEvents: { ph: string; name: string }[] };
    const slices = traceEvents.filter(({ ph }) => ph === 'X');
    expect(slices).toHaveLength(5005);
    expect(slices[0]).toMatchObject({ name: 'decode ×4', ts: 0, dur: 500_000 });
  });

  it('is given up where there are too many, with what to do, now and after an interruption', () => {
    const file = new TraceFile();
    file.add([new Float64Array(FIELDS * TRACED_RUNS_MAX)]);
    expect(file.problem).toBeUndefined();
    file.add([runs(0, 1)]);
    const problem =
      '--trace: more than 2,000,000 runs of steps, so there is no trace.json; give a shorter stretch';
    expect(file.problem?.message).toContain(problem);
    const resumed = new TraceFile(file.save());
    resumed.add([runs(0, 1)]);
    expect(resumed.problem?.message).toContain(problem);
    expect(resumed.finish(folder, INFO)).toBeUndefined();
  });

  it('says where it cannot be written', () => {
    const file = new TraceFile();
    expect(file.finish(path.join(folder, 'missing'), INFO)).toBeUndefined();
    expect(file.problem?.message).toContain('cannot write trace.json to');
  });
});
