// What a short run pays: the whole program for 10,000 requests beyond Node's own start, and the first requests of a
// long one, before V8 has compiled the kernel, against its steady state.
import { REPLICAS } from '../measure/program.ts';
import { runNothing, runProgram } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median } from '../report/statistics.ts';
import { inChild } from '../measure/tasks.ts';
import { BASE, configLabel, effortOf, scenarioOf } from './bench.ts';
import type { Bench } from './bench.ts';

const COLD_REQUESTS = 1_000_000;
/** Whatever time they take. */
const PATIENCE_MS = 600_000;

export function coldStart(bench: Bench): Section {
  const rows = [shortRun(bench), firstRequests(bench)];
  return { name: 'cold', title: 'Cold start', rows };
}

function shortRun(bench: Bench): Row {
  bench.progress('10,000 requests');
  const rounds = Array.from({ length: bench.quick ? 3 : 9 }, () => ({
    nothing: runNothing(),
    run: runProgram([REPLICAS, '--plain']),
  }));
  const beyond = (key: 'cpuSeconds' | 'wallSeconds') =>
    median(rounds.map(({ run, nothing }) => run[key] - nothing[key]));
  const requests = rounds[0].run.requests;
  return {
    label: `run --plain, ${requests} requests`,
    values: {
      cpuSeconds: beyond('cpuSeconds'),
      wallSeconds: beyond('wallSeconds'),
      rssMb: Math.max(...rounds.map(({ run }) => run.rssMb)),
    },
    goals: [{ column: 'cpuSeconds', atMost: 0.6 }],
    note: `beyond Node's own ${median(rounds.map(({ nothing }) => nothing.cpuSeconds)).toFixed(3)} s of CPU`,
  };
}

function firstRequests(bench: Bench): Row {
  bench.progress(`first million requests, ${configLabel(BASE)}`);
  const effort = effortOf(bench, BASE);
  const { coldNs, ns } = inChild({
    kind: 'fleet',
    scenario: scenarioOf(BASE),
    effort: { ...effort, warmUpSeconds: 0, warmUpRequests: COLD_REQUESTS, warmUpMs: PATIENCE_MS },
  });
  return {
    label: `first million requests, ${configLabel(BASE)}`,
    values: { ns: coldNs, ratio: coldNs / median(ns) },
    note: `ratio to ${median(ns).toFixed(0)} ns in steady state`,
  };
}
