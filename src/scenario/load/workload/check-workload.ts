// Rules between the keys of the workload: one source of arrivals, one of lengths, distributions and curves that exist,
// traces that can be opened. Of a trace only the first request is read here; the rest is checked as it is replayed.
import { UserError } from '../../../kernel/user-error.ts';
import { lengthMasses, TOKENS_MAX } from '../../../workload/lengths/lengths.ts';
import { normaliseCurve } from '../../../workload/rate-curve.ts';
import { TraceReader } from '../../../workload/trace-reader.ts';
import type { ScenarioFile } from '../../schema.ts';
import type { Report } from '../checks.ts';
import { meanAndSigma } from './lognormal.ts';
import { SIGMA_MAX } from '../../schema/workload.ts';
import type { CompleteFile } from '../resolve.ts';
import { arrivalsSpec, lengthSpec, type EventFile, type LengthFile } from './resolve-workload.ts';
import type { Path } from '../source.ts';
import { fileProblem } from '../text-file.ts';

export function checkWorkload({ workload }: ScenarioFile, completed: CompleteFile, report: Report): void {
  const others = (['arrivals', 'promptTokens', 'outputTokens', 'lengths', 'events'] as const).filter(
    (key) => workload[key],
  );
  const { trace, lengths, arrivals } = completed.workload;
  if (trace) {
    if (others.length > 0) {
      report(
        ['workload', 'trace'],
        `contradicts ${others.join(', ')}: a trace brings its own times and lengths; remove either, or replace all with --set 'workload={trace: {path: FILE}}'`,
        others.map((key) => ['workload', key]),
      );
    }
    checkTraceFile('trace', trace.path, report);
    return;
  }
  if (!arrivals) {
    report(
      ['workload', 'arrivals'],
      'is missing, as is trace; say when requests arrive, e.g. { kind: constant, requestsPerSecond: 10 }',
      [['workload', 'trace']],
    );
  } else if (arrivals.kind === 'diurnal') checkCurve(arrivals, report);
  for (const [i, event] of (workload.events ?? []).entries()) {
    checkEvent(event, ['workload', 'events', i], { lengths: lengths !== undefined, report });
  }
  if (lengths) {
    const both = others.filter((key) => key === 'promptTokens' || key === 'outputTokens');
    if (both.length > 0) {
      report(
        ['workload', 'lengths'],
        `contradicts ${both.join(' and ')}; remove either`,
        both.map((key) => ['workload', key]),
      );
    }
    checkTraceFile('lengths', lengths.path, report);
    return;
  }
  checkLength(['workload', 'promptTokens'], workload.promptTokens, report);
  checkLength(['workload', 'outputTokens'], workload.outputTokens, report);
  checkSomeRequestFits(completed, report);
}

type Diurnal = Extract<NonNullable<ScenarioFile['workload']['arrivals']>, { kind: 'diurnal' }>;

function checkCurve(arrivals: Diurnal, report: Report): void {
  const path = ['workload', 'arrivals'];
  const { requestsPerDay, requestsPerSecond, peakToMean } = arrivals;
  if (requestsPerDay === undefined && requestsPerSecond === undefined) {
    report(
      [...path, 'requestsPerDay'],
      'is missing, as is requestsPerSecond; give one, e.g. requestsPerDay: 1M',
      [[...path, 'requestsPerSecond']],
    );
    return;
  }
  if (requestsPerDay !== undefined && requestsPerSecond !== undefined) {
    report([...path, 'requestsPerSecond'], 'contradicts requestsPerDay; remove one', [
      [...path, 'requestsPerDay'],
    ]);
  }
  const { curve } = arrivalsSpec(arrivals) as { curve: number[] };
  const problem = problemOf(() => normaliseCurve(curve));
  if (problem) report([...path, 'curve'], problem);
  const stretched = problem ? undefined : problemOf(() => normaliseCurve(curve, peakToMean));
  if (stretched) report([...path, 'peakToMean'], stretched, [[...path, 'curve']]);
}

function checkEvent(
  event: EventFile,
  path: Path,
  { lengths, report }: { lengths: boolean; report: Report },
): void {
  const changed = (['promptTokens', 'outputTokens'] as const).filter((key) => event[key]);
  if (event.rate === 1 && changed.length === 0) {
    report(path, 'changes nothing; give it a rate (e.g. 3x), promptTokens or outputTokens');
  }
  for (const key of changed) {
    if (!lengths) checkLength([...path, key], event[key], report);
    else {
      report([...path, key], 'contradicts lengths, which brings the lengths of a trace; remove either', [
        ['workload', 'lengths'],
      ]);
    }
  }
}

function checkLength(path: Path, length: LengthFile | undefined, report: Report): void {
  if (length === undefined) return;
  if (length.kind !== 'lognormal') {
    const problem = problemOf(() => lengthMasses(lengthSpec(length)));
    if (problem) report(path, problem);
    return;
  }
  const found = meanAndSigma(length);
  if ('problem' in found) {
    report(path, found.problem);
  } else if (found.mean > TOKENS_MAX || found.sigma > SIGMA_MAX) {
    report(
      path,
      `has mean ${found.mean.toPrecision(4)} and sigma ${found.sigma.toPrecision(4)}; keep them below ${TOKENS_MAX} and ${SIGMA_MAX}`,
    );
  } else {
    const { kind, min, max } = length;
    const problem = problemOf(() => lengthMasses({ kind, ...found, min, max }));
    if (problem) report(path, problem);
  }
}

function checkSomeRequestFits({ workload, fleet }: CompleteFile, report: Report): void {
  const keys = ['promptTokens', 'outputTokens'] as const;
  let shortest = 0;
  // A length that is no distribution has been reported already.
  const problem = problemOf(() => {
    for (const key of keys) shortest += lengthMasses(lengthSpec(workload[key]!)).first;
  });
  if (problem) return;
  fleet.pools.forEach(({ maxModelLength, overlong }, i) => {
    if (overlong === 'truncate' || shortest <= maxModelLength) return;
    report(
      ['fleet', 'pools', i, 'maxModelLength'],
      `is ${maxModelLength}, less than the shortest request of ${shortest} tokens, so that all are rejected; raise it or shorten the requests`,
      keys.map((key) => ['workload', key]),
    );
  });
}

function checkTraceFile(key: 'trace' | 'lengths', path: string, report: Report): void {
  const at = ['workload', key, 'path'];
  const problem = fileProblem(path);
  if (problem === undefined) {
    const misread = problemOf(() => new TraceReader(path).next());
    if (misread) report(at, misread);
    return;
  }
  const [what, ownRemedy] = problem.split('; ');
  const remedy = /AzureLLMInferenceTrace/.test(path)
    ? 'download it from github.com/Azure/AzurePublicDataset (folder data)'
    : ownRemedy;
  report(at, `${what} (${path}); ${remedy}, or name yours with --set workload.${key}.path=FILE`);
}

/** What a function of a lower room objects to. */
function problemOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
