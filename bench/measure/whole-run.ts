// The whole program in a process of its own, as its users start it, and what it has used when it ends.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN } from './program.ts';

export interface Usage {
  cpuSeconds: number;
  wallSeconds: number;
  rssMb: number;
}

export interface WholeRun extends Usage {
  requests: number;
  /** Of all result files: equal for equal bytes. */
  hash: string;
}

const USAGE = fileURLToPath(new URL('usage.cjs', import.meta.url));
/** Escape sequence with which the dashboard takes the screen over. */
const DASHBOARD = '\x1b[?1049h';

/** `fleetday run` with these arguments; in a pseudo terminal of 160×50 where `terminal` is set. */
export function runProgram(args: readonly string[], { terminal = false } = {}): WholeRun {
  return inFolder((folder) => {
    const out = path.join(folder, 'results');
    const command = ['--require', USAGE, MAIN, 'run', ...args, '--out', out];
    const usage = measured(folder, () => {
      if (!terminal) return start(process.execPath, command, folder);
      const line = [process.execPath, ...command].map(quoted).join(' ');
      // Without a keyboard the dashboard does not wait for a key at the end.
      const shell = `stty rows 50 cols 160; exec ${line} < /dev/null`;
      const shown = start('script', ['-qec', shell, '/dev/null'], folder);
      if (!shown.includes(DASHBOARD)) throw new Error('no dashboard was shown in the pseudo terminal');
      return shown;
    });
    const files = readdirSync(out).toSorted();
    const hash = createHash('sha256');
    for (const file of files) hash.update(file).update(readFileSync(path.join(out, file)));
    const { arrived } = JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')) as {
      arrived: number;
    };
    return { ...usage, requests: arrived, hash: hash.digest('hex') };
  });
}

/** Node's own start and end. */
export function runNothing(): Usage {
  return inFolder((folder) =>
    measured(folder, () => start(process.execPath, ['--require', USAGE, '--eval', ''], folder)),
  );
}

/** Why no pseudo terminal can be had here; undefined where one can. */
export function terminalMissing(): string | undefined {
  const { error, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return error === undefined && stdout.includes('util-linux')
    ? undefined
    : 'no pseudo terminal: `script` of util-linux is missing';
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const usageFile = (folder: string) => path.join(folder, 'usage.json');

function measured(folder: string, work: () => void): Usage {
  work();
  return JSON.parse(readFileSync(usageFile(folder), 'utf8')) as Usage;
}

/** Returns what the program printed. */
function start(file: string, args: string[], folder: string): string {
  const { status, signal, error, stdout } = spawnSync(file, args, {
    env: { ...process.env, BENCH_USAGE: usageFile(folder), TERM: 'xterm-256color' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 30,
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with ${signal ?? `exit code ${status}`}\n${stdout}`);
  return stdout;
}

function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
