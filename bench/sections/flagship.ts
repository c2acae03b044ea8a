// The flagship day as its users run it, on two threads, against the generator of its 250 million requests; with --week
// seven days of it, which must take the same per request and the same memory.
import { FLAGSHIP } from '../measure/program.ts';
import { inChild } from '../measure/tasks.ts';
import { runProgram } from '../measure/whole-run.ts';
import type { Row, Section } from '../report/figures.ts';
import { median } from '../report/statistics.ts';
import { BASE, effortOf } from './bench.ts';
import type { Bench } from './bench.ts';

export function flagship(bench: Bench): Section {
  const durations = bench.quick ? ['10m'] : bench.week ? ['24h', '7d'] : ['24h'];
  const rows = durations.map((duration) => flagshipRow(bench, duration));
  return { name: 'flagship', title: 'Flagship day, whole program, 2 threads', rows };
}

function flagshipRow(bench: Bench, duration: string): Row {
  const overrides = [`duration=${duration}`];
  const generate = () =>
    inChild({
      kind: 'generator',
      scenario: { file: FLAGSHIP, overrides },
      effort: effortOf(bench, BASE),
    }).generatorNs;
  bench.progress(`${duration} of the flagship day`);
  // Before and after: the machine may change within a minute.
  const before = generate();
  const args = [FLAGSHIP, '--quiet', '--threads', '2', ...overrides.flatMap((text) => ['--set', text])];
  const { requests, cpuSeconds, wallSeconds, rssMb } = runProgram(args);
  const generatorNs = median([...before, ...generate()]);
  const ns = (cpuSeconds * 1e9) / requests;
  return {
    label: `${duration}, ${(requests / 1e6).toFixed(0)} million requests`,
    values: { generatorNs, ns, wallSeconds, cpuSeconds, ratio: ns / generatorNs, rssMb },
    goals: [
      { column: 'ratio', atMost: 12 },
      { column: 'rssMb', atMost: 150 },
    ],
  };
}
