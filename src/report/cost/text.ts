// The closing summary's paragraphs on energy, cost and carbon: parts that are nothing are left out.
import { meanPue } from '../../economics/prices/pue.ts';
import type { CostParts, EconomicsSpec } from '../../economics/spec.ts';
import { isoLocal } from '../../kernel/clock.ts';
import type { RunResult } from '../../run/result.ts';
import type { DayFigures } from '../day.ts';
import { item, percent, quantity, scaled, usd } from '../format.ts';
import { conversionsText, intensitySource } from './sources.ts';

export function energyText(day: DayFigures, economics: EconomicsSpec): string[] {
  const { facilityKwh, itKwh, loadingKwh, drainingKwh, offKwh } = day.cost;
  const ifAny = (label: string, kwh: number) => (kwh > 0 ? [item(label, scaled(kwh * 1000, 'Wh'), '')] : []);
  return [
    'Energy',
    item(
      'facility',
      scaled(facilityKwh * 1000, 'Wh'),
      `PUE ${quantity(meanPue(economics.pue, day.cost))}, ${percent(day.idleShare)} while idle`,
    ),
    item(
      'nodes',
      scaled(itKwh * 1000, 'Wh'),
      `mean ${scaled(day.itWattsMean, 'W')}, at most ${scaled(day.itWattsPeak, 'W')}`,
    ),
    ...ifAny('  while loading', loadingKwh),
    ...ifAny('  while draining', drainingKwh),
    ...ifAny('  while off', offKwh),
    item(
      'per request',
      scaled(day.whPerRequest, 'Wh'),
      `${scaled(day.kwhPerMillionOutputTokens * 1000, 'Wh')} per million tokens of output`,
    ),
  ];
}

/** In the order of the file; electricity, capital and rent have notes of their own. */
const OTHER_PARTS: readonly [keyof CostParts, string, string][] = [
  ['maintenanceUsd', 'maintenance', ''],
  ['storageUsd', 'storage', ''],
  ['transferUsd', 'transfer', ''],
  ['staffUsd', 'staff', ''],
  ['licencesUsd', 'licences', ''],
];

export function costText(result: RunResult, day: DayFigures, economics: EconomicsSpec): string[] {
  const { cost } = day;
  const ifAny = (label: string, value: number, note = '') =>
    value === 0 ? [] : [item(label, usd(value), note)];
  const conversions = conversionsText(economics);
  return [
    'Cost',
    ...ifAny('electricity', cost.electricityUsd, `$${quantity(day.usdPerKwhMean)}/kWh`),
    ...ifAny('amortization', cost.amortizationUsd),
    ...ifAny('rent', cost.rentUsd, rentNote(day)),
    ...OTHER_PARTS.flatMap(([key, label, note]) => ifAny(label, cost[key], note)),
    item('total', usd(cost.totalUsd), 'without taxes'),
    item('  for prompts', usd(cost.prefillUsd), ofMillion(day.prefillUsdPerMillionPromptTokens)),
    item('  for output tokens', usd(cost.decodeUsd), ofMillion(day.decodeUsdPerMillionOutputTokens)),
    item('  for idle GPUs', usd(cost.idleUsd), percent(cost.idleUsd / cost.totalUsd)),
    item('per 1,000 requests', usd(day.usdPer1kRequests), ''),
    item(
      'per million tokens',
      usd(day.usdPerMillionTokens),
      `${usd(day.usdPerMillionOutputTokens)} per million tokens of output`,
    ),
    ...demandText(result, day),
    ...(conversions === '' ? [] : [`  at ${conversions}`]),
  ];
}

function rentNote({ cost: { reservedUsd, spotUsd } }: DayFigures): string {
  const parts = [
    ...(reservedUsd > 0 ? [`${usd(reservedUsd)} reserved`] : []),
    ...(spotUsd > 0 ? [`${usd(spotUsd)} spot`] : []),
  ];
  return [...parts, 'electricity and capital included'].join(', ');
}

function ofMillion(value: number): string {
  return Number.isFinite(value) ? `${usd(value)} per million of them` : '';
}

function demandText({ info }: RunResult, day: DayFigures): string[] {
  const { demandPeakWatts, demandPeakStartSeconds, demandChargeUsd } = day;
  if (Number.isNaN(demandChargeUsd)) return [];
  const local = isoLocal(info.startEpochMs + demandPeakStartSeconds * 1000, info.timeZone).slice(0, 16);
  const peak = `peak ${scaled(demandPeakWatts, 'W')} at ${local.replace('T', ' ')};`;
  return [
    item('demand charge', usd(demandChargeUsd), `beside the total; ${peak}`),
    item('', '', 'if every day of the month peaks like this'),
  ];
}

export function carbonText(day: DayFigures, economics: EconomicsSpec): string[] {
  const { locationGrams, marketGrams, embodiedGrams } = day.cost;
  const { unit, contractedShare, gramsPerKwh } = economics.carbon;
  const grams = (value: number) => scaled(value, 'g');
  const embodied = item(
    'embodied',
    grams(embodiedGrams),
    `${grams(day.embodiedGramsPerRequest)} per request`,
  );
  if (gramsPerKwh === undefined || locationGrams === undefined) {
    return ['Carbon', embodied, '  operational: unknown, as neither region nor carbon intensity is given'];
  }
  const intensity = `${quantity(day.gramsPerKwhMean)} g/kWh: ${intensitySource(economics)}`;
  return [
    `Carbon, ${unit}`,
    item('location-based', grams(locationGrams), intensity),
    ...(contractedShare > 0
      ? [item('market-based', grams(marketGrams!), `${percent(contractedShare)} contracted carbon-free`)]
      : []),
    embodied,
    item('per request', grams(day.gramsPerRequest), 'operational, location-based'),
  ];
}
