import { describe, expect, it } from 'vitest';
import { hourlyCsv, windowsCsv } from '../../src/report/csv.ts';
import { result } from './fixture.ts';

function parse(csv: string): Record<string, string>[] {
  expect(csv.endsWith('\r\n')).toBe(true);
  const [header, ...rows] = csv
    .slice(0, -2)
    .split('\r\n')
    .map((line) => line.split(','));
  return rows.map((row) => {
    expect(row).toHaveLength(header.length);
    return Object.fromEntries(header.map((key, i) => [key, row[i]]));
  });
}

describe('windows.csv', () => {
  const rows = parse(windowsCsv(result));

  it('has a row for every window, the drain last', () => {
    expect(rows.map(({ phase }) => phase)).toEqual(['day', 'day', 'drain']);
    expect(rows[1]).toMatchObject({
      start_utc: '2023-01-30T14:00:00Z',
      start_local: '2023-01-30T15:00:00+01:00',
      start_seconds: '3600',
      end_seconds: '7200',
      arrived: '4200',
      rejected_queue_full: '20',
      it_kwh: '6',
      p99_ttft_ms: '2000',
      'p99.9_e2el_ms': '60000',
    });
  });

  it('leaves a value that does not exist empty', () => {
    expect(rows[2].batch_mean).toBe('');
  });

  it('has numbers that read back as they were', () => {
    const [window] = result.windows;
    const odd = { ...window, dutyCycle: 0.1 + 0.2, mbu: 1e-21, kvUse: 1 / 3 };
    const [row] = parse(windowsCsv({ ...result, windows: [odd] }));
    expect([row.duty_cycle, row.mbu, row.kv_use].map(Number)).toEqual([0.1 + 0.2, 1e-21, 1 / 3]);
  });
});

describe('hourly.csv', () => {
  it('joins the metrics of an hour with its row of the ledger', () => {
    const [first, second] = parse(hourlyCsv(result));
    expect(first).toMatchObject({
      arrived: '3000',
      it_kwh: '4',
      idle_facility_kwh: '1.2',
      usd_per_kwh: '0.08',
    });
    expect(second).toMatchObject({ arrived: '4200', node_hours: '2', rent_usd: '0' });
    expect(Number(second.electricity_usd)).toBeCloseTo(6 * 1.2 * 0.08, 12);
    expect(Number(second.total_usd)).toBeCloseTo(6 * 1.2 * 0.08 + (2 * 199_000) / 43_800, 9);
  });

  it('refuses hours and a ledger that do not match', () => {
    expect(() => hourlyCsv({ ...result, ledger: [] })).toThrow('2 hours of metrics, but 0 ledger rows');
  });
});
