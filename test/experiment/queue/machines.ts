// Machines of their own, as far as one has them: network namespaces joined by a bridge; in one a Redis server, in one
// whoever submits, in two a worker each. In the middle of the sweep one worker's cable is pulled, and put back at the end.
// Every point must end as one outcome, the one that simulating it here gives. Needs Linux, root and iproute2, else it
// is skipped with the reason. tsx test/experiment/queue/machines.ts [points]
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locally, quickPoints } from './points.ts';
import { until } from './redis.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const SUBMITTER = fileURLToPath(new URL('submitter.ts', import.meta.url));
const BRIDGE = 'fleetday0';
const NAMES = ['server', 'submitter', 'worker-1', 'worker-2'];
const points = Number(process.argv[2] ?? 24);

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });
const machine = (name: string) => `fleetday-${name}`;
const address = (name: string) => `10.213.77.${NAMES.indexOf(name) + 2}`;
const cable = (name: string) => `fdcable${NAMES.indexOf(name)}`;

function build(): void {
  ip('link', 'add', BRIDGE, 'type', 'bridge');
  ip('link', 'set', BRIDGE, 'up');
  for (const name of NAMES) {
    ip('netns', 'add', machine(name));
    ip('link', 'add', cable(name), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine(name));
    ip('link', 'set', cable(name), 'master', BRIDGE, 'up');
    ip('-n', machine(name), 'addr', 'add', `${address(name)}/24`, 'dev', 'eth0');
    ip('-n', machine(name), 'link', 'set', 'eth0', 'up');
    ip('-n', machine(name), 'link', 'set', 'lo', 'up');
  }
}

function tearDown(): void {
  // A cable goes with its namespace.
  const removals = [...NAMES.map((name) => ['netns', 'del', machine(name)]), ['link', 'del', BRIDGE]];
  for (const words of removals) {
    try {
      ip(...words);
    } catch {
      // Was never built.
    }
  }
}

const children: ChildProcess[] = [];

function on(name: string, words: readonly string[], onText: (text: string) => void): Promise<number | null> {
  const child = spawn('ip', ['netns', 'exec', machine(name), ...words], { timeout: 300_000 });
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onText);
  return new Promise((resolve) => child.on('close', resolve));
}

const folder = mkdtempSync(join(tmpdir(), 'fleetday-machines-'));
tearDown();
try {
  build();
} catch (error) {
  console.log(`skipped: no network namespaces here: ${String((error as Error).message).trim()}`);
  tearDown();
  process.exit(0);
}
try {
  const settings = `--bind ${address('server')} --protected-mode no --appendonly yes --save`;
  let served = '';
  void on(
    'server',
    ['redis-server', ...settings.split(' '), '', '--dir', folder],
    (text) => (served += text),
  );
  await until(() => served.includes('Ready to accept'), 'the server');
  const url = `redis://${address('server')}:6379`;
  const told = new Map<string, string>();
  const workers = ['worker-1', 'worker-2'].map((name) => {
    told.set(name, '');
    const words = [MAIN, 'worker', '--queue', url, '--concurrency', '1', '--lost-after', '3'];
    return on(name, [process.execPath, ...words], (text) => told.set(name, told.get(name)! + text));
  });
  await until(() => [...told.values()].every((text) => text.includes('worker ')), 'the workers');
  let text = '';
  let isCut = false;
  const submitter = [process.execPath, '--import', 'tsx', SUBMITTER, url, String(points)];
  const code = await on('submitter', submitter, (more) => {
    text += more;
    if (isCut || text.split('\n').length <= points / 3) return;
    isCut = true;
    ip('link', 'set', cable('worker-1'), 'down');
    console.log('cut worker-1 off');
  });
  ip('link', 'set', cable('worker-1'), 'up');
  const lines = text.trimEnd().split('\n');
  const expected = await locally(await quickPoints(points));
  const isRight =
    lines.length === points && lines.every((line) => expected.get(JSON.parse(line).key) === line);
  for (const child of children.slice(1)) child.kill('SIGTERM');
  await Promise.all(workers);
  for (const [name, said] of told) console.log(`${name}: ${said.trimEnd().split('\n').at(-1)}`);
  console.log(
    `${lines.length} of ${points} points, ${isRight && isCut && code === 0 ? 'each once and right' : `WRONG\n${text}`}`,
  );
  process.exitCode = isRight && isCut && code === 0 ? 0 : 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
  tearDown();
  rmSync(folder, { recursive: true, force: true });
}
