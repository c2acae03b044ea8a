// A list of runs as a table for the terminal, and as JSON.
import path from 'node:path';
import { textTables } from '../../accuracy/show/text.ts';
import { isoUtc } from '../../kernel/clock.ts';
import { count, latency, percent, span, usd } from '../format.ts';
import type { ListedRun } from './list.ts';

/** `dir`: what was listed; names are relative to it. */
export function runsText(dir: string, runs: readonly ListedRun[]): string {
  if (runs.length === 0) return `${dir} holds no runs.\n`;
  const number = (title: string) => ({ title, isNumber: true });
  const columns = [
    { title: 'run' },
    { title: 'scenario' },
    number('seed'),
    { title: 'written' },
    number('simulated'),
    number('requests'),
    number('cost'),
    number('SLO met'),
    number('p99 TTFT'),
    { title: 'state' },
  ];
  const rows = runs.map(({ dir: folder, writtenMs, summary, ...run }) => [
    path.relative(dir, folder) || '.',
    ...(summary
      ? [summary.scenario, String(summary.seed), localTime(writtenMs), ...figures(summary)]
      : ['', '', localTime(writtenMs), '', '', '', '', '']),
    run.problem === undefined ? run.state : `${run.state}: ${run.problem}`,
  ]);
  const title = `${runs.length} run${runs.length === 1 ? '' : 's'} in ${dir}, the newest first`;
  return textTables([{ title, columns, rows }]) + howToGoOn(runs);
}

function figures(summary: NonNullable<ListedRun['summary']>): string[] {
  return [
    span(summary.simulatedSeconds),
    count(summary.arrived),
    usd(summary.totalUsd),
    percent(summary.attainment),
    latency(summary.ttftP99Seconds),
  ];
}

function howToGoOn(runs: readonly ListedRun[]): string {
  const interrupted = runs.find(({ state }) => state === 'interrupted');
  return interrupted ? `\nGo on with an interrupted one: fleetday resume ${interrupted.dir}\n` : '';
}

/** On the clock of who reads it: 2026-11-22 14:03. */
function localTime(epochMs: number): string {
  if (epochMs === 0) return '';
  const time = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function runsJson(runs: readonly ListedRun[]): string {
  const listed = runs.map(({ dir, state, problem, writtenMs, summary }) => ({
    dir,
    state,
    problem: problem ?? null,
    written_utc: isoUtc(writtenMs),
    scenario: summary?.scenario ?? null,
    seed: orNull(summary?.seed),
    version: summary?.version ?? null,
    simulated_seconds: orNull(summary?.simulatedSeconds),
    arrived: orNull(summary?.arrived),
    total_usd: orNull(summary?.totalUsd),
    slo_attainment: orNull(summary?.attainment),
    p99_ttft_ms: orNull(summary && Math.round(summary.ttftP99Seconds * 1e9) / 1e6),
  }));
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
