// What windows cost: the same fleet with windows of 1 s and of 60 s, measured in turn.
import type { Row, Section } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';
import { BASE, configLabel, measureConfig } from './bench.ts';
import type { Bench, FleetConfig } from './bench.ts';

export function windows(bench: Bench): Section {
  const fleets = bench.quick ? [64] : [64, 3800];
  const rows = fleets.flatMap((replicas) => compareWindows(bench, { ...BASE, replicas }));
  return { name: 'windows', title: 'Windows of 1 s / of 60 s', rows };
}

function compareWindows(bench: Bench, config: FleetConfig): Row[] {
  const rounds = Array.from({ length: bench.quick ? 1 : 3 }, () => ({
    long: measureConfig(bench, { ...config, windowSeconds: 60 }),
    short: measureConfig(bench, { ...config, windowSeconds: 1 }),
  }));
  const nsOf = (which: 'long' | 'short') => rounds.map((round) => median(round[which].ns));
  const label = (seconds: number) => `${configLabel(config)}, ${seconds} s`;
  return [
    { label: label(60), values: { ns: median(nsOf('long')) } },
    {
      label: label(1),
      values: { ns: median(nsOf('short')), ratio: pairedRatio(nsOf('short'), nsOf('long')) },
    },
  ];
}
