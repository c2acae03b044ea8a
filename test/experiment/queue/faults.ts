// Faults at random, again and again, for the record: tsx test/experiment/queue/faults.ts [trials] [seed]. Each trial is a
// sweep of 24 small points over a server of its own with two workers; three times in it something is killed or told to
// stop. Every point must end as exactly one outcome, the one that simulating it here gives. Ends with counts.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { locally, quickPoints } from './points.ts';
import { startRedis, type TestServer } from './redis.ts';
import { startCluster, type Cluster } from './workers.ts';

const SUBMITTER = fileURLToPath(new URL('submitter.ts', import.meta.url));
const POINTS = 24;
const FAULTS = 3;
const TRIAL_MS_MAX = 300_000;
const KINDS = ['worker killed', 'worker stopped', 'server killed', 'submitter killed'] as const;

const [trials = '10', seedText = '1'] = process.argv.slice(2);
let state = Number(seedText) >>> 0;
/** mulberry32: 0..1. */
function chance(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const among = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)];

interface Trial {
  server: TestServer;
  cluster: Cluster;
  first: number;
}

/** Lines of the submitter that came to its end. */
async function sweepUnderFaults(
  { server, cluster, first }: Trial,
  plan: Map<number, string>,
): Promise<string[]> {
  for (;;) {
    const submitter = spawn(
      process.execPath,
      ['--import', 'tsx', SUBMITTER, server.url, String(POINTS), String(first)],
      { stdio: ['ignore', 'pipe', 'inherit'], timeout: TRIAL_MS_MAX, killSignal: 'SIGKILL' },
    );
    let text = '';
    submitter.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const lines = text.split('\n').length - 1;
      for (const [at, fault] of plan) {
        if (lines < at) continue;
        plan.delete(at);
        void cause(fault, { server, cluster, submitter });
      }
    });
    const code = await new Promise((resolve) => submitter.on('close', resolve));
    if (code === 0) return text.trimEnd().split('\n');
    if (code !== null) throw new Error(`the submitter ended with code ${String(code)}`);
  }
}

/** One after the other: two servers at once on the same files are no fault that a server has. */
let restarts = Promise.resolve();

async function cause(
  fault: string,
  { server, cluster, submitter }: { server: TestServer; cluster: Cluster; submitter: ChildProcess },
): Promise<void> {
  const living = cluster.workers.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  if (fault === 'worker killed') among(living).child.kill('SIGKILL');
  // A cluster starts another in its place.
  if (fault === 'worker stopped') cluster.replace(among(living));
  if (fault === 'submitter killed') submitter.kill('SIGKILL');
  if (fault === 'server killed') restarts = restarts.then(() => restart(server));
}

async function restart(server: TestServer): Promise<void> {
  await server.kill();
  await new Promise((resolve) => setTimeout(resolve, 4000 * chance()));
  await server.start();
}

const counts = new Map<string, number>();
let simulated = 0;
for (let trial = 1; trial <= Number(trials); trial++) {
  const replay = state;
  const plan = new Map<number, string>();
  while (plan.size < FAULTS) plan.set(1 + Math.floor(chance() * (POINTS - 2)), among(KINDS));
  const planned = [...plan].map(([at, fault]) => `${fault} after ${at}`).join(', ');
  for (const fault of plan.values()) counts.set(fault, (counts.get(fault) ?? 0) + 1);
  const first = trial * POINTS;
  const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec']);
  const cluster = startCluster(2, server.url, ['--lost-after', '2']);
  try {
    const lines = await sweepUnderFaults({ server, cluster, first }, plan);
    const expected = await locally(await quickPoints(POINTS, first));
    const isSame =
      lines.length === POINTS && lines.every((line) => expected.get(JSON.parse(line).key) === line);
    if (!isSame || new Set(lines).size !== POINTS) {
      throw new Error(
        `trial ${trial} (${planned}) went wrong; tsx ${process.argv[1]} 1 ${replay}\n${lines.join('\n')}`,
      );
    }
  } finally {
    await restarts;
    await cluster.stop();
    await server.close();
  }
  simulated += POINTS;
  console.log(`trial ${trial}: ${planned}: ${POINTS} points, each once and right`);
}
console.log(
  `${trials} trials, ${simulated} points, all right; ${[...counts].map(([fault, n]) => `${fault} ${n}×`).join(', ')}`,
);
