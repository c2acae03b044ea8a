// What just happened, derived from snapshots alone: the run's status, SLO breaches and rejections with their begin
// and end, scalings with their reason, busiest hours. At most ENTRIES are kept, newest last. Pure: a log goes in, the next one comes out.
import type { ScalingDecision } from '../../control/controller.ts';
import type { RunInfo, RunStatus, Snapshot } from '../../run/snapshot.ts';
import { clockMoment } from '../clock.ts';
import { count, latency, rate, span, usd } from '../format.ts';
import { oneCell, type Level } from '../line.ts';
import { orderText } from './event-menu.ts';
import { rejectedOf } from './history.ts';
import { poolName } from './reading.ts';
import { nextLevel } from './slo.ts';

const ENTRIES = 500;
/** Rejections are over after so many windows without one. */
const QUIET_WINDOWS = 10;

export interface LogEntry {
  /** Rising, without gaps. */
  id: number;
  atSeconds: number;
  /** Clock time in the scenario's zone. */
  at: string;
  level: Level | undefined;
  text: string;
}

interface Alert {
  level: Level;
  sinceSeconds: number;
  worst: number;
}

interface Episode {
  sinceSeconds: number;
  rejected: number;
  quietWindows: number;
}

interface Hour {
  startSeconds: number;
  arrived: number;
  seconds: number;
}

interface Hours {
  current: Hour | undefined;
  previous: Hour | undefined;
  busiestPerSecond: number;
}

export interface Log {
  entries: readonly LogEntry[];
  status: RunStatus;
  /** Of what was done to the run: so many are told. */
  events: number;
  alerts: Readonly<Record<Metric, Alert>>;
  rejecting: Episode | undefined;
  hours: Hours;
}

type Metric = 'ttft' | 'tpot' | 'e2e';

const METRICS: readonly Metric[] = ['ttft', 'tpot', 'e2e'];

const CALM: Alert = { level: 'held', sinceSeconds: 0, worst: 0 };

export function emptyLog(info: RunInfo): Log {
  const fleet = `${count(info.replicas)} replicas, ${count(info.gpus)} GPUs`;
  const entries = [...info.pools, fleet].map((text, id) => ({
    id,
    atSeconds: 0,
    at: clockMoment(info, 0),
    level: undefined,
    text: oneCell(text),
  }));
  return {
    entries,
    status: 'starting',
    events: 0,
    alerts: { ttft: CALM, tpot: CALM, e2e: CALM },
    rejecting: undefined,
    hours: { current: undefined, previous: undefined, busiestPerSecond: 0 },
  };
}

export interface News {
  isNewWindow: boolean;
  /** Of the controllers, not told yet. */
  decisions: readonly ScalingDecision[];
}

export function observe(log: Log, snapshot: Snapshot, info: RunInfo, { isNewWindow, decisions }: News): Log {
  const seconds = snapshot.window.endSeconds;
  const news: LogEntry[] = [];
  const firstId = (log.entries.at(-1)?.id ?? -1) + 1;
  const note: Note = (text, level, atSeconds = seconds) =>
    void news.push({ id: firstId + news.length, atSeconds, at: clockMoment(info, atSeconds), level, text });
  const next = { ...log, status: snapshot.status };
  const { events = [] } = snapshot;
  for (const event of events.slice(log.events))
    note(`↯ injected: ${orderText(event, info)}`, undefined, event.atSeconds);
  next.events = events.length;
  for (const decision of decisions) noteDecision(decision, info, note);
  if (isNewWindow) {
    next.alerts = observeLimits(log.alerts, snapshot, info, note);
    next.rejecting = observeRejections(log.rejecting, snapshot, note);
    next.hours = observeHours(log.hours, snapshot, info, note);
  }
  if (snapshot.status !== log.status) noteStatus(log.status, snapshot, note);
  if (news.length > 0) next.entries = [...log.entries, ...news].slice(-ENTRIES);
  return next;
}

type Note = (text: string, level?: Level, atSeconds?: number) => void;

function noteDecision(decision: ScalingDecision, info: RunInfo, note: Note): void {
  const { fromReplicas, toReplicas, reason, atSeconds } = decision;
  const change =
    fromReplicas === toReplicas ? `stays at ${toReplicas}` : `${fromReplicas} → ${toReplicas} replicas`;
  const where = info.pools.length > 1 ? `${poolName(info, decision.pool)}: ` : '';
  note(`${where}${change}: ${oneCell(reason)}`, undefined, atSeconds);
}

/** Entries that hold every word of the query, newest first. */
export function foundEntries({ entries }: Log, query: string): LogEntry[] {
  const words = query.toLowerCase().split(' ');
  const holds = ({ at, text }: LogEntry): boolean => {
    const content = `${at} ${text}`.toLowerCase();
    return words.every((word) => content.includes(word));
  };
  return entries.filter(holds).toReversed();
}

