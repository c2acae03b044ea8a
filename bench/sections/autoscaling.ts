// What autoscaling costs the simulator: busy hours of the flagship day with a fixed fleet and with policies that decide
// every 15 s, as most do, or every 2 s. All cells stop for each scrape. Bounds keep the fleet as large as it is, since a
// smaller one is other work. Same arrivals; the whole program, in turn.
import { FLAGSHIP } from '../measure/program.ts';
import { runProgram } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import type { Bench } from './bench.ts';

const POLICIES = [
  { label: 'threshold, every 15 s', policy: 'threshold', atMost: 1.15 },
  { label: 'hpa, every 15 s', policy: 'hpa' },
  { label: 'kpa, every 2 s', policy: 'kpa' },
];

export function autoscaling(bench: Bench): Section {
  const duration = bench.quick ? '20m' : '3h';
  const busy = ['--set', 'start=2023-01-30T13:00:00', '--set', `duration=${duration}`];
  const run = (label: string, settings: readonly string[]) => {
    bench.progress(`${duration} of the flagship day, ${label}`);
    const { cpuSeconds, requests, rssMb } = runProgram([FLAGSHIP, '--quiet', ...busy, ...settings]);
    return { cpuSeconds, ns: (cpuSeconds * 1e9) / requests, rssMb };
  };
  const scaled = (policy: string) => [
    '--set',
    `autoscaling={policy: ${policy}, min: 1450, initial: 1450, coldStart: existing-node}`,
  ];
  const rounds = Array.from({ length: bench.quick ? 1 : 3 }, () => ({
    fixed: run('a fixed fleet', []),
    policies: POLICIES.map(({ label, policy }) => run(label, scaled(policy))),
  }));
  const fixed = rounds.map((round) => round.fixed);
  const row = (label: string, runs: typeof fixed): Row => ({
    label: `${label}, ${duration}`,
    values: {
      cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      ns: median(runs.map(({ ns }) => ns)),
      rssMb: Math.max(...runs.map(({ rssMb }) => rssMb)),
    },
  });
  const rows = [row('fixed fleet', fixed)];
  for (const [i, { label, atMost }] of POLICIES.entries()) {
    const runs = rounds.map(({ policies }) => policies[i]);
    const policy = row(label, runs);
    const ns = (of: typeof fixed) => of.map((one) => one.ns);
    policy.values.ratio = pairedRatio(ns(runs), ns(fixed));
    policy.note = 'ratio of CPU per request';
    if (atMost !== undefined) policy.goals = [{ column: 'ratio', atMost }];
    rows.push(policy);
  }
  return { name: 'autoscaling', title: 'Autoscaling, on busy hours of the flagship day', rows };
}
