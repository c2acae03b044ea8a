// Recording as its users do it: the files are there, nothing else changes, and an interrupted run goes on with them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fleetday, QUICK, RESULTS, startFleetday } from '../cli.ts';

const RECORD = ['--requests', 'all', '--trace', 'from=30s,to=40s,replicas=0'];
const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
writeFileSync(at('quick.yaml'), QUICK);
writeFileSync(at('long.yaml'), QUICK.replace('duration: 2m', 'duration: 2h'));

/** Bytes as text that differs wherever they do. */
function bytesIn(dir: string): Record<string, string> {
  const names = readdirSync(at(dir)).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(at(dir, name), 'latin1')]));
}

function rowsIn(dir: string): number {
  const bytes = readFileSync(at(dir, 'requests.parquet'));
  return Number(parquetMetadata(new Uint8Array(bytes).buffer).num_rows);
}

const run = (scenario: string, out: string, ...more: string[]) =>
  fleetday(['run', scenario, '--quiet', '--out', out, ...more], { cwd: folder });

describe('fleetday run --requests --trace', () => {
  it('leaves their files, the tables beside them as Parquet, and the others as they are, on any threads', () => {
    const silent = { code: 0, stdout: '', stderr: '' };
    expect(run('quick.yaml', 'plain')).toEqual(silent);
    expect(run('quick.yaml', 'recorded', ...RECORD)).toEqual(silent);
    expect(run('quick.yaml', 'threads', ...RECORD, '--threads', '2')).toEqual(silent);
    const recorded = bytesIn('recorded');
    const more = ['hourly.parquet', 'requests.parquet', 'trace.json', 'windows.parquet'];
    expect(Object.keys(recorded)).toEqual([...RESULTS, ...more].toSorted());
    expect(recorded).toMatchObject(bytesIn('plain'));
    expect(bytesIn('threads')).toEqual(recorded);
    const summary = JSON.parse(recorded['summary.json']) as { arrived: number };
    expect(rowsIn('recorded')).toBe(summary.arrived);
    const { traceEvents } = JSON.parse(recorded['trace.json']) as { traceEvents: { ph: string }[] };
    expect(traceEvents.filter(({ ph }) => ph === 'X').length).toBeGreaterThan(10);
  });

  it('are replaced together with the other results, or go', () => {
    expect(run('quick.yaml', 'again', ...RECORD).code).toBe(0);
    expect(run('quick.yaml', 'again', '--force')).toMatchObject({ code: 0 });
    expect(bytesIn('again')).toEqual(bytesIn('plain'));
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('go on after %s to the same bytes', async (signal) => {
    if (!existsSync(at('whole'))) expect(run('long.yaml', 'whole', ...RECORD).code).toBe(0);
    const args = [
      'run',
      'long.yaml',
      '--plain',
      '--threads',
      '1',
      '--out',
      signal,
      '--checkpoint',
      'every=10m',
    ];
    const { child, outcome } = startFleetday([...args, ...RECORD], { cwd: folder });
    while (!existsSync(at(signal, 'fleetday.checkpoint'))) await sleep(2);
    child.kill(signal);
    expect((await outcome).code).toBeGreaterThan(128);
    if (signal === 'SIGTERM') {
      const { arrived } = JSON.parse(bytesIn(signal)['summary.json']) as { arrived: number };
      expect(rowsIn(signal)).toBe(arrived);
    }
    expect(fleetday(['resume', signal, '--quiet'], { cwd: folder })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(bytesIn(signal)).toEqual(bytesIn('whole'));
  });

  it('says of mistakes what they are, before anything is simulated', () => {
    const large = ['--set', 'workload.arrivals.requestsPerSecond=20000', '--set', 'duration=1h'];
    for (const [args, problem] of [
      [['--requests', 'few'], '--requests: write sample=1% or all, got "few"\n'],
      [['--trace', 'from=1m'], '--trace: write from=08:00,to=08:05'],
      [['--trace', 'from=1h,to=2h'], '--trace from: 1h is not within the run'],
      [['--requests', 'all', ...large], '--requests: about 72 million rows in requests.parquet, some 1.9 GB'],
    ] as const) {
      const { code, stdout, stderr } = run('quick.yaml', 'none', ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(problem);
      expect(existsSync(at('none'))).toBe(false);
    }
  });
});
