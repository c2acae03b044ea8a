// The plain summary printed when a run ends: 80 columns, no colour, nothing that summary.json does not have, except the
// comparison with published estimates. Lines that would only say "none" are left out.
import { isoLocal } from '../kernel/clock.ts';
import type { LatencySummary } from '../metrics/window-metrics.ts';
import { stepTimeError } from '../perf/known-limits.ts';
import type { PerfSpec } from '../perf/spec.ts';
import type { RunResult } from '../run/result.ts';
import type { LoadedScenario, PoolSpec } from '../scenario/scenario.ts';
import { carbonText, costText, energyText } from './cost/text.ts';
import { dayFigures, type DayFigures, type Peak } from './day.ts';
import { count, item, latency, percent, quantity, scaled, span } from './format.ts';
import { publishedText } from './published.ts';
import { RESULT_FILES, type ResultFiles } from './files.ts';
import { scalingText, spotText } from './scaling/text.ts';

export function summaryText(result: RunResult, loaded: LoadedScenario): string {
  const { total, info } = result;
  const { economics } = loaded.scenario;
  const day = dayFigures(result);
  const title = `${info.name} · seed ${info.seed} · scenario ${loaded.hash} · fleetday ${info.version}`;
  const sections = [
    [title, ...whyPartial(result)],
    simulated(result, loaded.scenario.pools),
    requests(result, day),
    latencies(result, day),
    scalingText(result),
    spotText(result, day.cost.spotNodeHours),
    utilisation(day),
    energyText(day, economics),
    costText(result, day, economics),
    carbonText(day, economics),
    total.finished > 0 && day.cost.facilityKwh > 0 ? publishedText(result, loaded.scenario, day) : [],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n') + '\n')
    .join('\n');
}

function whyPartial({ ending, info, simulatedSeconds, drainSeconds, total }: RunResult): string[] {
  if (ending === 'finished') return [];
  if (ending === 'undrained') {
    const left = count(total.running + total.waiting);
    return [`PARTIAL: ${left} requests were left after ${span(drainSeconds)} of drain, the longest allowed.`];
  }
  const stopped = `stopped after ${span(simulatedSeconds)} of ${span(info.durationSeconds)}`;
  return [`PARTIAL: ${stopped}; all below covers only that.`];
}

/** What the summary ends with once the files are written. */
export function filesText(outDir: string, files: ResultFiles): string {
  return `Files in ${outDir}\n  ${RESULT_FILES.filter((name) => name in files).join(', ')}\n`;
}

function simulated({ info, simulatedSeconds, drainSeconds }: RunResult, pools: PoolSpec[]): string[] {
  const start = isoLocal(info.startEpochMs, info.timeZone).slice(0, 16).replace('T', ' ');
  return [
    `Simulated ${span(simulatedSeconds)} from ${start} ${info.timeZone}`,
    ...(drainSeconds > 0 ? [`  and then ${span(drainSeconds)} to serve what was left`] : []),
    `  ${info.scaling.length > 0 ? 'at most ' : ''}${count(info.replicas)} replicas on ${count(info.nodes)} nodes, ${count(info.gpus)} GPUs`,
    ...info.pools.flatMap((pool, i) => [`  ${pool}`, ...stepTimes(pools[i].perf)]),
  ];
}

/** Below a pool: how far to trust its step times. */
function stepTimes(perf: PerfSpec): string[] {
  if (perf.kind === 'fixed') return [];
  const { kind, decodeErrorPercent, reasons } = stepTimeError(perf);
  const first = `    step times: ${kind}, about ±${decodeErrorPercent} %`;
  if (reasons.length === 0) return [first];
  const inOne = `${first} (${reasons.join(', ')})`;
  return inOne.length <= 80 ? [inOne] : [first, ...reasons.map((reason) => `      ${reason}`)];
}

function requests(result: RunResult, day: DayFigures): string[] {
  const { total } = result;
  const ifAny = (label: string, value: number, note = '') =>
    value > 0 ? [item(label, count(value), note)] : [];
  const share = (part: number) => `${percent(part / total.arrived)} of arrived`;
  return [
    'Requests',
    item('arrived', count(total.arrived), `mean ${quantity(day.arrivals)} /s`),
    ...(day.busiest
      ? [
          item(
            'in the busiest window',
            `${quantity(day.busiest.value)} /s`,
            `at ${timeOf(day.busiest, result)}`,
          ),
        ]
      : []),
    item('completed', count(total.finished), share(total.finished)),
    ...ifAny('rejected', total.rejectedQueueFull, `queue full, ${share(total.rejectedQueueFull)}`),
    ...ifAny('rejected', total.rejectedTooLong, `too long, ${share(total.rejectedTooLong)}`),
    ...ifAny('rejected', total.rejectedExceedsKv, `exceed the KV cache, ${share(total.rejectedExceedsKv)}`),
    ...ifAny('timed out', total.timedOut, share(total.timedOut)),
    ...ifAny('lost', total.lost, share(total.lost)),
    ...ifAny('unfinished', total.running + total.waiting, 'running or waiting at the end'),
    ...ifAny('truncated', total.truncated, share(total.truncated)),
    ...ifAny('preemptions', total.preemptions),
    item('input tokens', count(total.promptTokens), scaled(day.inputTokens, '/s')),
    item('output tokens', count(total.outputTokens), scaled(day.outputTokens, '/s')),
  ];
}

function latencies(result: RunResult, day: DayFigures): string[] {
  const { total, info } = result;
  const lines = [
    latencyLine('Latency', ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9'], ''),
    latencyLine('  TTFT', texts(total.ttft), verdict(total.ttft, info.slo.ttftSeconds)),
    latencyLine('  TPOT', texts(total.tpot), verdict(total.tpot, info.slo.tpotSeconds)),
    latencyLine('  ITL', texts(total.itl), ''),
    latencyLine('  E2E', texts(total.e2e), verdict(total.e2e, info.slo.e2eSeconds)),
  ];
  if (Number.isFinite(day.attainment)) {
    lines.push(
      `  SLO met by ${percent(day.attainment)} of arrived requests, goodput ${quantity(day.goodput)} /s`,
    );
  }
  if (day.worstTtftP99) {
    const { value } = day.worstTtftP99;
    lines.push(`  worst window: p99 TTFT ${latency(value)} at ${timeOf(day.worstTtftP99, result)}`);
  }
  return lines;
}

function texts(summary: LatencySummary): string[] {
  const { meanSeconds, p50Seconds, p90Seconds, p95Seconds, p99Seconds, p999Seconds } = summary;
  return [meanSeconds, p50Seconds, p90Seconds, p95Seconds, p99Seconds, p999Seconds].map(latency);
}

function verdict({ p99Seconds }: LatencySummary, threshold: number | undefined): string {
  if (threshold === undefined || Number.isNaN(p99Seconds)) return '';
  return `p99 < ${latency(threshold)} ${p99Seconds < threshold ? '✓' : '✗'}`;
}

function latencyLine(label: string, cells: string[], note: string): string {
  return `${label.padEnd(8)}${cells.map((cell) => cell.padStart(9)).join('')}  ${note}`.trimEnd();
}

function utilisation(day: DayFigures): string[] {
  return [
    'Utilisation',
    `  duty cycle ${percent(day.dutyCycle)}, batch ${quantity(day.batchMean)}, KV ${percent(day.kvUseMean)} (at most ${percent(day.kvUsePeak)})`,
    `  MBU ${percent(day.mbu)}, MFU ${percent(day.mfu)}`,
  ];
}

/** Clock time in the scenario's zone, with the date where a run is longer than a day. */
function timeOf({ startSeconds }: Peak, { info }: RunResult): string {
  const local = isoLocal(info.startEpochMs + startSeconds * 1000, info.timeZone).slice(0, 16);
  return info.durationSeconds > 86_400 ? local.replace('T', ' ') : local.slice(11);
}
