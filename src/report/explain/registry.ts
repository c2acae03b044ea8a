// Every figure of energy, money and carbon in summary.json with how it came about, by its key, in the order of that file.
// Figures that are not here are counts and latencies of the simulation.
import { SUMMARY_FIELDS } from '../summary-json.ts';
import { amortization, maintenance } from './capital.ts';
import { embodied, locationBased, marketBased } from './carbon.ts';
import { electricity, facilityEnergy } from './electricity.ts';
import {
  counted,
  drainEnergy,
  gpuSecondsPerRequest,
  idleShare,
  itEnergy,
  meanPower,
  peakPower,
  POWER,
} from './energy.ts';
import type { Explanation } from './explanation.ts';
import type { Money } from './money.ts';
import { RATIOS, usdPerMillionTokens } from './ratios.ts';
import { licences, staff, storage, transfer } from './recurring.ts';
import { reclaims, rent, reservedRent, spotRent } from './rent.ts';
import {
  decodeCost,
  demandCharge,
  demandPeak,
  idleCost,
  meanPrice,
  prefillCost,
  total,
  totalWithDemand,
} from './totals.ts';

/** undefined where the run has no such figure. */
export type Explain = (money: Money) => Pick<Explanation, 'formula' | 'inputs' | 'notes'> | undefined;

const kwh = (column: string, key: Parameters<typeof counted>[1], what: string) =>
  counted(column, key, what, 'kWh', POWER);

const EXPLAINED: Readonly<Record<string, Explain>> = {
  ...RATIOS,
  it_kwh: itEnergy,
  facility_kwh: facilityEnergy,
  drain_it_kwh: drainEnergy,
  idle_share: idleShare,
  mean_it_kw: meanPower,
  peak_it_kw: peakPower,
  gpu_seconds_per_request: gpuSecondsPerRequest,
  serving_it_kwh: kwh('serving_kwh', 'servingKwh', 'energy in steps'),
  idle_it_kwh: kwh('idle_kwh', 'idleItKwh', 'energy of nodes that are on without a step'),
  loading_it_kwh: kwh('loading_kwh', 'loadingKwh', 'energy while nodes and weights come'),
  draining_it_kwh: kwh('draining_kwh', 'drainingKwh', 'energy of draining replicas'),
  off_it_kwh: kwh('off_kwh', 'offKwh', 'energy of owned nodes that are off'),
  electricity_usd: electricity,
  amortization_usd: amortization,
  rent_usd: rent,
  total_usd: total,
  usd_per_million_tokens: usdPerMillionTokens,
  maintenance_usd: maintenance,
  storage_usd: storage,
  transfer_usd: transfer,
  staff_usd: staff,
  licences_usd: licences,
  reserved_usd: reservedRent,
  spot_usd: spotRent,
  billed_node_hours: counted(
    'billed_node_hours',
    'billedNodeHours',
    'node-hours as rent bills them',
    'h',
    'A node is billed from its start to its release, in whole units and for a minimum.',
  ),
  spot_node_hours: counted(
    'spot_node_hours',
    'spotNodeHours',
    'node-hours on nodes that can be taken back, as rent bills them',
    'h',
    'Of billed_node_hours. Which nodes these are follows from their number and fleet.pools[].spot.share.',
  ),
  reclaims,
  prefill_usd: prefillCost,
  decode_usd: decodeCost,
  idle_usd: idleCost,
  demand_charge_usd: demandCharge,
  demand_peak_kw: demandPeak,
  total_with_demand_charge_usd: totalWithDemand,
  mean_usd_per_kwh: meanPrice,
  location_kg: locationBased,
  market_kg: marketBased,
  embodied_kg: embodied,
};

export const EXPLAINED_KEYS: readonly string[] = SUMMARY_FIELDS.map(({ key }) => key).filter((key) =>
  Object.hasOwn(EXPLAINED, key),
);

/** undefined where the run has no such figure: no grid intensity, for example. */
export function explanationOf(money: Money, key: string): Explanation | undefined {
  const made = EXPLAINED[key](money);
  if (made === undefined) return undefined;
  const { unit, meaning } = SUMMARY_FIELDS.find((one) => one.key === key)!;
  return { key, unit, what: meaning, ...made };
}
