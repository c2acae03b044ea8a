// The ends of what can be asked for: one request, one replica, a hundred thousand of them, ten billion requests, and
// more of them than can ever be served.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Run } from '../../../src/run/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, QUICK, RESULTS, startFleetday } from '../cli.ts';

/** Serve every request: one that is too long for the model is cut. */
const replicas = (count: number) =>
  `fleet.pools=[{model: llama2-7b, tp: 1, replicas: ${count}, overlong: truncate}]`;

describe('the limits', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => path.join(folder, ...names);
  writeFileSync(at('quick.yaml'), QUICK);

  function summaryOf(
    scenario: string,
    out: string,
    ...overrides: string[]
  ): Record<string, number | boolean> {
    const args = ['run', scenario, '--quiet', '--out', out, ...overrides.flatMap((one) => ['--set', one])];
    expect(fleetday(args, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    const files = contents(at(out));
    expect(Object.values(files).join()).not.toMatch(/NaN|Infinity|undefined/);
    return JSON.parse(files['summary.json']) as Record<string, number | boolean>;
  }

  it('are one request', () => {
    writeFileSync(
      at('one.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n',
    );
    writeFileSync(
      at('one.yaml'),
      'duration: 1m\nworkload: { trace: { path: one.csv } }\nfleet: { pools: [{ model: llama2-7b, tp: 1 }] }\n',
    );
    const one = summaryOf('one.yaml', 'one');
    expect(one).toMatchObject({ arrived: 1, completed: 1, replicas: 1, total_input_tokens: 374 });
    // A percentile is known to 1 %.
    expect(Number(one.p99_ttft_ms) / Number(one.mean_ttft_ms)).toBeCloseTo(1, 1.7);
  });

  it('are one replica', () => {
    const single = summaryOf('quick.yaml', 'single', replicas(1));
    expect(single.arrived).toBeGreaterThan(500);
    expect(single.completed).toBe(single.arrived);
  });

  it('are a hundred thousand replicas', () => {
    const rate = 'workload.arrivals.requestsPerSecond=1000';
    const fleet = summaryOf('quick.yaml', 'fleet', replicas(100_000), rate);
    expect(fleet.replicas).toBe(100_000);
    expect(fleet.arrived).toBeGreaterThan(115_000);
    expect(fleet.completed).toBe(fleet.arrived);
  });

  it('are ten billion requests: it is said how long they take, and they can be left and gone on with', async () => {
    const rate = ['--set', 'workload.arrivals.requestsPerSecond=116k', '--set', 'duration=1d'];
    const save = ['--out', 'ten', '--checkpoint', 'every=5s', '--set', 'output.window=1s'];
    const args = ['run', 'quick.yaml', '--plain', '--threads', '1', ...rate, ...save];
    const { child, outcome } = startFleetday(args, { cwd: folder });
    while (!existsSync(at('ten', 'fleetday.checkpoint')) && child.exitCode === null) await sleep(20);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).toMatch(/^About 10 billion requests: some \d+–\d+ (min|h) on \d threads?\n/);
    expect(stdout).toMatch(/\nGo on with: fleetday resume ten\n$/);
    expect(Object.keys(contents(at('ten')))).toEqual(['fleetday.checkpoint', ...RESULTS].toSorted());
    const summary = JSON.parse(readFileSync(at('ten', 'summary.json'), 'utf8')) as Record<string, number>;
    expect(summary).toMatchObject({ partial: true });
    expect(summary.completed + summary.rejected_queue_full).toBeGreaterThan(0);
  });

  it('of overload are the queues: what comes beyond them is counted, and memory stays as it is', async () => {
    const overrides = ['duration=2h', 'workload.arrivals.requestsPerSecond=1000', 'output.drain=cut'];
    const loaded = loadScenario(at('quick.yaml'), [...overrides, 'fleet.pools[0].queueLimit=100k']);
    const bytesMax = { hour: 0, later: 0 };
    const run = new Run(loaded, { threads: 0, outDir: 'out/test', version: 'test' });
    const { total } = await run.execute(({ window }) => {
      const hour = window.endSeconds <= 3600 ? 'hour' : 'later';
      bytesMax[hour] = Math.max(bytesMax[hour], process.memoryUsage().arrayBuffers);
    });
    // A preempted sequence goes back to the queue, whether it is full or not.
    expect(total.waiting).toBeGreaterThanOrEqual(200_000);
    expect(total.waiting).toBeLessThan(200_010);
    expect(total.preemptions).toBeGreaterThan(0);
    expect(total.rejectedQueueFull).toBeGreaterThan(6_000_000);
    const { arrived, finished, running, waiting, rejectedQueueFull, rejectedTooLong } = total;
    expect(finished + running + waiting + rejectedQueueFull + rejectedTooLong).toBe(arrived);
    // All that came in the second hour would take 200 MB.
    expect(bytesMax.later - bytesMax.hour).toBeLessThan(20_000_000);
  });
});
