// Scheduled scaling of AWS Auto Scaling: an action sets the bounds at its time (EC2 also the desired capacity) and they
// stay until another action sets them; the capacity is moved into them. At the first look the latest firing of each
// action counts, in the order in which they fired. Left out: start and end times of recurring actions.
// Source: docs.aws.amazon.com/autoscaling/application, "Scheduled scaling" (2024).
import { clockMs } from '../../../kernel/clock.ts';
import { clamped, type Bounds } from './cooldown.ts';
import { lastFiring, parseSchedule, type Schedule } from './cron.ts';

export interface ScheduledAction {
  schedule: string;
  /** IANA name; null: that of the scenario or rule. */
  timeZone: string | null;
  /** Null leaves what is. */
  minCapacity: number | null;
  maxCapacity: number | null;
  desiredCapacity: number | null;
}

export interface ScheduleInput extends Bounds {
  actions: readonly ScheduledAction[];
  timeZone: string;
  epochMs: number;
  /** The look before; null: this is the first. */
  sinceEpochMs: number | null;
  capacity: number;
}

export interface Scheduled extends Bounds {
  desiredCapacity: number;
  /** Schedules that fired since, oldest first. */
  fired: string[];
}

export function applySchedule(input: ScheduleInput): Scheduled {
  const fired = input.actions
    .map((action) => ({ action, epochMs: firingSince(action, input) }))
    .filter((firing) => firing.epochMs !== null)
    .toSorted((a, b) => a.epochMs! - b.epochMs!);
  let { minCapacity, maxCapacity, capacity } = input;
  for (const { action } of fired) {
    minCapacity = action.minCapacity ?? minCapacity;
    maxCapacity = action.maxCapacity ?? maxCapacity;
    capacity = action.desiredCapacity ?? capacity;
  }
  // An action that moves one bound past the other takes the other along.
  maxCapacity = Math.max(minCapacity, maxCapacity);
  const desiredCapacity = clamped(capacity, { minCapacity, maxCapacity });
  return { minCapacity, maxCapacity, desiredCapacity, fired: fired.map(({ action }) => action.schedule) };
}

function firingSince(
  action: ScheduledAction,
  { timeZone, epochMs, sinceEpochMs }: ScheduleInput,
): number | null {
  const zone = action.timeZone ?? timeZone;
  const now = clockMs(epochMs, zone);
  const firing = lastFiring(scheduleOf(action.schedule), now);
  if (firing === null) return null;
  const isNew = sinceEpochMs === null || firing > clockMs(sinceEpochMs, zone);
  return isNew ? epochMs - (now - firing) : null;
}

/** Parsing costs more than looking back a day. */
const parsed = new Map<string, Schedule>();

function scheduleOf(text: string): Schedule {
  let schedule = parsed.get(text);
  if (schedule === undefined) {
    const read = parseSchedule(text);
    if ('problem' in read) throw new Error(`schedule ${text} ${read.problem}`);
    schedule = read;
    parsed.set(text, schedule);
  }
  return schedule;
}
