// The workload after loading: what follows from other keys filled in, and its translation into what the program runs;
// events become changes of the rate and of the lengths.
import { resolve as absolute } from 'node:path';
import { CURVES } from '../../../catalog/curves.ts';
import { LENGTH_FITS } from '../../../catalog/length-fits.ts';
import type {
  ArrivalsSpec,
  LengthChange,
  LengthSpec,
  TokensSpec,
  WorkloadSpec,
} from '../../../workload/spec.ts';
import type { ScenarioFile, WorkloadFile } from '../../schema.ts';
import type { FileContext } from '../resolve.ts';
import { DEFAULT_OUTPUT_TOKENS, DEFAULT_PROMPT_TOKENS } from '../../schema/workload.ts';
import { meanAndSigma } from './lognormal.ts';

type ArrivalsFile = NonNullable<WorkloadFile['arrivals']>;
export type LengthFile = NonNullable<WorkloadFile['promptTokens']>;
export type EventFile = NonNullable<WorkloadFile['events']>[number];

const SECONDS_PER_DAY = 86_400;

export function completeWorkload({ workload, timeZone }: ScenarioFile, context: FileContext): WorkloadFile {
  const { trace, arrivals, lengths, events } = workload;
  const absolutePath = (key: 'trace' | 'lengths', path: string) =>
    absolute(context.folderOf(['workload', key, 'path']), path);
  if (trace) return { trace: { ...trace, path: absolutePath('trace', trace.path) } };
  return {
    arrivals:
      arrivals?.kind === 'diurnal'
        ? { ...arrivals, timeZone: arrivals.timeZone ?? zoneOfCurve(arrivals.curve) ?? timeZone }
        : arrivals,
    ...(events && { events: events.map(completeEvent) }),
    ...(lengths
      ? { lengths: { ...lengths, path: absolutePath('lengths', lengths.path) } }
      : {
          promptTokens: completeLength(workload.promptTokens ?? DEFAULT_PROMPT_TOKENS),
          outputTokens: completeLength(workload.outputTokens ?? DEFAULT_OUTPUT_TOKENS),
        }),
  };
}

function completeEvent(event: EventFile): EventFile {
  const { promptTokens, outputTokens } = event;
  return {
    ...event,
    ...(promptTokens && { promptTokens: completeLength(promptTokens) }),
    ...(outputTokens && { outputTokens: completeLength(outputTokens) }),
  };
}

function zoneOfCurve(curve: string | number[]): string | undefined {
  return typeof curve === 'string' ? CURVES[curve].timeZone : undefined;
}

function completeLength(length: LengthFile): LengthFile {
  if (length.kind !== 'lognormal') return length;
  const { kind, min, max } = length;
  const found = meanAndSigma(length);
  return 'problem' in found ? length : { kind, ...found, ...(min && { min }), ...(max && { max }) };
}

export function workloadSpec(workload: WorkloadFile): WorkloadSpec {
  const { trace, arrivals, lengths, promptTokens, outputTokens, events = [] } = workload;
  if (trace) return { kind: 'trace', trace };
  const rates = events.filter(({ rate }) => rate !== 1);
  const changes = events.flatMap(lengthChange);
  const tokens: TokensSpec = lengths
    ? { kind: 'resample', path: lengths.path }
    : {
        kind: 'independent',
        prompt: lengthSpec(promptTokens!),
        output: lengthSpec(outputTokens!),
        ...(changes.length > 0 && { changes }),
      };
  return {
    kind: 'synthetic',
    arrivals: {
      ...arrivalsSpec(arrivals!),
      ...(rates.length > 0 && { changes: rates.map((event) => ({ ...spanOf(event), factor: event.rate })) }),
    },
    tokens,
  };
}

function lengthChange(event: EventFile): LengthChange[] {
  const { promptTokens, outputTokens } = event;
  if (!promptTokens && !outputTokens) return [];
  return [
    {
      ...spanOf(event),
      ...(promptTokens && { prompt: lengthSpec(promptTokens) }),
      ...(outputTokens && { output: lengthSpec(outputTokens) }),
    },
  ];
}

function spanOf({ at, duration }: EventFile) {
  return { fromSeconds: at, toSeconds: at + duration };
}

export function arrivalsSpec(arrivals: ArrivalsFile): ArrivalsSpec {
  if (arrivals.kind === 'constant') return arrivals;
  const { requestsPerSecond, requestsPerDay, curve, interpolation, peakToMean, timeZone } = arrivals;
  return {
    kind: 'diurnal',
    requestsPerSecondMean: requestsPerSecond ?? requestsPerDay! / SECONDS_PER_DAY,
    curve: typeof curve === 'string' ? CURVES[curve].hours : curve,
    interpolation,
    peakToMean,
    timeZone: timeZone!,
  };
}

export function lengthSpec(length: LengthFile): LengthSpec {
  if (length.kind === 'quantiles' && typeof length.points === 'string') {
    return { ...length, points: LENGTH_FITS[length.points].points };
  }
  return length as LengthSpec;
}
