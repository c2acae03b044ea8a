// Shows that a killed run loses nothing: starts short runs that save themselves all the time, kills them with SIGKILL at
// random moments (also just while a checkpoint or the results are being written), goes on with them, kills them again,
// and compares the files at the end with those of an uninterrupted run, byte by byte. After every kill, what is in the
// folder must be whole. Takes `npm run build` first; then
//   node --import tsx test/crash/kill-resume.ts --runs 200 --seed 1
// prints a line per run and a table of where the kills struck. A failure names the seed with which it comes again (as
// far as the timing of processes does) and leaves its folder.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SCENARIOS, TRACE, type CrashScenario } from './scenarios.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Of one process; reached by one that hangs only. */
const PATIENCE_MS = 60_000;
/** Exit code of a run that had time to do what SIGTERM asks for. */
const STOPPED = 143;

const SUMMARY = 'summary.json';
const CHECKPOINT = 'fleetday.checkpoint';
const UNFINISHED = '.fleetday.checkpoint-unfinished';
const STAGING = '.fleetday-staging-';
const COMMITTED = '.fleetday-committed';

type Moment =
  | 'any time'
  | 'after being asked to stop'
  | 'while a checkpoint is written'
  | 'while the results are written'
  | 'never';

const MOMENTS: readonly Moment[] = [
  'any time',
  'after being asked to stop',
  'while a checkpoint is written',
  'while the results are written',
];

/** What in the folder shows that the moment has come, after the time that was drawn. */
const SIGHTS: Partial<Record<Moment, (out: string) => boolean>> = {
  'while a checkpoint is written': (out) => existsSync(path.join(out, UNFINISHED)),
  'while the results are written': (out) =>
    existsSync(path.join(out, STAGING)) || existsSync(path.join(out, COMMITTED)),
};

/** Kills by what they left in the folder. */
export type Tally = Record<string, number>;

interface Case {
  name: string;
  file: string;
  args: string[];
  /** Files of the uninterrupted run, and how long that took. */
  expected: Record<string, string>;
  wallMs: number;
}

export interface Report {
  runs: number;
  kills: number;
  tally: Tally;
}

/** Throws where a file is missing, half, different or left over. */
export async function killAndResume(
  options: { runs: number; seed: number; killsPerRunMax: number },
  say: (line: string) => void = () => {},
): Promise<Report> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-crash-'));
  writeFileSync(path.join(folder, 'trace.csv'), TRACE);
  const cases = SCENARIOS.map((scenario) => uninterrupted(folder, scenario));
  const tally: Tally = {};
  let kills = 0;
  for (let run = 0; run < options.runs; run++) {
    const random = randomOf(options.seed * 1_000_003 + run);
    const one = cases[run % cases.length];
    const out = path.join(folder, `run-${run}`);
    try {
      const wanted = 1 + Math.floor(random() * options.killsPerRunMax);
      const times = await interrupted(one, out, { random, wanted, tally });
      kills += times;
      say(`run ${run}: ${one.name}, killed ${times} times, the same bytes`);
    } catch (error) {
      throw new Error(`run ${run} of --seed ${options.seed} (${one.name}), files in ${out}`, {
        cause: error,
      });
    }
    rmSync(out, { recursive: true });
  }
  rmSync(folder, { recursive: true });
  return { runs: options.runs, kills, tally };
}