function observeLimits(before: Log['alerts'], snapshot: Snapshot, info: RunInfo, note: Note): Log['alerts'] {
  const limits = { ttft: info.slo.ttftSeconds, tpot: info.slo.tpotSeconds, e2e: info.slo.e2eSeconds };
  const { window } = snapshot;
  const after = { ...before };
  for (const metric of METRICS) {
    const limit = limits[metric];
    if (limit === undefined) continue;
    const alert = before[metric];
    const value = window[metric].p99Seconds;
    const level = nextLevel(alert.level, value, limit);
    if (level === alert.level) {
      if (level !== 'held' && value > alert.worst) after[metric] = { ...alert, worst: value };
      continue;
    }
    const name = `${metric.toUpperCase()} p99`;
    if (level === 'broken') {
      note(`${name} ${latency(value)}: SLO of ${latency(limit)} broken`, level);
    } else if (alert.level === 'broken') {
      const lasted = span(window.startSeconds - alert.sinceSeconds);
      note(`${name} within the SLO again after ${lasted}, worst ${latency(alert.worst)}`, level);
    } else if (level === 'close') {
      note(`${name} ${latency(value)}: close to the SLO of ${latency(limit)}`, level);
    } else {
      note(`${name} ${latency(value)}: clear of the SLO again`, level);
    }
    after[metric] = { level, sinceSeconds: window.startSeconds, worst: value };
  }
  return after;
}

function observeRejections(
  before: Episode | undefined,
  { window }: Snapshot,
  note: Note,
): Episode | undefined {
  const rejected = rejectedOf(window);
  if (before === undefined) {
    if (rejected === 0) return undefined;
    const causes = [
      window.rejectedQueueFull > 0 ? 'queue full' : '',
      window.rejectedTooLong > 0 ? 'too long' : '',
      window.rejectedExceedsKv > 0 ? 'larger than the KV cache' : '',
    ].filter((cause) => cause !== '');
    note(`rejecting requests: ${causes.join(', ')}`, 'broken');
    return { sinceSeconds: window.startSeconds, rejected, quietWindows: 0 };
  }
  const episode = {
    sinceSeconds: before.sinceSeconds,
    rejected: before.rejected + rejected,
    quietWindows: rejected > 0 ? 0 : before.quietWindows + 1,
  };
  if (episode.quietWindows < QUIET_WINDOWS) return episode;
  const quietSince = window.endSeconds - QUIET_WINDOWS * (window.endSeconds - window.startSeconds);
  const lasted = span(quietSince - episode.sinceSeconds);
  note(`rejections over: ${count(episode.rejected)} in ${lasted}`, 'held');
  return undefined;
}

/** A peak is known when the hour after it is calmer; only a new record of the run is worth a line. */
function observeHours(hours: Hours, { window, hour }: Snapshot, info: RunInfo, note: Note): Hours {
  if (window.phase === 'drain') return hours;
  const { current, previous, busiestPerSecond } = hours;
  const seconds = window.endSeconds - window.startSeconds;
  // The ledger may lag behind by some windows: hours are counted on from its newest row.
  const hoursAhead = Math.floor((window.startSeconds - hour.startSeconds) / 3600);
  const startSeconds = hour.startSeconds + hoursAhead * 3600;
  if (current?.startSeconds === startSeconds) {
    const grown = {
      ...current,
      arrived: current.arrived + window.arrived,
      seconds: current.seconds + seconds,
    };
    return { ...hours, current: grown };
  }
  const next = { startSeconds, arrived: window.arrived, seconds };
  const peak = previous === undefined ? 0 : requestsPerSecond(previous);
  if (
    previous === undefined ||
    current === undefined ||
    requestsPerSecond(current) >= peak ||
    peak <= busiestPerSecond
  ) {
    return { current: next, previous: current, busiestPerSecond };
  }
  note(`busiest hour so far: ${clockMoment(info, previous.startSeconds)}, ${rate(peak)} req/s`);
  return { current: next, previous: current, busiestPerSecond: peak };
}

const requestsPerSecond = (hour: Hour): number => hour.arrived / hour.seconds;

function noteStatus(before: RunStatus, snapshot: Snapshot, note: Note): void {
  const { status, window, day, cost, message } = snapshot;
  const inSystem = window.running + window.waiting;
  if (status === 'running') note(before === 'paused' ? 'resumed' : 'started');
  else if (status === 'paused') note('paused');
  else if (status === 'draining') note(`arrivals ended; ${count(inSystem)} requests still being served`);
  else if (status === 'finished')
    note(`finished: ${count(day.finished)} requests for ${usd(cost.totalUsd)}`, 'held');
  else if (status === 'stopped') note('stopped early: results are partial', 'close');
  else if (status === 'failed') note(`failed: ${oneCell(message ?? 'no reason given')}`, 'broken');
}
