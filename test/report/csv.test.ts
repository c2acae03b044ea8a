import { describe, expect, it } from 'vitest';
import { hourlyCsv, windowsCsv } from '../../src/report/csv.ts';
import { scalingCsv } from '../../src/report/scaling/csv.ts';
import { result, scaledResult } from './fixture.ts';

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

  it('tells how many replicas were in which state, and who waited for one', () => {
    const [first, like] = scaledResult.windows;
    const window = { ...like, replicasProvisioning: 3, replicasLoading: 4, retried: 6 };
    const [, second] = parse(windowsCsv({ ...scaledResult, windows: [first, window] }));
    expect(second).toMatchObject({
      replicas_wanted: '1',
      replicas_provisioning: '3',
      replicas_loading: '4',
      replicas_ready: '1',
      replicas_draining: '1',
      retried: '6',
      held: '0',
    });
    expect(parse(windowsCsv(scaledResult))[0]).toMatchObject({ waiting: '8', held: '5' });
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

  it('has the hours of replicas by state', () => {
    expect(parse(hourlyCsv(scaledResult))).toMatchObject([
      { replica_hours_provisioning: '0.125', replica_hours_loading: '0.375', replica_hours_ready: '1' },
      { replica_hours_ready: '1.5', replica_hours_draining: '0.25' },
    ]);
  });

  it('refuses hours and a ledger that do not match', () => {
    expect(() => hourlyCsv({ ...result, ledger: [] })).toThrow('2 hours of metrics, but 0 ledger rows');
  });
});

describe('scaling.csv', () => {
  it('has a row for every decision, its reason quoted where commas, quotes or lines need it', () => {
    expect(scalingCsv(scaledResult).split('\r\n')).toEqual([
      'at_seconds,at_utc,at_local,pool,from,to,recommended,ready,reason',
      '1800,2023-01-30T13:30:00Z,2023-01-30T14:30:00+01:00,main,1,2,2,1,' +
        '"queue 7.5 per replica > 5, ""busy""; limited by max"',
      '5400,2023-01-30T14:30:00Z,2023-01-30T15:30:00+01:00,main,2,1,0,2,"queue 0\nlimited by min"',
      '5700,2023-01-30T14:35:00Z,2023-01-30T15:35:00+01:00,main,1,1,,1,"held, answer late"',
      '6001,2023-01-30T14:40:01Z,2023-01-30T15:40:01+01:00,main,1,2,2,1,',
      '6300,2023-01-30T14:45:00Z,2023-01-30T15:45:00+01:00,main,2,1,1,1,queue 0',
      '',
    ]);
  });
});
