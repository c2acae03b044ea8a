// A day in several regions as a table for the terminal, as CSV and as JSON. The first region is what the others are held
// against.
import { DOLLARS, regionOf } from '../../catalog/regions.ts';
import type { RegionCosts } from '../../experiment/compare/regions.ts';
import { csv } from '../csv.ts';
import { field, type Field } from '../field.ts';
import { percent, quantity, scaled, span, usd } from '../format.ts';

export interface RegionsCompared {
  scenario: string;
  /** Days of the run. */
  days: number;
  /** The scenario's own place first. */
  own: RegionCosts;
  regions: RegionCosts[];
  /** Why each was simulated; undefined where one run was priced for all. */
  simulatedEach: string | undefined;
}

const FIELDS: readonly Field<RegionCosts>[] = [
  field('region', '', 'as in the catalog; empty: as the scenario has it', ({ region }) => region),
  field('usd_per_kwh', '$/kWh', 'mean price of electricity', ({ usdPerKwh }) => usdPerKwh),
  field('grams_per_kwh', 'g/kWh', 'mean carbon intensity, location-based', ({ gramsPerKwh }) => gramsPerKwh),
  field('unit', '', 'what the grams are of', ({ unit }) => unit),
  field('pue', '', 'facility energy over IT energy', ({ pue }) => pue),
  field('facility_kwh', 'kWh', 'energy of the facility', ({ totals }) => totals.facilityKwh),
  field('electricity_usd', '$', 'electricity of owned nodes', ({ totals }) => totals.electricityUsd),
  field('total_usd', '$', 'all parts, without a demand charge', ({ totals }) => totals.totalUsd),
  field('demand_charge_usd', '$', 'where the scenario has one', ({ demandChargeUsd }) => demandChargeUsd),
  field('location_grams', 'g', 'carbon of the energy, location-based', ({ totals }) => totals.locationGrams),
  field('market_grams', 'g', 'less what is contracted', ({ totals }) => totals.marketGrams),
  field('embodied_grams', 'g', 'of making the nodes', ({ totals }) => totals.embodiedGrams),
];

export function regionsCsv({ own, regions }: RegionsCompared): string {
  return csv(FIELDS, [own, ...regions]);
}

export function regionsJson({ own, regions, ...about }: RegionsCompared) {
  const row = (costs: RegionCosts) =>
    Object.fromEntries(FIELDS.map(({ key, read }) => [key, read(costs) ?? null]));
  return {
    ...about,
    simulatedEach: about.simulatedEach ?? null,
    own: row(own),
    regions: regions.map((costs) => ({ ...row(costs), sources: sourcesOf(costs.region!) })),
  };
}

const COLUMNS = ['', '$/kWh', 'g/kWh', 'PUE', 'energy', 'electricity', 'total', 'location', 'market'];

export function regionsText(compared: RegionsCompared): string {
  const { scenario, days, own, regions, simulatedEach } = compared;
  const rows = [COLUMNS, ...[own, ...regions].map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  const starred = [own, ...regions].some(({ unit }) => unit === 'gCO2') ? ' * CO2 alone, not CO2e.' : '';
  const how =
    simulatedEach === undefined ? 'simulated once, priced for each' : `simulated in each: ${simulatedEach}`;
  return [
    `${scenario}: ${days === 1 ? 'the same day' : `the same ${span(days * 86_400)}`} in ${regions.length} regions, ${how}`,
    '',
    ...table,
    '',
    ...differences(regions),
    `  carbon is of the energy; making the nodes adds ${grams(own.totals.embodiedGrams)} anywhere.${starred}`,
    '',
    'Sources',
    ...sourceLines(regions.map(({ region }) => region!)),
    '',
  ].join('\n');
}

function cellsOf({ region, usdPerKwh, gramsPerKwh, pue, totals, unit }: RegionCosts): string[] {
  return [
    region ?? '(as written)',
    usdPerKwh.toFixed(4),
    gramsPerKwh === undefined ? '—' : `${quantity(gramsPerKwh)}${unit === 'gCO2' ? '*' : ' '}`,
    pue.toFixed(2),
    scaled(totals.facilityKwh * 1000, 'Wh'),
    usd(totals.electricityUsd),
    usd(totals.totalUsd),
    grams(totals.locationGrams),
    grams(totals.marketGrams),
  ];
}

function grams(value: number | undefined): string {
  if (value === undefined) return '—';
  return value >= 1e6
    ? `${quantity(value / 1e6)} t`
    : value >= 1e3
      ? `${quantity(value / 1e3)} kg`
      : `${quantity(value)} g`;
}

/** Of every region against the first. */
function differences([first, ...others]: readonly RegionCosts[]): string[] {
  return others.map((other) => {
    const isRented = first.totals.electricityUsd === 0 && other.totals.electricityUsd === 0;
    const money = isRented
      ? 'is in the rent'
      : change(other.totals.electricityUsd, first.totals.electricityUsd, ['dearer', 'cheaper']);
    const carbon =
      other.totals.locationGrams === undefined || first.totals.locationGrams === undefined
        ? 'its carbon is not known'
        : change(other.totals.locationGrams, first.totals.locationGrams, ['more carbon', 'less carbon']);
    return `  ${other.region} against ${first.region}: electricity ${money}, ${carbon}`;
  });
}

function change(value: number, base: number, [more, less]: [string, string]): string {
  const share = value / base - 1;
  if (!Number.isFinite(share)) return '—';
  return Math.abs(share) < 0.0005 ? `the same` : `${percent(Math.abs(share))} ${share > 0 ? more : less}`;
}

function sourceLines(names: readonly string[]): string[] {
  const width = Math.max(...names.map((name) => name.length));
  const currencies = new Set(names.map((name) => regionOf(name).price.currency));
  return [
    ...names.flatMap((name) => {
      const { price, carbon, pue } = sourcesOf(name);
      const below = ' '.repeat(width);
      return [
        `  ${name.padEnd(width)}  price   ${price}`,
        `  ${below}  carbon  ${carbon}`,
        `  ${below}  PUE     ${pue}`,
      ];
    }),
    ...[...currencies].flatMap((currency) =>
      currency === 'USD'
        ? []
        : [`  1 ${currency} = $${DOLLARS[currency].usd.toPrecision(6)}: ${DOLLARS[currency].source}`],
    ),
  ];
}

function sourcesOf(name: string): Record<'price' | 'carbon' | 'pue', string> {
  const { price, intensity, pue } = regionOf(name);
  const foreign = price.currency === 'USD' ? '' : `; ${price.amountPerKwh} ${price.currency}`;
  return {
    price: `${price.publisher}, ${price.year}: ${price.note}${foreign}`,
    carbon: intensity ? `${intensity.publisher}, ${intensity.year}: ${intensity.note}` : 'not known',
    pue: pue ? `${pue.publisher}, ${pue.year}: ${pue.note}` : 'not known: that of the scenario',
  };
}
