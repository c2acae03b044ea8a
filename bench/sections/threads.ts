// One thread against two on a part of the flagship day, in turn, and whether the results are the same bytes.
import { availableParallelism } from 'node:os';
import { FLAGSHIP } from '../measure/program.ts';
import { runProgram } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import type { Bench } from './bench.ts';

export function threads(bench: Bench): Section {
  // Some 0.6 s to start and to write are one thread's anyway.
  const duration = bench.quick ? '10m' : '6h';
  const run = (count: number) => {
    bench.progress(`${duration} of the flagship day on ${count} threads`);
    return runProgram([FLAGSHIP, '--quiet', '--set', `duration=${duration}`, '--threads', String(count)]);
  };
  const rounds = Array.from({ length: bench.quick ? 1 : 3 }, () => ({ one: run(1), two: run(2) }));
  const ones = rounds.map((round) => round.one);
  const twos = rounds.map((round) => round.two);
  const row = (label: string, runs: typeof ones): Row => ({
    label: `${label}, ${duration}`,
    values: {
      wallSeconds: median(runs.map(({ wallSeconds }) => wallSeconds)),
      cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      rssMb: Math.max(...runs.map(({ rssMb }) => rssMb)),
    },
    note: runs.every(({ hash }) => hash === ones[0].hash) ? 'same bytes' : 'DIFFERENT BYTES',
  });
  const rows = [row('1 thread', ones), row('2 threads', twos)];
  if (!bench.quick) rows.push(row('7 threads', [run(7)]));
  const wall = (runs: typeof ones) => runs.map(({ wallSeconds }) => wallSeconds);
  rows[1].values.speedUp = pairedRatio(wall(ones), wall(twos));
  if (availableParallelism() >= 2) rows[1].goals = [{ column: 'speedUp', atLeast: 1.8 }];
  return { name: 'threads', title: 'Threads, on a part of the flagship day', rows };
}
