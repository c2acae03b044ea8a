// Sweeps over a real Redis server and workers of the built program: the same outcomes as here, whoever else is there.
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { openQueue, type QueueOptions } from '../../../src/experiment/queue/executor.ts';
import type { PointOutcome, SweepPoint } from '../../../src/experiment/sweep/point.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { asLines, locally, pointOf, QUICK, quickPoints, VERSION } from './points.ts';
import { hasRedis, startRedis, until, type TestServer } from './redis.ts';
import { startWorkerProcess, type WorkerProcess } from './workers.ts';

const PATIENCE_MS = 120_000;

describe.skipIf(!hasRedis)('a queue (redis-server is installed)', () => {
  const folder = temporaryFolder();
  let server: TestServer;
  let workers: WorkerProcess[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(stopWorkers);
  afterAll(() => server.close());

  async function stopWorkers(): Promise<void> {
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
    workers = [];
  }

  async function startWorker(args: readonly string[] = []): Promise<WorkerProcess> {
    const worker = startWorkerProcess(server.url, args);
    workers.push(worker);
    await until(() => worker.output.includes('worker '), 'the worker');
    return worker;
  }

  async function submitted(points: SweepPoint[], options: Partial<QueueOptions> = {}) {
    const queue = await openQueue(server.url, { version: VERSION, sweep: 'one', ...options });
    const outcomes: PointOutcome[] = [];
    await queue.run(points, (one) => outcomes.push(one), AbortSignal.timeout(PATIENCE_MS));
    await queue.close();
    return outcomes;
  }

  async function keys(): Promise<string[]> {
    const redis = new Redis(server.url.replace('unix://', ''));
    const found = await redis.keys('*');
    redis.disconnect();
    return found;
  }

  it('serves two sweeps at once, simulates what both want once, and keeps no job', async () => {
    const worker = await startWorker();
    const points = await quickPoints(9);
    const [one, two] = await Promise.all([
      submitted(points.slice(0, 6)),
      submitted(points.slice(3), { sweep: 'two' }),
    ]);
    const expected = await locally(points);
    expect(one).toHaveLength(6);
    expect(two).toHaveLength(6);
    expect(new Map([...asLines(one), ...asLines(two)])).toEqual(expected);
    // From the server alone, though nobody works any more.
    await stopWorkers();
    expect(worker.output).toContain('9 points done, 0 failed');
    expect(asLines(await submitted(points, { attach: true }))).toEqual(expected);
    expect(
      (await keys()).filter((key) => points.some((point) => key.endsWith(`points:${point.key}`))),
    ).toEqual([]);
  });

  it('leaves nothing on the server that does not expire, but for the queue’s own few', async () => {
    const redis = new Redis(server.url.replace('unix://', ''));
    const lasting: string[] = [];
    for (const key of await redis.keys('*')) if ((await redis.ttl(key)) < 0) lasting.push(key);
    redis.disconnect();
    const own = lasting.map((key) => key.replace(/^fleetday:points-[^:]+:/, ''));
    expect(own.filter((key) => !['meta', 'events', 'id', 'marker', 'stalled-check'].includes(key))).toEqual(
      [],
    );
  });

  it('brings traces to workers that lack them, by contents, and code only to those who allow it', async () => {
    const trace = join(folder, 'trace.csv');
    const rows = Array.from(
      { length: 50 },
      (_, i) => `2023-11-16 18:17:${String(i).padStart(2, '0')}.5,${100 + i},20`,
    );
    writeFileSync(trace, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows].join('\n'));
    const policy = join(folder, 'own.mjs');
    writeFileSync(
      policy,
      `export default { name: 'own', start: () => null, recommend: () => ({ desiredReplicas: 2, reason: 'so', state: null }) };`,
    );
    const replayed = await pointOf({ ...QUICK, workload: { trace: { path: trace } } }, 1);
    const scaled = await pointOf({ ...QUICK, autoscaling: { policy } }, 1);
    const expected = await locally([replayed, scaled]);

    const cautious = submitted([replayed, scaled]);
    await until(async () => (await keys()).some((key) => key.endsWith(scaled.key)), 'the points');
    writeFileSync(trace, 'something else by now');
    const files = join(folder, 'files');
    await startWorker(['--files', files]);
    const found = asLines(await cautious);
    expect(found.get(replayed.key)).toBe(expected.get(replayed.key));
    expect(existsSync(join(files, replayed.files[0].sha256, basename(trace)))).toBe(true);
    expect(found.get(scaled.key)).toContain('code, which only workers with --allow-exec run');

    await stopWorkers();
    await startWorker(['--files', files, '--allow-exec']);
    // What failed stays so for who comes back, and is tried again for who submits anew.
    expect(asLines(await submitted([scaled], { attach: true })).get(scaled.key)).toContain('--allow-exec');
    expect(asLines(await submitted([scaled])).get(scaled.key)).toBe(expected.get(scaled.key));
  });

  it('refuses a worker of another version, and says so on both sides', async () => {
    const worker = await startWorker();
    const notices: string[] = [];
    const options = { version: '9.9.9', sweep: 'newer', onNotice: (line: string) => notices.push(line) };
    const queue = await openQueue(server.url, options);
    expect(notices.join('\n')).toMatch(
      /worker \S+ is refused: it is fleetday 0\.1\.0 .* this is fleetday 9\.9\.9/,
    );
    const told = /sweep newer was submitted by fleetday 9\.9\.9 .* is refused its points/;
    await until(() => told.test(worker.output), 'the worker to be told');
    const late = startWorkerProcess(server.url);
    expect(await late.ended).toBe(2);
    expect(late.output).toMatch(
      /submitted by fleetday 9\.9\.9 .*; this is fleetday 0\.1\.0 .*install the same/,
    );
    await queue.close();
    await expect(submitted([], { sweep: 'newer', attach: true })).rejects.toThrow(
      /--attach newer: was submitted by fleetday 9\.9\.9/,
    );
    await expect(submitted([], { sweep: 'none', attach: true })).rejects.toThrow(
      /--attach none: no such sweep .* there are .*two/,
    );
  });
});
