// Which rows, and which of their times, a calibration uses: those of one model, GPU and stack, but for what their notes
// flag and what the row itself shows to be no plain batch. What is left out is counted by reason, with its rows.
import { findKey } from '../../catalog/lookup.ts';
import { GPUS } from '../../catalog/gpus.ts';
import { modelName, MODELS } from '../../catalog/models.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { PhysicalPerfSpec } from '../../perf/spec.ts';
import { uniformBatch } from '../../perf/uniform-batch.ts';
import { exclusionOf } from '../compare/exclusions.ts';
import type { Measurement } from '../measurements.ts';
import type { Kind, Observation } from './observations.ts';

export interface FileRow extends Measurement {
  file: string;
}

export interface Place {
  file: string;
  line: number;
}

export interface Wanted {
  spec: PhysicalPerfSpec;
  /** Only rows of it; undefined: of all, and of spec.tp those that name none. */
  tp: number | undefined;
  /** Only rows whose stack column says so. */
  stack: string | undefined;
}

export interface Selection {
  /** With at least one observation, in order: Observation.row counts them. */
  rows: (FileRow & { tp: number })[];
  observations: Observation[];
  leftOut: { reason: string; places: Place[] }[];
}

/** Beyond, a fit takes minutes, and repeats of a configuration say no more than their median. */
const OBSERVATIONS_MAX = 5000;
const PROBLEMS_MAX = 20;
const RANGES_MAX = 10;
const STACKS_SHOWN = 10;
const NAME_SHOWN = 40;

/** UserError where nothing is left, or rows do not go together. */
export function select(rows: readonly FileRow[], wanted: Wanted): Selection {
  const leftOut = new Map<string, Place[]>();
  const leave = (reason: string, { file, line }: FileRow) => {
    const places = leftOut.get(reason) ?? [];
    places.push({ file, line });
    leftOut.set(reason, places);
  };
  const own = rows.filter((row) => {
    const reason = otherSubject(row, wanted);
    if (reason) leave(reason, row);
    return !reason;
  });
  checkOneStack(own, wanted);
  const selection: Selection = { rows: [], observations: [], leftOut: [] };
  for (const row of withTp(own, wanted)) {
    const observations = observationsOf(row, selection.rows.length, { spec: wanted.spec, leave });
    if (observations.length > 0) selection.rows.push(row);
    selection.observations.push(...observations);
  }
  if (selection.observations.length > OBSERVATIONS_MAX) {
    throw new UserError(
      `${selection.observations.length} measured times, at most ${OBSERVATIONS_MAX} are fitted; give one row per configuration, e.g. medians`,
    );
  }
  selection.leftOut = [...leftOut].map(([reason, places]) => ({ reason, places }));
  if (selection.observations.length > 0) return selection;
  throw new UserError([
    'no measured time is left to fit; give rows of this model with prompt_ms or token_ms',
    ...selection.leftOut.map(({ reason, places }) => `${shownPlaces(places)}: ${reason}`),
  ]);
}

/** Why the row is of something else; undefined where it is not. */
function otherSubject(row: FileRow, { spec, tp, stack }: Wanted): string | undefined {
  const isModel = row.model === undefined || nameOf(MODELS, row.model) === modelName(spec.model);
  if (!isModel) return 'of another model';
  if (row.gpu !== undefined && nameOf(GPUS, row.gpu) !== spec.gpu) return 'of another GPU';
  if (tp !== undefined && row.tp !== undefined && row.tp !== tp) return 'of another tp';
  if (stack !== undefined && row.stack !== stack) return 'of another stack';
  return undefined;
}

function nameOf(entries: Record<string, unknown>, name: string): string {
  return findKey(entries, name) ?? name;
}

function checkOneStack(rows: readonly FileRow[], { stack }: Wanted): void {
  const stacks = [...new Set(rows.map((row) => row.stack ?? ''))];
  if (stack !== undefined || stacks.length <= 1) return;
  const names = stacks.slice(0, STACKS_SHOWN).map((name) => JSON.stringify(name.slice(0, NAME_SHOWN)));
  const more = stacks.length > STACKS_SHOWN ? ', …' : '';
  throw new UserError(
    `the rows are of several stacks: ${names.join(', ')}${more}; choose one with --only-stack`,
  );
}

function withTp(rows: readonly FileRow[], { spec, tp }: Wanted): (FileRow & { tp: number })[] {
  const problems = rows.flatMap((row) =>
    row.tp === undefined && tp === undefined
      ? [`${row.file}:${row.line}: has no tp; give --tp, or a column tp`]
      : [],
  );
  if (problems.length > 0) throw new UserError(problems.slice(0, PROBLEMS_MAX));
  return rows.map((row) => ({ ...row, tp: row.tp ?? spec.tp }));
}

/** Whole batches only where their parts were not measured. */
function observationsOf(
  measurement: FileRow & { tp: number },
  row: number,
  { spec, leave }: { spec: PhysicalPerfSpec; leave: (reason: string, row: FileRow) => void },
): Observation[] {
  const { promptTokens, batch, outputTokens, tp, promptMs, tokenMs, e2eMs, totalMs } = measurement;
  const answer = uniformBatch({ ...spec, tp }, { promptTokens, batch, outputTokens });
  const isWhole = promptMs === undefined && tokenMs === undefined;
  const times: Record<Kind, number | undefined> = {
    prompt: promptMs,
    token: tokenMs,
    total: isWhole ? (totalMs ?? e2eMs) : undefined,
  };
  const phases = { prompt: 'prefill', token: 'decode', total: 'total' } as const;
  return (Object.keys(times) as Kind[]).flatMap((kind) => {
    const ms = times[kind];
    if (ms === undefined) return [];
    const isStalled = kind === 'prompt' && measurement.notes?.includes('over_2048_prompt_tokens');
    const reason =
      exclusionOf(measurement, phases[kind], '', answer) ??
      (isStalled ? 'prompt flagged: over 2048 tokens in a step' : undefined) ??
      (kind === 'token' && outputTokens < 2 ? 'token_ms with one output token' : undefined);
    if (reason === undefined) {
      return [{ kind, row, promptTokens, batch, outputTokens, tp, measuredSeconds: ms / 1000 }];
    }
    leave(`${reason}${isWhole ? '' : ` (${kind}_ms)`}`, measurement);
    return [];
  });
}

/** `a.csv:2–15, 33`, the first few ranges of lines. */
export function shownPlaces(places: readonly Place[]): string {
  const ranges: { file: string; from: number; to: number }[] = [];
  for (const { file, line } of places) {
    const last = ranges.at(-1);
    if (last?.file === file && line === last.to + 1) last.to = line;
    else ranges.push({ file, from: line, to: line });
  }
  const parts = ranges.slice(0, RANGES_MAX).map(({ file, from, to }, i) => {
    const start = ranges[i - 1]?.file === file ? '' : `${file}:`;
    return `${start}${from}${to > from ? `–${to}` : ''}`;
  });
  return parts.join(', ') + (ranges.length > RANGES_MAX ? ', …' : '');
}
