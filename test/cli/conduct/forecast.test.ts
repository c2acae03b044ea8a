import { describe, expect, it } from 'vitest';
import { forecast } from '../../../src/cli/conduct/forecast.ts';

const FLEET = { threads: 2, cells: 12, replicas: 1450 };

function said(
  requests: number | undefined,
  {
    isSaved = false,
    windows = 1440,
    ...fleet
  }: Partial<typeof FLEET> & { isSaved?: boolean; windows?: number } = {},
): string | undefined {
  return forecast({ info: { ...FLEET, ...fleet }, ahead: { requests, windows } }, isSaved, 2);
}

describe('the forecast of a run', () => {
  it('says how many requests and how long', () => {
    expect(said(250e6)).toBe('About 250 million requests: some 1–2 min on 2 threads');
    expect(said(63_480_000)).toBe('About 63 million requests: some 14–29 s on 2 threads');
  });

  it('says nothing of what takes a moment, or of what nobody knows', () => {
    expect(said(40e6)).toBeUndefined();
    expect(said(0)).toBeUndefined();
    expect(said(undefined)).toBeUndefined();
  });

  it('says hours where it takes hours, and what saves them from being lost', () => {
    const advice = '; --checkpoint wall=5m keeps a crash from losing it';
    expect(said(10e9)).toBe(`About 10 billion requests: some 37–76 min on 2 threads${advice}`);
    expect(said(10e9, { threads: 1 })).toBe(`About 10 billion requests: some 1–3 h on 1 thread${advice}`);
    expect(said(864e9, { isSaved: true })).toBe('About 860 billion requests: some 54–109 h on 2 threads');
  });

  it('counts no thread for which there is no cell or no core', () => {
    expect(said(250e6, { cells: 1 })).toMatch(/some 1–4 min on 1 thread$/);
    expect(said(250e6, { threads: 7 })).toBe(said(250e6));
    expect(said(250e6, { threads: 0 })).toMatch(/on 1 thread$/);
  });

  it('counts what replicas cost that have nothing to do', () => {
    expect(said(86_400, { replicas: 100_000 })).toBe('About 86,000 requests: some 14–29 s on 2 threads');
    expect(said(86_400, { replicas: 100_000, windows: 10 })).toBeUndefined();
  });
});
