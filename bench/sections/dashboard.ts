// What watching costs: a part of the flagship day with the dashboard in a pseudo terminal and without it, in turn.
import { FLAGSHIP } from '../measure/program.ts';
import { runProgram, terminalMissing } from '../measure/whole-run.ts';
import type { WholeRun } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import type { Bench } from './bench.ts';

export function dashboard(bench: Bench): Section {
  return { name: 'dashboard', title: 'Dashboard on / off, 2 threads', rows: dashboardRows(bench) };
}

function dashboardRows(bench: Bench): Row[] {
  const missing = terminalMissing();
  if (missing !== undefined) return [{ label: 'dashboard', values: {}, note: `skipped: ${missing}` }];
  const duration = bench.quick ? '10m' : '3h';
  const args = [FLAGSHIP, '--threads', '2', '--set', `duration=${duration}`];
  const rounds = Array.from({ length: bench.quick ? 1 : 3 }, () => {
    bench.progress(`${duration} of the flagship day without and with the dashboard`);
    return { off: runProgram([...args, '--quiet']), on: runProgram(args, { terminal: true }) };
  });
  const offs = rounds.map(({ off }) => off);
  const ons = rounds.map(({ on }) => on);
  const cpu = (runs: WholeRun[]) => runs.map(({ cpuSeconds }) => cpuSeconds);
  const wall = (runs: WholeRun[]) => runs.map(({ wallSeconds }) => wallSeconds);
  const row = (label: string, runs: WholeRun[]): Row => ({
    label: `${label}, ${duration}`,
    values: {
      wallSeconds: median(wall(runs)),
      cpuSeconds: median(cpu(runs)),
      rssMb: Math.max(...runs.map(({ rssMb }) => rssMb)),
    },
  });
  const on = row('on', ons);
  on.values.ratio = pairedRatio(cpu(ons), cpu(offs));
  const sameBytes = rounds.every(({ off, on }) => off.hash === on.hash);
  on.note = `ratio of CPU, ${sameBytes ? 'same bytes' : 'DIFFERENT BYTES'}`;
  return [row('off', offs), on];
}
