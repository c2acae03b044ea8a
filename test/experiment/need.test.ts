// need(t), and the rate of arrivals that it is made of: expected, or counted in a trace.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { needAt } from '../../src/experiment/need.ts';
import { arrivalRate } from '../../src/workload/arrival-rate.ts';
import { loaded, newFolder } from '../scenario/scenario-text.ts';

describe('need', () => {
  it('is the load over the capacity, rounded up, by pool; a pool that does not scale needs all it has', () => {
    const { scenario } = loaded(`
duration: 1h
workload: { arrivals: { kind: constant, requestsPerSecond: 10 } }
fleet:
  pools:
    - { model: llama2-7b, tp: 1, replicas: 8, share: 0.75, autoscaling: hpa }
    - { model: llama2-7b, tp: 1, replicas: 2, share: 0.25 }
`);
    const need = needAt(scenario, [2, undefined]);
    // 7.5 of 10 requests a second on replicas of 2 each, and the other pool's two.
    expect(need(1800)).toBe(4 + 2);
    expect(needAt(scenario, [7.5, undefined])(0)).toBe(1 + 2);
    // Nobody comes after the end.
    expect(need(3601)).toBe(2);
  });
});

describe('the rate of a trace', () => {
  /** So many requests at the start of each minute. */
  function traceOf(minutes: readonly number[]): string {
    const rows = minutes.flatMap((count, minute) =>
      Array.from(
        { length: count },
        () => `2024-01-01 00:${String(minute).padStart(2, '0')}:00.0000000,10,10`,
      ),
    );
    const file = path.join(newFolder(), 'trace.csv');
    writeFileSync(file, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows, ''].join('\n'));
    return file;
  }

  const rateOf = (minutes: readonly number[], durationSeconds: number, loop = false) =>
    arrivalRate({
      spec: { kind: 'trace', trace: { path: traceOf(minutes), rate: 1, loop } },
      startEpochMs: 0,
      durationSeconds,
    });

  it('is the mean over the five minutes around, fewer at the ends', () => {
    const rate = rateOf([60, 120, 0, 60, 300, 60], 360);
    expect(rate(150)).toBeCloseTo((60 + 120 + 0 + 60 + 300) / 300, 12);
    expect(rate(0)).toBeCloseTo((60 + 120 + 0) / 180, 12);
    expect(rate(359)).toBeCloseTo((60 + 300 + 60) / 180, 12);
  });

  it('is 0 when it is over', () => {
    expect(rateOf([60, 60], 120)(120)).toBe(0);
  });

  it('counts only as long as the run lasts, the last minute perhaps short', () => {
    const rate = rateOf([60, 60, 60], 90);
    expect(rate(80)).toBeCloseTo(120 / 90, 12);
  });
});
