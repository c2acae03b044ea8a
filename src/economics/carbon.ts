// Grams of carbon: of the energy, location-based (the grid's average at that time) and market-based (less what is
// contracted from carbon-free sources), and of making the nodes, spread over their life. The contracted share never
// changes the location-based figure. Left out: marginal intensity, generators, upstream fuel, grid losses, water.
import { HOURS_PER_YEAR } from './prices/capital.ts';
import { changesIn, valueAt } from './prices/series.ts';
import type { CarbonSpec } from './spec.ts';

export interface OperationalGrams {
  /** undefined where the intensity is not known. */
  locationGrams?: number;
  marketGrams?: number;
}

/** g/kWh; undefined where it is not known. */
export function intensityAt({ gramsPerKwh }: CarbonSpec, epochMs: number): number | undefined {
  return typeof gramsPerKwh === 'object' ? valueAt(gramsPerKwh, epochMs) : gramsPerKwh;
}

/** Instants strictly between the two at which the intensity changes. */
export function intensityChanges(
  { gramsPerKwh }: CarbonSpec,
  fromEpochMs: number,
  toEpochMs: number,
): number[] {
  return typeof gramsPerKwh === 'object' ? changesIn(gramsPerKwh, fromEpochMs, toEpochMs) : [];
}

/** `epochMs`: start of a stretch in which the intensity does not change. */
export function gramsOf(carbon: CarbonSpec, facilityKwh: number, epochMs: number): OperationalGrams {
  const gramsPerKwh = intensityAt(carbon, epochMs);
  if (gramsPerKwh === undefined) return {};
  const locationGrams = facilityKwh * gramsPerKwh;
  return { locationGrams, marketGrams: locationGrams * (1 - carbon.contractedShare) };
}

export function embodiedGramsPerNodeHour({ embodiedKgPerNode, lifeYears }: CarbonSpec): number {
  return (embodiedKgPerNode * 1000) / (lifeYears * HOURS_PER_YEAR);
}

export interface EmbodiedQuestion {
  ownership: 'owned' | 'rented';
  nodes: number;
  hours: number;
  nodeHoursOn: number;
}

/** Owned nodes count even when off, rented ones while they are on. */
export function embodiedGrams(
  carbon: CarbonSpec,
  { ownership, nodes, hours, nodeHoursOn }: EmbodiedQuestion,
): number {
  return embodiedGramsPerNodeHour(carbon) * (ownership === 'owned' ? nodes * hours : nodeHoursOn);
}
