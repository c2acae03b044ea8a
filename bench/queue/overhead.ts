// What the queue costs by itself: CPU time per point of whoever submits, of the worker, and of the server, for points whose
// simulation costs nothing. tsx bench/queue/overhead.ts [points]
import { Redis } from 'ioredis';
import { openQueue } from '../../src/experiment/queue/executor.ts';
import { startWorker } from '../../src/experiment/queue/worker/worker.ts';
import { quickPoints, VERSION } from '../../test/experiment/queue/points.ts';
import { startRedis } from '../../test/experiment/queue/redis.ts';

const count = Number(process.argv[2] ?? 1000);
const WARM = 100;

const points = await quickPoints(WARM + count);
const server = await startRedis(['--appendonly', 'yes']);
const worker = await startWorker({
  url: server.url,
  version: VERSION,
  threadFile: new URL('no-work.mjs', import.meta.url),
  threads: 1,
  filesFolder: server.folder,
  allowExec: false,
  lostAfterSeconds: 30,
  onNotice: () => {},
});
const queue = await openQueue(server.url, { version: VERSION, sweep: 'overhead' });
const redis = new Redis(server.url.replace('unix://', ''));

async function serverSeconds(): Promise<number> {
  const info = await redis.info('cpu');
  const value = (key: string) => Number(new RegExp(`^${key}:(.*?)\\r?$`, 'm').exec(info)![1]);
  return value('used_cpu_user') + value('used_cpu_sys');
}

await queue.run(points.slice(0, WARM), () => {}, new AbortController().signal);
const before = { cpu: process.cpuUsage(), server: await serverSeconds(), wall: performance.now() };
let outcomes = 0;
await queue.run(points.slice(WARM), () => outcomes++, new AbortController().signal);
const { user, system } = process.cpuUsage(before.cpu);
const perPoint = (ms: number) => `${(ms / count).toFixed(2)} ms per point`;
console.log(`${outcomes} points that cost nothing, one worker with one thread, through ${server.url}`);
console.log(`CPU of submitter, worker and its thread: ${perPoint((user + system) / 1000)}`);
console.log(`CPU of the server: ${perPoint(((await serverSeconds()) - before.server) * 1000)}`);
console.log(`wall time: ${perPoint(performance.now() - before.wall)}`);
redis.disconnect();
await queue.close();
await worker.stop();
await server.close();
