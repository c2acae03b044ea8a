// Charts by the hour: what it cost, stacked by part, and the energy, by whether a step ran; carbon where the files know it.
// Values are rates, so that the short first and last hour compare with whole ones; in long runs a bar is several hours.
import { percent, quantity, scaled, usd } from '../../format.ts';
import type { Chart, LegendItem } from '../chart.ts';
import { addUp, totalUsd } from '../read/cost-parts.ts';
import type { RunView } from '../read/run-view.ts';
import { tick } from './time-chart.ts';

const BARS_MAX = 120;

interface Stack {
  label: string;
  colour: string;
  /** By row of hourly.csv, an amount. */
  byHour: Float64Array;
}

interface Bar {
  from: number;
  to: number;
  value: number;
  text: string;
}

export function costChart(view: RunView): Chart | undefined {
  const stacks = view.parts.flatMap(({ byHour, ...part }) => (byHour ? [{ ...part, byHour }] : []));
  if (stacks.length === 0) return undefined;
  const other = view.parts.filter(({ byHour }) => !byHour);
  const besides = other.map(({ label, usd: part }) => `${label} ${usd(part)}`).join(', ');
  return stackedChart(view, stacks, {
    title: 'Cost',
    note: `dollars per hour${other.length > 0 ? `; besides, of no hour: ${besides}` : ''}`,
    alt: `${usd(totalUsd(view.results))} in all${addUp(view.parts, totalUsd(view.results)) ? `: ${view.parts.map(({ label, usd: part }) => `${label} ${usd(part)}`).join(', ')}` : ''}.`,
    text: (label, rate) => `${label} ${usd(rate)} per hour`,
    tickText: (value) => `$${tick(value)}`,
  });
}

export function energyChart(view: RunView): Chart | undefined {
  const { hours, summary } = view.results;
  const all = hours.numbers('facility_kwh');
  const idle = hours.numbers('idle_facility_kwh');
  if (!all.some((kwh) => kwh > 0)) return undefined;
  return stackedChart(
    view,
    [
      { label: 'while no step ran', colour: 'var(--part-8)', byHour: idle },
      {
        label: 'while steps ran',
        colour: 'var(--part-1)',
        byHour: all.map((kwh, i) => kwh - idle[i]),
      },
    ],
    {
      title: 'Energy',
      note: 'facility energy in kWh per hour, cooling included',
      alt: `${scaled(summary.number('facility_kwh') * 1000, 'Wh')} in all, ${percent(summary.number('idle_share'))} of it while no step ran.`,
      text: (label, rate) => `${quantity(rate)} kWh per hour ${label}`,
      tickText: tick,
    },
  );
}

/** location_grams, market_grams, embodied_grams, and what may come. */
const CARBON = /^(.*)_grams$/;
const WAYS: Record<string, string> = {
  location: 'by its grid (location-based)',
  market: 'after contracts (market-based)',
};

/** Undefined where the ledger knows of none. */
export function carbonChart(view: RunView): Chart | undefined {
  const { hours, summary } = view.results;
  const isTwice = (name: string) =>
    name === 'market_grams' && hours.sum(name) === hours.sum('location_grams');
  const keys = hours.names.filter((name) => CARBON.test(name) && hours.sum(name) > 0 && !isTwice(name));
  if (keys.length === 0) return undefined;
  const label = (key: string) => {
    const way = key.replace(CARBON, '$1');
    return WAYS[way] ?? way.replaceAll('_', ' ');
  };
  const stacks = keys.map((key, i) => ({
    label: label(key),
    colour: `var(--part-${[4, 3, 8, 5][i % 4]})`,
    byHour: hours.numbers(key).map((grams) => grams / 1000),
  }));
  const unit = summary.text('carbon_unit').replace(/^g/, '') || 'CO2e';
  return stackedChart(view, stacks, {
    title: 'Carbon',
    // The first two count the same power in two ways: beside each other, not on top.
    note: `kg ${unit} per hour`,
    alt: keys.map((key) => `${label(key)}: ${scaled(hours.sum(key), 'g')}`).join(', '),
    text: (name, rate) => `${name} ${quantity(rate)} kg per hour`,
    tickText: tick,
    isBeside: true,
  });
}

