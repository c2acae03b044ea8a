// Whatever dies, every point ends as exactly one outcome, and as the one that simulating it here gives.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { openQueue } from '../../../src/experiment/queue/executor.ts';
import type { PointOutcome, SweepPoint } from '../../../src/experiment/sweep/point.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { asLines, locally, longPoint, pointOf, QUICK, quickPoints, VERSION } from './points.ts';
import { hasRedis, startRedis, until, type TestServer } from './redis.ts';
import { startCluster, startWorkerProcess, type Cluster } from './workers.ts';

const SUBMITTER = fileURLToPath(new URL('submitter.ts', import.meta.url));
/** Many times what any of this takes. */
const PATIENCE_MS = 120_000;

describe.skipIf(!hasRedis)('a queue (redis-server is installed)', () => {
  const folder = temporaryFolder();
  let server: TestServer | undefined;
  let cluster: Cluster | undefined;
  afterEach(async () => {
    await cluster?.stop();
    await server?.close();
    cluster = server = undefined;
  });

  /** Who works on a job holds its lock. */
  async function isBegun(): Promise<boolean> {
    const redis = new Redis(server!.url.replace('unix://', ''));
    const locks = await redis.keys('*:lock');
    redis.disconnect();
    return locks.length > 0;
  }

  /** `meanwhile` is called with every outcome's number. */
  async function submitted(points: SweepPoint[], meanwhile: (count: number) => void = () => {}) {
    const notices: string[] = [];
    const onNotice = (line: string) => notices.push(line);
    const queue = await openQueue(server!.url, {
      version: VERSION,
      sweep: 'test',
      onNotice,
      checkSeconds: 1,
    });
    const outcomes: PointOutcome[] = [];
    const patience = AbortSignal.timeout(PATIENCE_MS);
    await queue.run(points, (one) => meanwhile(outcomes.push(one)), patience);
    await queue.close();
    return { outcomes, notices };
  }

  it('comes to the same when a worker is killed in the middle of a point', async () => {
    server = await startRedis();
    cluster = startCluster(2, server.url);
    const points = await quickPoints(12);
    const { outcomes } = await submitted(points, (count) => {
      if (count === 4) cluster!.workers[0].child.kill('SIGKILL');
    });
    expect(outcomes).toHaveLength(points.length);
    expect(asLines(outcomes)).toEqual(await locally(points));
    expect(await cluster.workers[0].ended).toBe('SIGKILL');
  });

  it('waits for a server that is killed and comes back', async () => {
    server = await startRedis();
    cluster = startCluster(1, server.url);
    const points = await quickPoints(8);
    let restart: Promise<void> | undefined;
    const { outcomes, notices } = await submitted(points, (count) => {
      if (count === 4) restart = server!.kill().then(() => server!.start());
    });
    await restart;
    expect(outcomes).toHaveLength(points.length);
    expect(asLines(outcomes)).toEqual(await locally(points));
    expect(notices.filter((line) => /is (away|back)/.test(line))).toHaveLength(2);
  });

  it('queues again what a server has forgotten that keeps nothing, and warns of it', async () => {
    server = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
    cluster = startCluster(1, server.url);
    const points = await quickPoints(12);
    const { outcomes, notices } = await submitted(points, (count) => {
      if (count === 4) void server!.kill().then(() => server!.start());
    });
    expect(outcomes).toHaveLength(points.length);
    expect(asLines(outcomes)).toEqual(await locally(points));
    expect(notices.join('\n')).toMatch(/set appendonly yes[^]*set maxmemory-policy noeviction/);
  });

  it('gives up a point that kills its workers, and no innocent one', async () => {
    server = await startRedis();
    const policy = join(folder, 'deadly.mjs');
    writeFileSync(
      policy,
      `export default { name: 'deadly', start: () => null, recommend: () => process.kill(process.pid, 'SIGKILL') };`,
    );
    const deadly = await pointOf({ ...QUICK, autoscaling: { policy } }, 1);
    const innocent = await quickPoints(6);
    cluster = startCluster(1, server.url, ['--allow-exec', '--concurrency', '2']);
    const { outcomes } = await submitted([innocent[0], deadly, ...innocent.slice(1)]);
    const found = asLines(outcomes);
    expect(JSON.parse(found.get(deadly.key)!)).toEqual({
      key: deadly.key,
      ok: false,
      error: { kind: 'lost', message: '3 workers died or fell silent while they simulated it' },
    });
    found.delete(deadly.key);
    expect(found).toEqual(await locally(innocent));
    expect(cluster.restarts).toBe(3);
  });

  it('lets a submitter come back who was killed', async () => {
    server = await startRedis();
    cluster = startCluster(1, server.url);
    const submitter = spawn(process.execPath, ['--import', 'tsx', SUBMITTER, server.url, '12']);
    await new Promise((resolve) => submitter.stdout.once('data', resolve));
    submitter.kill('SIGKILL');
    const points = await quickPoints(12);
    const { outcomes } = await submitted(points);
    expect(outcomes).toHaveLength(points.length);
    expect(asLines(outcomes)).toEqual(await locally(points));
    await cluster.stop();
    // None was simulated twice.
    expect(cluster.workers[0].output).toContain('12 points done, 0 failed');
  });

  it('lets a worker go that is told to stop while the server is away', async () => {
    server = await startRedis();
    const worker = startWorkerProcess(server.url);
    await until(() => worker.output.includes('worker '), 'the worker');
    await server.kill();
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.output).toContain('0 points done, 0 failed');
  });

  it('lets whoever submits go at Ctrl-C while the server is away', async () => {
    server = await startRedis();
    const scenario = join(folder, 'quick.yaml');
    writeFileSync(scenario, JSON.stringify(QUICK));
    const parameters = ['--param', 'fleet.pools[0].replicas=2,3', '--no-cache', '--out', join(folder, 'out')];
    const words = ['dist/cli/main.js', 'sweep', scenario, '--queue', server.url, ...parameters];
    const submitter = spawn(process.execPath, words, { timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
    let said = '';
    submitter.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise((resolve) => submitter.on('close', resolve));
    await until(() => said.includes('no worker is at'), 'the submitter');
    await server.kill();
    submitter.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toContain('Stopped with 0 runs done');
  });

  it('gets back what a worker had begun when it was told to stop', async () => {
    server = await startRedis();
    const point = await longPoint(1);
    const queue = await openQueue(server.url, { version: VERSION, sweep: 'test' });
    const stop = new AbortController();
    const outcomes: PointOutcome[] = [];
    const run = queue.run([point], (one) => outcomes.push(one), stop.signal);
    const worker = startWorkerProcess(server.url);
    await until(() => worker.output.includes('worker '), 'the worker');
    await until(isBegun, 'the point to be begun');
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.output).toContain('0 points done, 0 failed, 1 given back');
    // Taken out of the queue again, or another worker would begin with it.
    stop.abort();
    await run;
    await queue.close();
    expect(outcomes).toEqual([]);
    const idle = startWorkerProcess(server.url);
    await until(() => idle.output.includes('worker '), 'the other worker');
    idle.child.kill('SIGTERM');
    await idle.ended;
    expect(idle.output).toContain('0 points done, 0 failed\n');
  });
});
