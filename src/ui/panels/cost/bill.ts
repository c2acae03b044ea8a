// What the fleet costs: the hour under way as a rate per hour, the run so far, what a request and a token cost, and
// every hour as a stack of electricity over what is fixed.
import { chart, type Layer } from '../../canvas/chart.ts';
import { compact, figure, grouped, NONE, usd, watts } from '../../format.ts';
import type { LedgerRow } from '../../../economics/spec.ts';
import type { Snapshot } from '../../../run/snapshot.ts';
import { dim, text, type Line } from '../../line.ts';
import { amountOf, carbonKg, costParts, sumOf, type CostPart } from '../../model/cost-parts.ts';
import { momentOf } from '../../model/moment.ts';
import { facilityWatts, hoursOf, ledgerOf, usdPerHour } from '../../model/reading.ts';
import { timeFrame } from '../../model/time-frame.ts';
import type { UiState } from '../../state.ts';
import { electricityLayer, stackedLayers } from './layers.ts';
import { beside, framed, inner, type Panel } from '../panel.ts';

interface Item extends CostPart {
  tone?: 'bold';
}

/** What a run is expected to cost for before it has told. */
const EXPECTED: readonly Item[] = [
  { key: 'electricityUsd', name: 'electricity', short: '' },
  { key: 'amortizationUsd', name: 'amortization', short: '' },
];
const TOTAL: Item = { key: 'totalUsd', name: 'total', short: '', tone: 'bold' };

const LABEL = 13;
const NUMBER = 10;
/** A caption, two rows of braille and the axis. */
const COURSE = 4;
const NOTE = LABEL + 2 * NUMBER + 2;

/** A line for each part and the total. */
export function costHeightMin(state: UiState): number {
  return 2 + itemsOf(state).length + 1;
}

/** With the other figures that are known: carbon. */
export function costHeight(state: UiState): number {
  return costHeightMin(state) + (hasCarbon(state) ? 1 : 0);
}

function itemsOf({ snapshot }: UiState): readonly Item[] {
  return snapshot === undefined ? EXPECTED : costParts(ledgerOf(snapshot));
}

function hasCarbon({ snapshot }: UiState): boolean {
  const { operation, embodied } = carbonKg(ledgerOf(snapshot));
  return operation > 0 || embodied > 0;
}

export const costPanel: Panel = (state, width, height) => {
  const room = inner(width);
  const items = itemsOf(state);
  const body = [...items, TOTAL].map((item) => tableLine(item, state));
  const unitCosts = unitCostsOf(state);
  if (room >= NOTE + 34) body[body.length - 1] = beside(body[body.length - 1], NOTE, unitCosts);
  else if (height - 2 > body.length) body.push([dim('for each'.padEnd(LABEL + 3)), ...unitCosts]);
  if (hasCarbon(state) && height - 2 > body.length) body.push(carbonLine(state));
  const left = height - 2 - body.length;
  const courses = coursesOf(state).slice(0, Math.floor(left / COURSE));
  courses.forEach(({ caption, layers }, i) => {
    const share = Math.floor((left * (i + 1)) / courses.length) - Math.floor((left * i) / courses.length);
    body.push(
      caption,
      ...chart({ frame: timeFrame(state), layers, width: room, height: share - 1, label: compact }),
    );
  });
  const rates = { now: '$/h now', whole: '$/h mean', past: '$/h then' }[momentOf(state).kind];
  const head = `${' '.repeat(LABEL)}${rates.padStart(NUMBER)}${'$ so far'.padStart(NUMBER)}`;
  return framed({ title: 'Cost', head: [dim(head)], width, height }, body);
};

function tableLine(item: Item, state: UiState): Line {
  const { snapshot } = state;
  const now = snapshot === undefined ? NONE : usd(rateOf(item.key, state));
  const soFar = snapshot === undefined ? NONE : usd(spent(item.key, state));
  const { tone } = item;
  return [
    dim(item.name.padEnd(LABEL)),
    text(now.padStart(NUMBER), tone),
    text(soFar.padStart(NUMBER), tone),
    dim(`  ${note(item, state)}`),
  ];
}

/** Charges that belong to no hour are in the total alone. */
function spent(key: string, { snapshot }: UiState): number {
  return key === TOTAL.key ? (snapshot?.cost.totalUsd ?? NaN) : sumOf(ledgerOf(snapshot), key);
}