interface Telling {
  title: string;
  note: string;
  alt: string;
  text: (label: string, rate: number) => string;
  tickText: (value: number) => string;
  /** Lines rather than layers. */
  isBeside?: boolean;
}

function stackedChart(view: RunView, stacks: readonly Stack[], telling: Telling): Chart {
  const { axis } = view;
  const bars = stacks.map((stack) => barsOf(view, stack, telling));
  const isMerged = view.results.hours.length > BARS_MAX;
  const note = `${telling.note}${isMerged ? `; a bar is ${Math.ceil(view.results.hours.length / BARS_MAX)} hours` : ''}`;
  return {
    title: telling.title,
    note,
    alt: telling.alt,
    legend: stacks.map(({ label, colour }, i) => ({
      label,
      colour,
      look: telling.isBeside ? lineLook(i) : 'area',
    })),
    plot: (plot, { isNarrow }) => {
      const ticks = axis.ticks(isNarrow ? 5 : 9);
      const labels = new Map(ticks.map(({ seconds, label }) => [seconds, label]));
      const layers = layersOf(bars);
      return {
        x: { type: 'linear', domain: [axis.fromSeconds, axis.toSeconds], label: null },
        y: { label: null, nice: true, zero: true },
        marks: [
          plot.gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 5 }),
          plot.axisX([...labels.keys()], {
            tickFormat: (seconds: number) => labels.get(seconds),
            tickSize: 4,
          }),
          plot.axisY({ tickFormat: telling.tickText, ticks: 5, tickSize: 0 }),
          ...stacks.map(({ colour }, i) =>
            telling.isBeside
              ? plot.lineY([{ ...bars[i][0], to: bars[i][0].from }, ...bars[i]], {
                  x: 'to',
                  y: 'value',
                  curve: 'step-before',
                  stroke: colour,
                  strokeWidth: 1.8,
                  strokeDasharray: DASHES[i % DASHES.length],
                })
              : plot.rect(layers[i], {
                  x1: 'from',
                  x2: 'to',
                  y1: 'low',
                  y2: 'high',
                  fill: colour,
                  insetLeft: isMerged ? 0 : 0.5,
                  insetRight: isMerged ? 0 : 0.5,
                  ...(!isNarrow && { title: 'text' }),
                }),
          ),
          plot.ruleY([0], { stroke: 'var(--dim)' }),
        ],
      };
    },
  };
}

const DASHES = [undefined, '6 3', '1.5 3'];

function lineLook(i: number): LegendItem['look'] {
  const dashes = DASHES[i % DASHES.length];
  return dashes === undefined ? 'line' : { dashes };
}

function barsOf({ results: { hours }, axis }: RunView, { byHour, label }: Stack, { text }: Telling): Bar[] {
  const [starts, ends] = [hours.numbers('start_seconds'), hours.numbers('end_seconds')];
  const merged = Math.ceil(hours.length / BARS_MAX);
  const bars: Bar[] = [];
  for (let first = 0; first < hours.length; first += merged) {
    const last = Math.min(first + merged, hours.length) - 1;
    const [from, to] = [starts[first], ends[last]];
    const amount = byHour.subarray(first, last + 1).reduce((sum, value) => sum + value, 0);
    const value = (amount * 3600) / (to - from);
    bars.push({ from, to, value, text: `${axis.clock(from)} to ${axis.clock(to)}: ${text(label, value)}` });
  }
  return bars;
}

/** Of the largest: differences of sums that should be zero are so much off it, to either side. */
const NOISE = 1e-9;

/** What is negative (electricity at negative prices) goes down from zero, the rest up. */
function layersOf(stacks: readonly (readonly Bar[])[]): (Bar & { low: number; high: number })[][] {
  const tops = stacks[0].map(() => ({ up: 0, down: 0 }));
  const largest = stacks.flat().reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  return stacks.map((bars) =>
    bars.map((bar, i) => {
      const side = bar.value < -NOISE * largest ? 'down' : 'up';
      const low = tops[i][side];
      tops[i][side] += Math.abs(bar.value) > NOISE * largest ? bar.value : 0;
      return { ...bar, low, high: tops[i][side] };
    }),
  );
}
