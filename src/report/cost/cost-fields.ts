// The keys of summary.json that are about money: every part, the total, what it was spent for, unit costs, the demand
// charge beside them, and where prices come from.
import { isoLocal } from '../../kernel/clock.ts';
import type { RunResult } from '../../run/result.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { DayFigures } from '../day.ts';
import { field, type Field } from '../field.ts';
import { conversionsText, priceSource } from './sources.ts';

interface Source {
  result: RunResult;
  day: DayFigures;
  loaded: LoadedScenario;
}

const PARTS: readonly Field<Source>[] = [
  field(
    'electricity_usd',
    '$',
    'facility energy of owned nodes × price of the moment',
    (s) => s.day.cost.electricityUsd,
  ),
  field(
    'amortization_usd',
    '$',
    'capital of owned nodes, busy, idle or off, by the method of the scenario',
    (s) => s.day.cost.amortizationUsd,
  ),
  field(
    'rent_usd',
    '$',
    'of rented nodes: contains their electricity and capital',
    (s) => s.day.cost.rentUsd,
  ),
  field('total_usd', '$', 'sum of these three and of the five parts below', (s) => s.day.cost.totalUsd),
  field('usd_per_1k_requests', '$', 'total / completed', (s) => s.day.usdPer1kRequests),
  field(
    'usd_per_million_output_tokens',
    '$',
    'total / output tokens',
    (s) => s.day.usdPerMillionOutputTokens,
  ),
  field('usd_per_million_tokens', '$', 'total / (input + output tokens)', (s) => s.day.usdPerMillionTokens),
  field('maintenance_usd', '$', 'of owned nodes', (s) => s.day.cost.maintenanceUsd),
  field('storage_usd', '$', 'kept all the time', (s) => s.day.cost.storageUsd),
  field('transfer_usd', '$', 'out of the data centre, by tokens and requests', (s) => s.day.cost.transferUsd),
  field('staff_usd', '$', 'by the hour of a month of 730', (s) => s.day.cost.staffUsd),
  field('licences_usd', '$', 'by the hour of a month of 730', (s) => s.day.cost.licencesUsd),
  field('reserved_usd', '$', 'of rent_usd, for reserved nodes, used or not', (s) => s.day.cost.reservedUsd),
  field('spot_usd', '$', 'of rent_usd, for spot nodes', (s) => s.day.cost.spotUsd),
  field(
    'billed_node_hours',
    'h',
    'node_hours as rent bills them: whole units, a minimum; those of owned nodes likewise',
    (s) => s.day.cost.billedNodeHours,
  ),
  field(
    'spot_node_hours',
    'h',
    'of billed_node_hours, on nodes that can be taken back',
    (s) => s.day.cost.spotNodeHours,
  ),
];

const ATTRIBUTION: readonly Field<Source>[] = [
  field(
    'prefill_usd',
    '$',
    'of total_usd, for prompts: by GPU-time, a mixed step shared by what each part would take alone',
    (s) => s.day.cost.prefillUsd,
  ),
  field('decode_usd', '$', 'of total_usd, for output tokens, likewise', (s) => s.day.cost.decodeUsd),
  field(
    'idle_usd',
    '$',
    'of total_usd, for GPUs that ran no step: the rest, spread over nothing',
    (s) => s.day.cost.idleUsd,
  ),
  field(
    'prefill_usd_per_million_input_tokens',
    '$',
    'prefill_usd / input tokens',
    (s) => s.day.prefillUsdPerMillionPromptTokens,
  ),
  field(
    'decode_usd_per_million_output_tokens',
    '$',
    'decode_usd / output tokens',
    (s) => s.day.decodeUsdPerMillionOutputTokens,
  ),
];

const DEMAND: readonly Field<Source>[] = [
  field(
    'demand_charge_usd',
    '$',
    'in no hour and not in total_usd: the run’s share of the month’s days, if every day peaks like this one; null where there is none',
    (s) => s.day.demandChargeUsd,
  ),
  field(
    'demand_peak_kw',
    'kW',
    'highest mean facility power of owned nodes over an interval',
    (s) => s.day.demandPeakWatts / 1000,
  ),
  field('demand_peak_at', 'ISO 8601', 'its start, local', ({ day, result: { info } }) => {
    const seconds = day.demandPeakStartSeconds;
    return Number.isNaN(seconds) ? undefined : isoLocal(info.startEpochMs + seconds * 1000, info.timeZone);
  }),
  field(
    'total_with_demand_charge_usd',
    '$',
    'total_usd + demand_charge_usd',
    (s) => s.day.totalWithDemandUsd,
  ),
];

const PRICES: readonly Field<Source>[] = [
  field('currency', '', 'of all prices here', () => 'USD'),
  field(
    'conversions',
    '',
    'of prices written in another currency: rates, and their date; null where there are none',
    ({ loaded: { scenario } }) => conversionsText(scenario.economics) || undefined,
  ),
  field('region', '', 'of the catalog; null where none is named', (s) => s.loaded.scenario.economics.region),
  field(
    'mean_usd_per_kwh',
    '$/kWh',
    'price of electricity, mean over facility_kwh',
    (s) => s.day.usdPerKwhMean,
  ),
  field('usd_per_kwh_source', '', 'publisher and year, or the file', ({ loaded: { scenario } }) =>
    priceSource(scenario.economics),
  ),
];

export const COST_FIELDS: readonly Field<Source>[] = [...PARTS, ...ATTRIBUTION, ...DEMAND, ...PRICES];
