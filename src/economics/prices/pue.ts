// Facility energy over IT energy: constant, or read off a curve by the load of the fleet, and by the temperature
// outside where one is given. Left out: inertia of the cooling, humidity, water.
import assert from 'node:assert/strict';
import { changesIn, valueAt } from './series.ts';
import type { PueSpec } from '../spec.ts';

type Curve = Extract<PueSpec, { kind: 'curve' }>;

/** `itWatts`: mean power of the whole fleet's IT equipment. */
export function pueAt(pue: PueSpec, itWatts: number, epochMs: number): number {
  if (pue.kind === 'constant') return pue.pue;
  const load = itWatts / pue.fullLoadWatts;
  const byTemperature = pue.curves.map(({ celsius, points }) => ({
    x: celsius ?? 0,
    y: () =>
      between(
        points.map((point) => ({ x: point.load, y: () => point.pue })),
        load,
      ),
  }));
  return between(byTemperature, temperatureAt(pue, epochMs));
}

/** Over a time with that energy. */
export function meanPue(pue: PueSpec, energy: { itKwh: number; facilityKwh: number }): number {
  return pue.kind === 'constant' ? pue.pue : energy.facilityKwh / energy.itKwh;
}

/** Instants strictly between the two at which the temperature changes. */
export function temperatureChanges(pue: PueSpec, fromEpochMs: number, toEpochMs: number): number[] {
  return pue.kind === 'curve' && pue.celsius ? changesIn(pue.celsius, fromEpochMs, toEpochMs) : [];
}

function temperatureAt({ celsius, curves }: Curve, epochMs: number): number {
  if (celsius) return valueAt(celsius, epochMs);
  assert(curves.length === 1, `${curves.length} PUE curves by temperature, but no temperature`);
  return 0;
}

/** Linear between points of increasing x, flat beyond both ends. */
function between(points: readonly { x: number; y: () => number }[], x: number): number {
  const right = points.findIndex((point) => point.x >= x);
  if (right === -1) return points[points.length - 1].y();
  if (right === 0) return points[0].y();
  const [a, b] = [points[right - 1], points[right]];
  const share = (x - a.x) / (b.x - a.x);
  return a.y() * (1 - share) + b.y() * share;
}
