// Workers of the built program in processes of their own, started again when they die, as a cluster does, until told not to.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tether } from './tether.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const PATIENCE_MS = 120_000;

export interface WorkerProcess {
  child: ChildProcess;
  readonly output: string;
  ended: Promise<number | NodeJS.Signals>;
}

export function startWorkerProcess(
  url: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): WorkerProcess {
  const own = ['worker', '--queue', url, '--concurrency', '1', '--lost-after', '3', ...args];
  const child = spawn(process.execPath, [MAIN, ...own], {
    env: { ...process.env, ...env },
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  tether(child);
  const worker = {
    child,
    output: '',
    ended: new Promise<number | NodeJS.Signals>((resolve) => {
      child.on('close', (code, signal) => resolve(code ?? signal!));
    }),
  };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (worker.output += text));
  return worker;
}

export interface Cluster {
  workers: WorkerProcess[];
  /** That were started because others had died. */
  readonly restarts: number;
  /** Tells it to stop, and starts another at once. */
  replace(worker: WorkerProcess): void;
  stop(): Promise<void>;
}

export function startCluster(count: number, url: string, args: readonly string[] = []): Cluster {
  const cluster = { workers: [] as WorkerProcess[], restarts: 0, replace, stop };
  let isStopping = false;
  const start = () => {
    const worker = startWorkerProcess(url, args);
    cluster.workers.push(worker);
    void worker.ended.then((how) => {
      if (isStopping || how !== 'SIGKILL') return;
      cluster.restarts++;
      start();
    });
  };
  for (let i = 0; i < count; i++) start();
  function replace({ child }: WorkerProcess): void {
    child.kill('SIGTERM');
    start();
  }
  async function stop(): Promise<void> {
    isStopping = true;
    for (const { child } of cluster.workers) child.kill('SIGTERM');
    await Promise.all(cluster.workers.map(({ ended }) => ended));
  }
  return cluster;
}
