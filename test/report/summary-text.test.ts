import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/run/result.ts';
import { summaryText } from '../../src/report/summary-text.ts';
import { emptyResult, loaded, result } from './fixture.ts';

/** Two nodes to 1,700 and two hours to a day: as large as the numbers get. */
const large: RunResult = {
  ...result,
  info: { ...result.info, replicas: 1700, nodes: 1700, gpus: 13_600, durationSeconds: 10 * 86_400 },
  windows: result.windows.map((window) => ({ ...window, arrived: window.arrived * 35_000 })),
  total: {
    ...result.total,
    arrived: 250_000_000,
    finished: 249_980_000,
    rejectedExceedsKv: 10_000_000,
    outputTokens: 55_000_000_000,
    promptTokens: 125_000_000_000,
  },
  ledger: result.ledger.map((row) => ({
    ...row,
    itKwh: row.itKwh * 10_000,
    facilityKwh: row.facilityKwh * 10_000,
    electricityUsd: row.electricityUsd * 10_000,
    amortizationUsd: row.amortizationUsd * 10_000,
  })),
};

describe('the summary', () => {
  it('of the worked example reads like this', async () => {
    await expect(summaryText(result, loaded)).toMatchFileSnapshot(path.resolve('test/report/summary.txt'));
  });

  it('fits 80 columns, for large fleets too', () => {
    for (const run of [result, emptyResult, large, { ...large, ending: 'stopped' as const }]) {
      for (const line of summaryText(run, loaded).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it('marks a run that was stopped early at the top, and shows no verdict on what has no sample', () => {
    const text = summaryText(emptyResult, loaded);
    expect(text.split('\n')[1]).toBe('PARTIAL: stopped after 0 s of 2 h; all below covers only that.');
    expect(text).not.toMatch(/[✓✗]|NaN|undefined|Infinity/);
  });

  it('compares with published estimates in factors that multiply to the result', () => {
    const text = summaryText(result, loaded);
    const factor = (label: string, column: number) => {
      const line = text.split('\n').find((candidate) => candidate.includes(label));
      return Number(line?.replace(label, '').trim().split(/\s+/)[column]);
    };
    for (const column of [0, 1]) {
      const watts = factor('× watts per GPU with its host', column);
      const wh = (factor('GPU-seconds per request', column) * watts * factor('× PUE', column)) / 3600;
      // Every printed factor is rounded to three digits.
      expect(wh / factor('= Wh per request', column)).toBeCloseTo(1, 2);
    }
    // The broker's own figure, and two nodes at 6.5 kW for two hours.
    expect(factor('= Wh per request', 1)).toBe(2.37);
    expect(factor('this fleet for 2 h', 2)).toBe(26);
  });

  it('shows rent alone where nodes are rented', () => {
    const rented = result.ledger.map((row) => ({
      ...row,
      electricityUsd: 0,
      amortizationUsd: 0,
      rentUsd: 35.36,
      totalUsd: 35.36,
    }));
    const text = summaryText({ ...result, ledger: rented }, loaded);
    expect(text).toMatch(/rent +\$70\.72/);
    expect(text).not.toMatch(/electricity +\$|amortization|\/kWh/);
  });
});
