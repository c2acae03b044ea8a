// A sweep of the built program on this machine, and over a queue with one worker and with two, each with one thread: wall
// time, CPU time of all its processes, and whether the tables are the same to the byte; then all again from the cache.
// tsx bench/queue/sweep.ts [points] [duration] [local] [one] [two]. Workers have begun to listen before the clock starts.
// Of a point's ten minutes the simulation takes some 6 ms; of an hour 35 ms.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasRedis, startRedis, until } from '../../test/experiment/queue/redis.ts';
import { startWorkerProcess } from '../../test/experiment/queue/workers.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SEEDS = 10;
const asked = process.argv.slice(2);
const isDuration = (word: string) => /^\d+[mh]$/.test(word);
const points = Number(asked.find((word) => /^\d+$/.test(word)) ?? 500);
const parts = asked.filter((word) => /^[a-z]+$/.test(word));
const SCENARIO = `
name: bench
duration: ${asked.find(isDuration) ?? '10m'}
workload: { arrivals: { kind: constant, requestsPerSecond: 8 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 8, cells: 1 }] }
`;

const folder = mkdtempSync(join(tmpdir(), 'fleetday-bench-'));
const scenario = join(folder, 'bench.yaml');
writeFileSync(scenario, SCENARIO);

/** Of children that have ended and were waited for: sweeps, workers, servers. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function sweep(name: string, args: readonly string[]): number {
  const variants = points / SEEDS;
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'sweep', scenario, '--param', `fleet.pools[0].replicas=8..${7 + variants}:1`]
      .concat(['--seeds', String(SEEDS), '--out', join(folder, name), '--plain'])
      .concat(args),
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(`${name}: ${stderr.slice(-2000)}`);
  return (performance.now() - started) / 1000;
}

function table(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, name, 'sweep.csv')))
    .digest('hex')
    .slice(0, 12);
}

function told(name: string, wall: number, cpu: number): void {
  const perPoint = `${((1000 * cpu) / points).toFixed(1)} ms CPU per point`;
  const pace = `${((60 * points) / wall).toFixed(0)} points/min`;
  console.log(
    `${name.padEnd(12)} ${wall.toFixed(1)} s, ${pace}, CPU ${cpu.toFixed(1)} s, ${perPoint}, ${table(name)}`,
  );
}

async function overQueue(name: string, workers: number): Promise<number> {
  const server = await startRedis();
  const processes = Array.from({ length: workers }, () =>
    startWorkerProcess(server.url, ['--concurrency', '1', '--lost-after', '30']),
  );
  await until(() => processes.every(({ output }) => output.includes('worker ')), 'the workers');
  const before = childrenSeconds();
  const wall = sweep(name, ['--queue', server.url, '--no-cache']);
  for (const { child } of processes) child.kill('SIGTERM');
  await Promise.all(processes.map(({ ended }) => ended));
  await server.close();
  told(name, wall, childrenSeconds() - before);
  return wall;
}

console.log(`${points} points, ${availableParallelism()} cores, load before: ${loadavg()[0].toFixed(2)}`);
const wants = (what: string) => parts.length === 0 || parts.includes(what);
if (wants('local')) {
  const cache = join(folder, 'cache');
  for (const name of ['local', 'again']) {
    const before = childrenSeconds();
    const wall = sweep(name, ['--workers', '1', '--cache', cache]);
    told(name, wall, childrenSeconds() - before);
  }
}
if (!hasRedis) throw new Error('redis-server is missing');
const one = wants('one') ? await overQueue('one worker', 1) : undefined;
const two = wants('two') ? await overQueue('two workers', 2) : undefined;
if (one !== undefined && two !== undefined)
  console.log(`two workers are ${(one / two).toFixed(2)} times as fast as one`);
console.log(`load after: ${loadavg()[0].toFixed(2)}`);
rmSync(folder, { recursive: true, force: true });
