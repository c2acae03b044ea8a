// What a written `--trace` means in a scenario. Its times are clock times of the scenario's zone, moments, or times since
// the start of the run.
import type { TraceSpec } from '../../fleet/records/tracer.ts';
import { isoLocal } from '../../kernel/clock.ts';
import { UserError } from '../../kernel/user-error.ts';
import { epochMsOf, isMoment } from '../../scenario/schema/time.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { parseQuantity } from '../../settings/quantities.ts';
import type { WrittenTrace } from './options.ts';

export function traceSpecOf({ from, to, replicas }: WrittenTrace, scenario: Scenario): TraceSpec {
  const { durationSeconds, pools } = scenario;
  const fromSeconds = secondsOf('from', from, scenario);
  if (fromSeconds < 0 || fromSeconds >= durationSeconds) {
    throw new UserError(`--trace from: ${from} is not within the run${spanOf(scenario)}`);
  }
  const toSeconds = secondsOf('to', to, scenario, fromSeconds);
  if (toSeconds <= fromSeconds) {
    throw new UserError(`--trace to: must be later than from (${from}), got "${to}"`);
  }
  const [firstReplica, lastReplica] = numbersOf(replicas);
  const most = Math.max(...pools.map((pool) => pool.replicas));
  if (firstReplica >= most) {
    throw new UserError(`--trace replicas: there are ${most}, numbered from 0, got "${replicas}"`);
  }
  return { fromSeconds, toSeconds, firstReplica, lastReplica };
}

/** `4` or `0-3`. */
function numbersOf(text: string): [number, number] {
  const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text);
  const [first, last] = match === null ? [NaN, NaN] : [Number(match[1]), Number(match[2] ?? match[1])];
  if (first <= last) return [first, last];
  throw new UserError(`--trace replicas: write a number or a range, e.g. 0-3, got "${text}"`);
}

const DAY_MS = 86_400_000;

/** Since the start of the run; a clock time is the first one from `earliestSeconds` on. */
function secondsOf(key: string, text: string, scenario: Scenario, earliestSeconds = 0): number {
  const { startEpochMs, timeZone } = scenario;
  const clock = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text);
  if (clock === null && !isMoment(text)) {
    const seconds = parseQuantity(text, 'seconds');
    if (typeof seconds === 'number') return seconds;
    throw new UserError(
      `--trace ${key}: write a clock time (08:00 or 08:00:30), a moment (2024-05-14T08:00:00), or a time since the ` +
        `start (90m), got "${text}"`,
    );
  }
  const epochMs = (moment: string): number => {
    const found = isMoment(moment) ? epochMsOf(moment, timeZone) : { problem: `there is no ${text}` };
    if (typeof found === 'number') return found;
    throw new UserError(`--trace ${key}: ${moment} ${found.problem}`);
  };
  if (clock === null) return (epochMs(text) - startEpochMs) / 1000;
  const earliestMs = startEpochMs + earliestSeconds * 1000;
  const onDay = (days: number) => {
    const date = isoLocal(earliestMs + days * DAY_MS, timeZone).slice(0, 10);
    return epochMs(`${date}T${clock[1].padStart(2, '0')}:${clock[2]}:${clock[3] ?? '00'}`);
  };
  const today = onDay(0);
  return ((today >= earliestMs ? today : onDay(1)) - startEpochMs) / 1000;
}

function spanOf({ startEpochMs, durationSeconds, timeZone }: Scenario): string {
  const [start, end] = [0, durationSeconds].map((seconds) =>
    isoLocal(startEpochMs + seconds * 1000, timeZone).slice(0, 16),
  );
  return ` (${start} to ${end} ${timeZone})`;
}
