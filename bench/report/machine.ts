// The machine that was measured on.
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { BenchReport, Machine } from './figures.ts';

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    loadAverage: Math.round(loadavg()[0] * 100) / 100,
  };
}

export function headline({ version, date, quick, machine }: BenchReport): string {
  const { cpu, cores, memoryGb, system, node, loadAverage } = machine;
  return (
    `fleetday ${version} · ${date}${quick ? ' · quick: rough figures' : ''}\n` +
    `${cores} × ${cpu}, ${memoryGb} GB, ${system}, Node ${node}, load average ${loadAverage} at the start`
  );
}
