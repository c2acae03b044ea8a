// The built program, run as its users run it: in a process of its own. `npm test` builds it first.
import { spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Many times what any of these commands takes: reached by a program that hangs only. */
const PATIENCE_MS = 100_000;

export const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** Two cells and a few requests. */
export const QUICK = `
name: quick
duration: 2m
workload: { arrivals: { kind: constant, requestsPerSecond: 5 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 2, cells: 2 }] }
`;

export interface Outcome {
  /** As a shell shows it: 128 and the signal's number where a signal ended the program. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  stdio?: StdioOptions;
}

export function fleetday(args: readonly string[], options: ProcessOptions = {}): Outcome {
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    ...options,
  });
  if (error) throw error;
  return { code: shellCode(status, signal), stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** The same beside the test, to signal it or to close its pipes. */
export function startFleetday(args: readonly string[], options: ProcessOptions = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { ...options, timeout: PATIENCE_MS });
  const written = { stdout: '', stderr: '' };
  const watch = (name: 'stdout' | 'stderr') =>
    child[name]?.setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  watch('stdout');
  watch('stderr');
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ code: shellCode(status, signal), ...written }));
  });
  /** Resolves when the program has printed its first line, or has ended. */
  const firstLine = new Promise<void>((resolve) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', () => resolve());
  });
  return { child, outcome, firstLine };
}

function shellCode(status: number | null, signal: NodeJS.Signals | null): number {
  return status ?? 128 + constants.signals[signal!];
}

/** Every file in the folder with its text. */
export function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

export const RESULTS = [
  'energy.csv',
  'hourly.csv',
  'latencies.csv',
  'ledger.csv',
  'scenario.resolved.yaml',
  'summary.json',
  'windows.csv',
];
