// Result files for reports, made by hand or by short runs.
import { loadScenarioData } from '../../../src/scenario/load.ts';
import { Run } from '../../../src/run/run.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { textsOf, type ResultTexts } from '../../../src/report/html/read/results.ts';
import { loadOwnPolicies } from '../../../src/run/policies/own-policies.ts';
import { preloadAll } from '../../../src/scenario/load/preload.ts';

/** Two cells, two minutes. */
export const QUICK = {
  name: 'quick',
  description: 'Two replicas for two minutes',
  duration: '2m',
  workload: { arrivals: { kind: 'constant', requestsPerSecond: 5 }, promptTokens: 100, outputTokens: 20 },
  fleet: { pools: [{ model: 'llama2-7b', tp: 1, replicas: 2 }] },
  slo: { ttft: '2s', tpot: '200ms' },
};

export async function textsOfRun(data: object, overrides: string[] = []): Promise<ResultTexts> {
  await preloadAll();
  const loaded = loadScenarioData(data, overrides);
  const policies = await loadOwnPolicies(loaded.scenario, { allowExec: false });
  const run = new Run(loaded, { threads: 0, outDir: '', version: '0.1.0', policies });
  return textsOf(resultFiles(await run.execute(), loaded));
}

const COLUMNS = [
  'start_local',
  'start_seconds',
  'end_seconds',
  'phase',
  'arrived',
  'completed',
  'attained',
  'waiting',
  'held',
  'kv_use',
  'preemptions',
  'rejected_queue_full',
  'replicas_wanted',
  'replicas_ready',
  'p50_ttft_ms',
  'p99_ttft_ms',
] as const;

export type Window = Partial<Record<(typeof COLUMNS)[number], number | string>>;

/** windows.csv of minutes: 60 arrivals, all served within the SLO, unless a window says otherwise. */
export function windowsCsv(windows: readonly Window[]): string {
  const usual = { phase: 'day', arrived: 60, completed: 60, attained: 60, waiting: 0, held: 0, kv_use: 0.1 };
  const rest = { preemptions: 0, rejected_queue_full: 0, replicas_wanted: 1, replicas_ready: 1 };
  const latencies = { p50_ttft_ms: 100, p99_ttft_ms: 300 };
  const rows = windows.map((window, i) => {
    const times = { start_local: '', start_seconds: i * 60, end_seconds: (i + 1) * 60 };
    const row: Window = { ...usual, ...rest, ...latencies, ...times, ...window };
    return COLUMNS.map((column) => row[column]).join(',');
  });
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\r\n`).join('');
}

/** One hour of results around windows of one's own: summary, hours and scenario are those of a small run. */
export function textsWith(
  windows: readonly Window[],
  { summary = {}, hours = HOURS, yaml = YAML }: { summary?: object; hours?: string; yaml?: string } = {},
): ResultTexts {
  return {
    'summary.json': JSON.stringify({ ...SUMMARY, simulated_seconds: windows.length * 60, ...summary }),
    'windows.csv': windowsCsv(windows),
    'hourly.csv': hours,
    'scenario.resolved.yaml': yaml,
  };
}

const SUMMARY = {
  scenario: 'by-hand',
  scenario_hash: '0a1b2c3d',
  seed: 1,
  version: '0.1.0',
  partial: false,
  start_utc: '2024-05-14T08:00:00Z',
  time_zone: 'UTC',
  drain_seconds: 0,
  replicas: 2,
  nodes: 1,
  gpus: 2,
  arrived: 600,
  completed: 600,
  slo_ttft_ms: 2000,
  slo_attainment: 1,
  total_usd: 100,
};

export const HOURS =
  'start_local,start_seconds,end_seconds,arrived,attained,facility_kwh,idle_facility_kwh,electricity_usd,rent_usd,total_usd\r\n' +
  ',0,3600,600,600,10,1,40,60,100\r\n';

export const YAML = `name: by-hand
description: Made by hand
fleet: { pools: [{ name: main, model: llama2-7b, gpu: a10g, node: g5.xlarge, tp: 1, replicas: 2, ownership: rented }] }
`;
