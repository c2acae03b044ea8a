// What autoscaling costs the simulator: busy hours of the flagship day with a fixed fleet and with policies that decide
// every 15 s, as most do, or every 2 s. All cells stop for each scrape. Bounds keep the fleet as large as it is, since a
// smaller one is other work. Same arrivals; the whole program, in turn.
import { FLAGSHIP } from '../measure/program.ts';
import { runProgram } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import type { Bench } from './bench.ts';

const CASES = [
  { threads: 1, policies: ['threshold', 'hpa', 'kpa'] },
  // Waiting for each other costs more on two.
  { threads: 2, policies: ['threshold'] },
];
const EVERY: Record<string, string> = { threshold: '15 s', hpa: '15 s', kpa: '2 s' };

export function autoscaling(bench: Bench): Section {
  const rows = CASES.flatMap(({ threads, policies }) => rowsOf(bench, threads, policies));
  return { name: 'autoscaling', title: 'Autoscaling, on busy hours of the flagship day', rows };
}

function rowsOf(bench: Bench, threads: number, policies: readonly string[]): Row[] {
  const duration = bench.quick ? '20m' : '2h';
  const on = `${duration}, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  const fixedArgs = [FLAGSHIP, '--quiet', '--threads', String(threads)]
    .concat(['--set', 'start=2023-01-30T13:00:00'])
    .concat(['--set', `duration=${duration}`]);
  const run = (label: string, settings: readonly string[]) => {
    bench.progress(`the flagship day, ${label}, ${on}`);
    const { cpuSeconds, requests, rssMb } = runProgram([...fixedArgs, ...settings]);
    return { cpuSeconds, ns: (cpuSeconds * 1e9) / requests, rssMb };
  };
  const rounds = Array.from({ length: bench.quick ? 1 : 3 }, () => ({
    fixed: run('a fixed fleet', []),
    scaled: policies.map((policy) => run(policy, scaledBy(policy))),
  }));
  const fixed = rounds.map((round) => round.fixed);
  const row = (label: string, runs: typeof fixed): Row => ({
    label: `${label}, ${on}`,
    values: {
      cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      ns: median(runs.map(({ ns }) => ns)),
      rssMb: Math.max(...runs.map(({ rssMb }) => rssMb)),
    },
  });
  const nsOf = (runs: typeof fixed) => runs.map(({ ns }) => ns);
  const scaled = policies.map((policy, i): Row => {
    const runs = rounds.map((round) => round.scaled[i]);
    const { label, values } = row(`${policy}, every ${EVERY[policy]}`, runs);
    const ratio = pairedRatio(nsOf(runs), nsOf(fixed));
    const goals = policy === 'threshold' ? [{ column: 'ratio' as const, atMost: 1.15 }] : undefined;
    return { label, values: { ...values, ratio }, goals, note: 'ratio of CPU per request' };
  });
  return [row('fixed fleet', fixed), ...scaled];
}

function scaledBy(policy: string): string[] {
  return ['--set', `autoscaling={policy: ${policy}, min: 1450, initial: 1450, coldStart: existing-node}`];
}
