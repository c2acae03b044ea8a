import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/run/snapshot.ts';
import { emptyLog, observe, type Log } from '../../../src/ui/model/log.ts';
import { attainmentLevel, levelOf, nextLevel } from '../../../src/ui/model/slo.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';

const day = [...flagshipDay()];
const texts = (log: Log): string[] => log.entries.slice(2).map(({ at, text }) => `${at} ${text}`);

function watch(snapshots: readonly Snapshot[], info = flagshipInfo): Log {
  return snapshots.reduce(
    (log, snapshot) => observe(log, snapshot, info, { isNewWindow: true, decisions: [] }),
    emptyLog(info),
  );
}

/** The first windows of the day with the given p99 TTFT. */
function withTtft(...p99Seconds: number[]): Snapshot[] {
  return p99Seconds.map((p99, i) => {
    const window = { ...day[i].window, ttft: { ...day[i].window.ttft, p99Seconds: p99 } };
    return { ...day[i], window };
  });
}

describe('events', () => {
  test('a breach of the SLO has a begin, a duration, a worst value and an end', () => {
    expect(texts(watch(withTtft(1, 2.31, 3.5, 2.2, 1.7, 1.65)))).toEqual([
      '00:01 started',
      '00:02 TTFT p99 2.31 s: SLO of 2 s broken',
      '00:05 TTFT p99 within the SLO again after 3 min, worst 3.5 s',
    ]);
  });

  test('coming close to the limit is told once, though the value wavers around nine tenths of it', () => {
    expect(texts(watch(withTtft(1, 1.84, 1.79, 1.85, 1.7, 1.81, 1.2)))).toEqual([
      '00:01 started',
      '00:02 TTFT p99 1.84 s: close to the SLO of 2 s',
      '00:07 TTFT p99 1.2 s: clear of the SLO again',
    ]);
  });

  test('windows without a finished request say nothing about the SLO', () => {
    expect(texts(watch(withTtft(2.5, NaN, NaN, 2.5)))).toHaveLength(2);
  });

  test('without limits there are no breaches', () => {
    expect(texts(watch(withTtft(50, 60), { ...flagshipInfo, slo: {} }))).toEqual(['00:01 started']);
  });

  test('rejections are told at their begin and, with their number, when ten windows were free of them', () => {
    const log = watch([...flagshipDay({ windows: 60, rejections: { from: 10, to: 35, perWindow: 120 } })]);
    expect(texts(log).filter((text) => text.includes('reject'))).toEqual([
      '00:11 rejecting requests: queue full',
      '00:45 rejections over: 3,000 in 25 min',
    ]);
  });

  test('the busiest hours are told when the hour after them is calmer, only ever busier ones', () => {
    const busiest = texts(watch(day)).filter((text) => text.includes('busiest'));
    expect(busiest).toHaveLength(3);
    expect(busiest[2]).toMatch(/^16:01 busiest hour so far: 14:00, 3,8\d\d req\/s$/);
  });

  test('every change of status is told', () => {
    const at = (status: Snapshot['status'], message?: string): Snapshot => ({ ...day[9], status, message });
    const log = [at('paused'), at('running'), at('stopped'), at('failed', 'disk\x07 full')].reduce(
      (before, snapshot) => observe(before, snapshot, flagshipInfo, { isNewWindow: false, decisions: [] }),
      watch(day.slice(0, 10)),
    );
    expect(texts(log).map((text) => text.slice(6))).toEqual([
      'started',
      'paused',
      'resumed',
      'stopped early: results are partial',
      'failed: disk? full',
    ]);
    expect(
      texts(watch(day))
        .slice(-2)
        .map((text) => text.slice(0, 22)),
    ).toEqual(['00:01 arrivals ended; ', '00:02 finished: 250 M ']);
  });
});

describe('levels', () => {
  test('amber is within 10 % of the limit, red beyond it', () => {
    expect([1.8, 1.81, 2, 2.01].map((value) => levelOf(value, 2))).toEqual([
      'held',
      'close',
      'close',
      'broken',
    ]);
  });

  test('leaving a level takes a clear step back', () => {
    expect(nextLevel('broken', 1.9, 2)).toBe('broken');
    expect(nextLevel('broken', 1.7, 2)).toBe('close');
    expect(nextLevel('close', 1.7, 2)).toBe('close');
    expect(nextLevel('held', 1.7, 2)).toBe('held');
    expect(nextLevel('close', 1.6, 2)).toBe('held');
  });

  test('one request in a hundred may miss', () => {
    expect([1, 0.992, 0.9905, 0.99, 0.9899].map(attainmentLevel)).toEqual([
      'held',
      'held',
      'close',
      'close',
      'broken',
    ]);
  });
});
