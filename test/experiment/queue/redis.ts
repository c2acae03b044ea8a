// A real Redis server for tests: on a unix socket in a folder of its own, writing every change to disk, killed with the
// tests however they end.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tether } from './tether.ts';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis && process.env.CI)
  throw new Error('redis-server is missing, without which queues are untested');

export interface TestServer {
  url: string;
  folder: string;
  start(): Promise<void>;
  /** As a machine that loses power. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const PERSISTENT = ['--appendonly', 'yes', '--appendfsync', 'always'];

export async function startRedis(
  settings: readonly string[] = PERSISTENT,
  url?: string,
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetday-redis-'));
  const socket = join(folder, 'socket');
  let server: ChildProcess | undefined;
  const own = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--loglevel', 'warning'];
  const start = async () => {
    server = spawn('redis-server', [...own, ...settings], { stdio: 'ignore' });
    tether(server);
    await until(() => answers(socket));
  };
  const kill = async () => {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    if (server?.exitCode === null && server.signalCode === null) {
      server.kill('SIGKILL');
      await ended;
    }
    // What a killed server leaves of its socket refuses connections, as its port would.
  };
  await start();
  return {
    url: url ?? `unix://${socket}`,
    folder,
    start,
    kill,
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write('PING\r\n'));
    connection.on('data', (reply) => {
      resolve(!reply.toString().startsWith('-LOADING'));
      connection.destroy();
    });
    connection.on('error', () => resolve(false));
  });
}

const PATIENCE_MS = 30_000;

export async function until(condition: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  while (!(await condition())) {
    if (patience.aborted) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}
