// One replica: its state, batch, queue and cache at the end of the newest window told, and their recent course.
import { BrailleCanvas } from '../../canvas/braille.ts';
import { count, figure, percent } from '../../format.ts';
import { dim, text, type Line } from '../../line.ts';
import { Band } from '../../model/band.ts';
import { cellOf, readGauges, type CoursePoint } from '../../model/fleet.ts';
import { poolName } from '../../model/reading.ts';
import type { UiState } from '../../state.ts';
import { framed, inner, type Panel } from '../panel.ts';

const LABEL = 9;
const VALUE = 10;
const UNIT = 14;

export const REPLICA_HEIGHT = 8;

interface Gauge {
  label: string;
  value: string;
  unit: string;
  read: (point: CoursePoint, before: CoursePoint | undefined) => number;
}

export const replicaPanel: Panel = (state, width, height) => {
  const { fleet, info } = state;
  const cell = cellOf(fleet);
  if (cell === undefined) return framed({ title: 'Replica', width, height }, []);
  const now = readGauges(cell, fleet.replica);
  const title = `${poolName(info, cell.pool)}, replica ${count(cell.firstReplica + fleet.replica)}`;
  const used = LABEL + VALUE + 1 + UNIT;
  const room = inner(width) - used;
  const gauges = gaugesOf(state, { ...now, atSeconds: fleet.atSeconds });
  const body: Line[] = [
    [dim('state'.padEnd(LABEL)), text(now.state.padStart(VALUE), 'bold')],
    ...gauges.map(({ label, value, unit, read }): Line => {
      const known = value.startsWith('—') ? [] : course(fleet.course, read, room);
      return [dim(label.padEnd(LABEL)), text(value.padStart(VALUE)), dim(` ${unit.padEnd(UNIT)}`), ...known];
    }),
  ];
  const windows = fleet.course.length;
  const head = [dim(`${' '.repeat(used)}${windows > 1 ? `last ${windows} looks` : ''}`)];
  return framed({ title, head, width, height }, body);
};

function gaugesOf({ fleet }: UiState, now: CoursePoint): Gauge[] {
  const before = fleet.course.at(-2);
  const speed = stepsPerSecond(now, before);
  const isIdle = now.stepSeconds === 0;
  return [
    { label: 'batch', value: count(now.batch), unit: 'requests', read: ({ batch }) => batch },
    { label: 'queue', value: count(now.waiting), unit: 'requests', read: ({ waiting }) => waiting },
    { label: 'KV', value: percent(now.kv), unit: 'in use', read: ({ kv }) => kv },
    {
      label: 'step',
      value: isIdle ? '—' : figure(now.stepSeconds * 1000),
      unit: isIdle ? 'idle' : 'ms, this one',
      read: ({ stepSeconds }) => stepSeconds,
    },
    { label: 'steps', value: figure(speed), unit: 'per second', read: stepsPerSecond },
  ];
}

const WRAP = 2 ** 31;

function stepsPerSecond(point: CoursePoint, before: CoursePoint | undefined): number {
  if (before === undefined || point.atSeconds <= before.atSeconds) return NaN;
  return ((point.steps - before.steps + WRAP) % WRAP) / (point.atSeconds - before.atSeconds);
}

/** Newest at the right. */
function course(points: readonly CoursePoint[], read: Gauge['read'], room: number): Line {
  const width = Math.max(1, room);
  const band = new Band(width * 2);
  const first = Math.max(0, points.length - width * 2);
  for (let i = first; i < points.length; i++) {
    const value = read(points[i], points[i - 1]);
    band.widen(i - first, i - first + 1, value, value);
  }
  const canvas = new BrailleCanvas(width, 1);
  canvas.band(band, { top: band.max || 1, topDot: 0, zeroDot: 3 }, { tone: 'traffic' });
  return canvas.lines()[0];
}
