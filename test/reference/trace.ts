// Traced runs of steps against the steps of the reference, taken one by one: every run is a stretch of them, no step with
// chunks is joined to another, and none that lies in the traced time is missing.
import type { TraceSpec } from '../../src/fleet/records/tracer.ts';
import type { TracedRun } from '../../src/fleet/records/traced-run.ts';
import type { TimedStep } from './simulator/replica.ts';

/** One that was cut off ends when it was, and is none of the steps of a run. */
export type ReferenceStep = TimedStep & { isCutOff: boolean };

const seconds = (ticks: number) => ticks / 2 ** 32;

/** What is wrong with the runs, in words; undefined if nothing is. */
export function traceDifference(
  runs: readonly TracedRun[],
  steps: readonly ReferenceStep[],
  spec: TraceSpec,
): string | undefined {
  for (let replica = 0; replica <= spec.lastReplica; replica++) {
    const difference = replicaDifference(
      runs.filter((run) => run.replica === replica),
      steps.filter((step) => step.replica === replica),
      spec,
    );
    if (difference !== undefined) return `replica ${replica}: ${difference}`;
  }
  return runs.some(({ replica }) => replica > spec.lastReplica) ? 'a replica that is not traced' : undefined;
}

/** Both in time order. */
function replicaDifference(
  runs: readonly TracedRun[],
  steps: readonly ReferenceStep[],
  { fromSeconds, toSeconds }: TraceSpec,
): string | undefined {
  let next = 0;
  const isInside = (start: number, end: number) => start < toSeconds && end > fromSeconds;
  for (const run of runs) {
    if (!isInside(run.startSeconds, run.endSeconds)) return `${JSON.stringify(run)} is not in the stretch`;
    const isEmpty = run.startSeconds === run.endSeconds;
    // A step that is cut off at the instant of its start belongs to no run but its own, and may have none.
    const isBefore = ({ startTicks, endTicks }: ReferenceStep) =>
      seconds(startTicks) < run.startSeconds ||
      (seconds(endTicks) === run.startSeconds && startTicks === endTicks && !isEmpty);
    for (; next < steps.length && isBefore(steps[next]); next++) {
      const { startTicks, endTicks } = steps[next];
      if (startTicks < endTicks && isInside(seconds(startTicks), seconds(endTicks)))
        return `the step at ${startTicks} is missing`;
    }
    const isNext = (step: ReferenceStep | undefined) =>
      step !== undefined &&
      seconds(step.endTicks) <= run.endSeconds &&
      (step.startTicks < step.endTicks || isEmpty);
    // Several may have been cut off at one instant.
    if (isEmpty) while (isNext(steps[next + 1]) && runDifference(run, [steps[next]]) !== undefined) next++;
    const first = next;
    const most = isEmpty ? 1 : Infinity;
    while (isNext(steps[next]) && next - first < most) next++;
    const difference = runDifference(run, steps.slice(first, next));
    if (difference !== undefined) return `${JSON.stringify(run)}: ${difference}`;
  }
  const missing = steps.slice(next).find(({ startTicks, endTicks }) => {
    return startTicks < endTicks && isInside(seconds(startTicks), seconds(endTicks));
  });
  return missing && `the step at ${missing.startTicks} is missing`;
}

function runDifference(run: TracedRun, covered: readonly ReferenceStep[]): string | undefined {
  const [first] = covered;
  const last = covered.at(-1);
  if (first === undefined || last === undefined) return 'the reference has no step there';
  const expected = {
    startSeconds: seconds(first.startTicks),
    endSeconds: seconds(last.endTicks),
    steps: covered.filter(({ isCutOff }) => !isCutOff).length,
    decodes: first.decodes,
    contextTokens: first.contextTokens,
    prefillTokens: first.prefillTokens,
    prefillRequests: first.prefillSequences,
    waiting: first.waiting,
    usedBlocks: first.usedBlocks,
  };
  for (const [name, value] of Object.entries(expected))
    if (run[name as keyof TracedRun] !== value) return `${name} is ${value} in the reference`;
  const isMixed = covered.some(({ prefillTokens, decodes }) => prefillTokens > 0 || decodes !== run.decodes);
  if (isMixed && covered.length > 1) return 'joins steps that are not alike';
  return undefined;
}