/** Of the hour of the moment shown; of the whole run the mean. */
function rateOf(key: string, state: UiState): number {
  const { kind, row } = momentOf(state);
  if (kind === 'whole') return spent(key, state) / hoursSoFar(state);
  return row === undefined ? NaN : usdPerHour(row, amountOf(row, key));
}

/** Grams per second of power, as kilograms per hour; and by kWh. */
function carbonLine(state: UiState): Line {
  const { kind, row } = momentOf(state);
  const rows = ledgerOf(state.snapshot);
  const shown = kind === 'whole' ? rows : row === undefined ? [] : [row];
  const hours = shown.reduce((sum, each) => sum + hoursOf(each), 0);
  const kg = (of: readonly LedgerRow[]): number => {
    const { operation, embodied } = carbonKg(of);
    return (Number.isNaN(operation) ? 0 : operation) + (Number.isNaN(embodied) ? 0 : embodied);
  };
  const { operation } = carbonKg(shown);
  const grid = (operation * 1000) / sumOf(shown, 'facilityKwh');
  return [
    dim('kg CO2e'.padEnd(LABEL)),
    text(figure(kg(shown) / hours).padStart(NUMBER)),
    text(figure(kg(rows)).padStart(NUMBER)),
    dim(Number.isNaN(grid) ? '  embodied alone' : `  ${figure(grid)} g/kWh + embodied`),
  ];
}

function hoursSoFar({ snapshot }: UiState): number {
  return ledgerOf(snapshot).reduce((sum, row) => sum + hoursOf(row), 0);
}

function note(item: Item, state: UiState): string {
  const { snapshot, info } = state;
  if (item.key === 'amortizationUsd') return `${grouped(info.nodes)} nodes`;
  const { kind, window, row } = momentOf(state);
  if (item.key !== 'electricityUsd' || snapshot === undefined || window === undefined || row === undefined)
    return '';
  const { cost } = snapshot;
  const isWhole = kind === 'whole';
  const power = isWhole ? (cost.facilityKwh * 1000) / hoursSoFar(state) : facilityWatts(window, row);
  if (isInRent(snapshot)) return `${watts(power)}, in the rent`;
  const price = isWhole ? meanPrice(state) : row.usdPerKwh;
  return `${watts(power)}  ${figure(price)} $/kWh`;
}

/** Who rents all nodes pays for no electricity. */
function isInRent({ cost }: Snapshot): boolean {
  return cost.electricityUsd === 0 && cost.rentUsd > 0;
}

/** Of a kWh, also where somebody else pays for it. */
function meanPrice({ snapshot }: UiState): number {
  const rows = ledgerOf(snapshot);
  const kwh = rows.reduce((sum, { facilityKwh }) => sum + facilityKwh, 0);
  return rows.reduce((sum, { usdPerKwh, facilityKwh }) => sum + usdPerKwh * facilityKwh, 0) / kwh;
}

function unitCostsOf({ snapshot }: UiState): Line {
  const per = (amount: number, unit: number): string =>
    snapshot === undefined || amount === 0 ? NONE : usd((snapshot.cost.totalUsd / amount) * unit);
  return [
    text(per(snapshot?.day.finished ?? 0, 1e3)),
    dim(' / 1k req  '),
    text(per(snapshot?.day.outputTokens ?? 0, 1e6)),
    dim(' / M tok out'),
  ];
}

interface Course {
  caption: Line;
  layers: Layer[];
}

/** Everything stacked; and electricity alone, since it may be a few percent of the whole. */
function coursesOf(state: UiState): Course[] {
  const rows = ledgerOf(state.snapshot);
  const frame = timeFrame(state);
  const stacked: Course = {
    caption: [dim('by hour, $/h  '), text('⠒⠒⠒', 'money'), dim(' electricity over '), dim('⠕⠕⠕ the rest')],
    layers: stackedLayers(frame, rows),
  };
  const alone: Course = {
    caption: [dim('by hour, $/h  '), text('⠒⠒⠒', 'money'), dim(' electricity')],
    layers: [electricityLayer(frame, rows)],
  };
  return sumOf(rows, 'electricityUsd') > 0 ? [stacked, alone] : [stacked];
}