function uninterrupted(folder: string, { name, text, args, recording = [] }: CrashScenario): Case {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  const out = path.join(folder, `${name}-whole`);
  const before = performance.now();
  const command = [MAIN, 'run', file, '--quiet', '--out', out, ...recording];
  const { status, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (status !== 0) throw new Error(`${name} did not run: ${stderr}`);
  const wallMs = performance.now() - before;
  return { name, file, args: [...args, ...recording], expected: contents(out), wallMs };
}

/** One run to its end, through so many kills if it lasts so long; how many there were. */
async function interrupted(
  one: Case,
  out: string,
  { random, wanted, tally }: { random: () => number; wanted: number; tally: Tally },
): Promise<number> {
  let kills = 0;
  for (;;) {
    const start = startArgs(one, out);
    if (start === undefined) break;
    const threads = Math.floor(random() * 4);
    const args = [...start, '--quiet', ...(threads === 0 ? [] : ['--threads', String(threads)])];
    const moment = kills < wanted ? MOMENTS[Math.floor(random() * MOMENTS.length)] : 'never';
    if (!(await isKilledAt(moment, args, { out, wallMs: one.wallMs, random }))) continue;
    kills++;
    const left = whatIsLeft(out);
    tally[left] = (tally[left] ?? 0) + 1;
    if (existsSync(path.join(out, SUMMARY))) expectWhole(contents(out), one.expected);
  }
  expectSame(contents(out), one.expected);
  return kills;
}

/** How to get on with what is there; undefined where the run has finished. */
function startArgs(one: Case, out: string): string[] | undefined {
  if (existsSync(path.join(out, CHECKPOINT))) return ['resume', out];
  if (existsSync(path.join(out, SUMMARY))) return undefined;
  return ['run', one.file, ...one.args, '--out', out];
}

/** Starts the program and kills it then; false where it had ended before. Throws where it ends with an error. */
async function isKilledAt(
  moment: Moment,
  args: string[],
  { out, wallMs, random }: { out: string; wallMs: number; random: () => number },
): Promise<boolean> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const startMs = performance.now();
  // Anywhere from before the program has loaded to just after its usual end.
  const afterMs = moment === 'never' ? PATIENCE_MS : random() * wallMs * 1.1;
  const sight = SIGHTS[moment];
  for (;;) {
    await nextTurn();
    const passedMs = performance.now() - startMs;
    if (isOver() || passedMs > PATIENCE_MS) break;
    if (passedMs < afterMs) continue;
    if (sight === undefined) break;
    if (!sight(out)) continue;
    await sleep(random() * 12);
    break;
  }
  if (moment === 'after being asked to stop') {
    child.kill('SIGTERM');
    await sleep(random() * 60);
  }
  child.kill('SIGKILL');
  const code = await ended;
  if (code === 0) return false;
  if (code !== null && code !== STOPPED)
    throw new Error(`fleetday ${args.join(' ')} ended with ${code}: ${stderr}`);
  if (moment === 'never') throw new Error(`fleetday ${args.join(' ')} hangs`);
  return true;
}

function whatIsLeft(out: string): string {
  const files = existsSync(out) ? readdirSync(out) : [];
  const has = (name: string) => files.includes(name);
  if (has(COMMITTED)) return 'results being moved in';
  if (has(STAGING)) return 'results being written';
  if (has(SUMMARY) && !has(CHECKPOINT)) return 'results whole, nothing else';
  const state = has(CHECKPOINT) ? 'a checkpoint' : 'nothing';
  const results = has(SUMMARY) ? ', whole results' : '';
  return `${state}${results}${has(UNFINISHED) ? ', a checkpoint half written' : ''}`;
}

/** Every name in the folder with its bytes as text; a folder in it has none. */
function contents(out: string): Record<string, string> {
  const entries = readdirSync(out, { withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => [
      entry.name,
      entry.isFile() ? readFileSync(path.join(out, entry.name), 'latin1') : '',
    ]),
  );
}

/** A folder with a summary holds one whole set: that of the whole run, or of a run that was asked to stop. */
function expectWhole(files: Record<string, string>, expected: Record<string, string>): void {
  const results = Object.fromEntries(Object.entries(files).filter(([name]) => name in expected));
  const { partial, arrived } = JSON.parse(files[SUMMARY]) as { partial: boolean; arrived: number };
  if (!partial) {
    expectSame(results, expected);
    return;
  }
  const [header, ...rows] = files['windows.csv'].trimEnd().split('\r\n');
  const column = header.split(',').indexOf('arrived');
  const arrivedInRows = rows.reduce((sum, row) => sum + Number(row.split(',')[column]), 0);
  if (arrivedInRows !== arrived)
    throw new Error(`${SUMMARY} has ${arrived} requests, windows.csv ${arrivedInRows}`);
}

function expectSame(files: Record<string, string>, expected: Record<string, string>): void {
  for (const name of new Set([...Object.keys(files), ...Object.keys(expected)])) {
    if (!(name in expected)) throw new Error(`${name} is left over`);
    if (!(name in files)) throw new Error(`${name} is missing`);
    if (files[name] !== expected[name]) throw new Error(`${name} differs`);
  }
}

/** Mulberry32: reproducible, and none of the program's own generators. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
  });
  const { runs, kills, tally } = await killAndResume(
    { runs: Number(values.runs), seed: Number(values.seed), killsPerRunMax: 6 },
    (line) => console.log(line),
  );
  console.log(`${runs} runs, killed ${kills} times in all: never a different byte. The kills left:`);
  for (const [left, times] of Object.entries(tally).toSorted()) console.log(`  ${left}: ${times}`);
}
