// What rented nodes cost: reserved ones for the whole time, used or not; what is on above them on demand, a share of it
// at a spot price, or what really ran on spot instances. Whole nodes are rented. Rent contains power, cooling and capital.
// Left out: upfront payments (spread them over the hours of the term), taxes, and that AWS asks nothing for an instance
// that it takes back within its first hour.
import assert from 'node:assert/strict';
import { changesIn, valueAt } from './series.ts';
import type { RentSpec } from '../spec.ts';

export interface RentQuestion {
  rent: RentSpec;
  gpusPerNode: number;
  /** Billed: see `billedSeconds`. */
  nodeHoursOn: number;
  /** Of these, what ran on spot instances; counts where the spec has no share. */
  spotNodeHours: number;
  /** Of the stretch itself: what reserved nodes are paid for. */
  hours: number;
  /** Start of the stretch, in which the spot price does not change. */
  epochMs: number;
}

export interface RentParts {
  /** All of it: on demand, reserved and spot. */
  rentUsd: number;
  reservedUsd: number;
  spotUsd: number;
}

export function rentUsd(question: RentQuestion): RentParts {
  const { rent, gpusPerNode, nodeHoursOn, hours, epochMs } = question;
  const { reserved, spot } = rent;
  const isKnown = spot !== undefined && spot.share === undefined;
  const knownSpotHours = isKnown ? question.spotNodeHours : 0;
  const reservedNodeHours = reserved ? reserved.nodes * hours : 0;
  const reservedUsd = reserved ? reservedNodeHours * gpusPerNode * reserved.usdPerGpuHour : 0;
  // Reserved nodes are not those that may be taken back.
  const above = Math.max(0, nodeHoursOn - knownSpotHours - reservedNodeHours);
  const spotNodeHours = knownSpotHours + above * (spot?.share ?? 0);
  const spotUsd = spot ? spotNodeHours * gpusPerNode * spotPriceAt(spot.usdPerGpuHour, epochMs) : 0;
  const onDemandUsd = (above + knownSpotHours - spotNodeHours) * gpusPerNode * rent.usdPerGpuHour;
  return { rentUsd: onDemandUsd + reservedUsd + spotUsd, reservedUsd, spotUsd };
}

type SpotPrice = NonNullable<RentSpec['spot']>['usdPerGpuHour'];

function spotPriceAt(price: SpotPrice, epochMs: number): number {
  return typeof price === 'number' ? price : valueAt(price, epochMs);
}

/** Instants strictly between the two at which the spot price changes. */
export function spotPriceChanges(rent: RentSpec, fromEpochMs: number, toEpochMs: number): number[] {
  const price = rent.spot?.usdPerGpuHour;
  return price === undefined || typeof price === 'number' ? [] : changesIn(price, fromEpochMs, toEpochMs);
}

/** What an instance is billed for that was on for so long: at least the minimum, and in whole units. */
export function billedSeconds({ granularitySeconds, minimumSeconds }: RentSpec, seconds: number): number {
  assert(seconds >= 0, `an instance was on for ${seconds} s`);
  if (granularitySeconds === 0) return Math.max(minimumSeconds, seconds);
  // An hour that rounding has made a hair longer than an hour is still one.
  const units = Math.ceil(seconds / granularitySeconds - 1e-9);
  return Math.max(minimumSeconds, units * granularitySeconds);
}
