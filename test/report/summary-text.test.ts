import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/run/result.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import { filesText, summaryText } from '../../src/report/summary-text.ts';
import { emptyResult, loaded, result, scaledResult } from './fixture.ts';

/** Two nodes to 1,700 and two hours to a day: as large as the numbers get. */
const large: RunResult = {
  ...result,
  info: { ...result.info, replicas: 1700, nodes: 1700, gpus: 13_600, durationSeconds: 10 * 86_400 },
  windows: [...result.windows].map((window) => ({ ...window, arrived: window.arrived * 35_000 })),
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

const largeScaled: RunResult = {
  ...scaledResult,
  info: {
    ...scaledResult.info,
    scaling: [
      {
        ...scaledResult.info.scaling[0],
        name: 'gpt-3-175b',
        policy: 'aws-target-tracking',
        maxReplicas: 20_000,
      },
    ],
  },
  replicaHours: scaledResult.replicaHours.map(() => ({
    provisioning: 123_456,
    loading: 123_456,
    ready: 1_234_567,
    draining: 123_456,
  })),
  windows: [...scaledResult.windows].map((window) => ({ ...window, replicasReady: 20_000, held: 1_234_567 })),
  capacityRefusals: 1_234_567,
  programs: [
    { pool: 0, asked: 99_999, late: 9999, invalid: 9999, dead: 9999, isReproducible: false, isFailing: true },
  ],
};

describe('the summary', () => {
  it('of the worked example reads like this', async () => {
    await expect(summaryText(result, loaded)).toMatchFileSnapshot(path.resolve('test/report/summary.txt'));
  });

  it('fits 80 columns, for large fleets too', () => {
    for (const run of [
      result,
      emptyResult,
      scaledResult,
      large,
      largeScaled,
      { ...large, ending: 'stopped' as const },
    ]) {
      for (const line of summaryText(run, loaded).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it('has a paragraph on scaling where a pool scales, and no line on what did not happen', () => {
    const paragraph = (run: RunResult) =>
      summaryText(run, loaded)
        .split(/\n\n/)
        .find((text) => text.startsWith('Scaling'));
    expect(paragraph(scaledResult)).toBe(`Scaling
  main: threshold, 1 to 2 replicas
  replicas ready               1.25  mean; at least 1, at most 2
  replica-hours                3.25  2.50 ready, 0.250 draining,
                                     0.375 loading, 0.125 waiting for a node
  changes                         4  2 up, 2 down, 1 flaps
  no capacity                     3  orders of a node
  held                            5  at most, while no replica was ready
  retried                         4  their replica was taken away
  lost                            2  with their replica`);
    expect(paragraph(result)).toBeUndefined();
    expect(paragraph({ ...scaledResult, capacityRefusals: 0 })).not.toContain('no capacity');
    expect(paragraph(largeScaled)).toMatch(
      /29,997 {2}9,999 late, 9,999 invalid, 9,999 dead\n {2}Not reproducible/,
    );
  });

  it('names the files that there are', () => {
    expect(filesText('out', resultFiles(result, loaded))).not.toContain('scaling.csv');
    expect(filesText('out', resultFiles(scaledResult, loaded))).toContain(
      'hourly.csv, ledger.csv, energy.csv, latencies.csv, scaling.csv, summary.json',
    );
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
