// How events and cost per request grow with replicas, load and lengths: each alone, from one common point.
import type { Row, Section } from '../report/figures.ts';
import { BASE, configLabel, costOf, eventsOf, measureConfig } from './bench.ts';
import type { Bench, FleetConfig } from './bench.ts';

type Varied = 'replicas' | 'load' | 'outputTokens';

export function curve(bench: Bench): Section {
  const varied: Record<Varied, number[]> = bench.quick
    ? { replicas: [1, 1000], load: [0.1, 0.95, 1.2], outputTokens: [25, 1000] }
    : {
        replicas: [1, 4, 16, 256, 1000, 3800, 10_000],
        load: [0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 1.2],
        outputTokens: [25, 50, 100, 500, 1000],
      };
  const rows = [curveRow(bench, 'none', BASE)];
  for (const [what, values] of Object.entries(varied) as [Varied, number[]][]) {
    for (const value of values) rows.push(curveRow(bench, `${what} ${value}`, { ...BASE, [what]: value }));
  }
  return { name: 'curve', title: `Complexity: what one change does to ${configLabel(BASE)}`, rows };
}

function curveRow(bench: Bench, label: string, config: FleetConfig): Row {
  const figures = measureConfig(bench, config);
  const { ns, cellsNs, ratio, rssMb } = costOf(figures);
  const { batch, preemptions } = figures;
  return { label, values: { ns, cellsNs, ratio, ...eventsOf(figures), batch, preemptions, rssMb } };
}
