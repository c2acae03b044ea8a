// Charts by the hour: what it cost, stacked by part, and the energy, by whether a step ran; carbon where the files know it.
// Values are rates, so that the short first and last hour compare with whole ones; in long runs a bar is several hours.
import { percent, quantity, scaled, usd } from '../../format.ts';
import type { Chart } from '../chart.ts';
import { addUp } from '../read/cost-parts.ts';
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
  const { summary } = view.results;
  const other = view.parts.filter(({ byHour }) => !byHour);
  const besides = other.map(({ label, usd: part }) => `${label} ${usd(part)}`).join(', ');
  return stackedChart(view, stacks, {
    title: 'Cost',
    note: `dollars per hour${other.length > 0 ? `; besides, of no hour: ${besides}` : ''}`,
    alt: `${usd(summary.number('total_usd'))} in all${addUp(view.parts, summary.number('total_usd')) ? `: ${view.parts.map(({ label, usd: part }) => `${label} ${usd(part)}`).join(', ')}` : ''}.`,
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
      { label: 'while steps ran', colour: 'var(--part-1)', byHour: all.map((kwh, i) => kwh - idle[i]) },
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

const CARBON = /(carbon|co2|grams|location_g|market_g)/i;

/** Of the ledger's columns of carbon, whatever they are called; undefined where there is none with a value. */
export function carbonChart(view: RunView): Chart | undefined {
  const { hours } = view.results;
  const keys = hours.names.filter((name) => CARBON.test(name) && hours.sum(name) > 0 && !/_per_/.test(name));
  if (keys.length === 0) return undefined;
  const label = (key: string) => key.replaceAll('_', ' ');
  // Location-based and market-based figures are two ways to count the same: beside each other, not on top.
  const stacks = keys.map((key, i) => ({
    label: label(key),
    colour: `var(--part-${[4, 3, 8, 5][i % 4]})`,
    byHour: hours.numbers(key),
  }));
  return stackedChart(view, stacks, {
    title: 'Carbon',
    note: 'as hourly.csv has it, per hour; ways to count the same are lines beside each other',
    alt: keys.map((key) => `${label(key)}: ${quantity(hours.sum(key))}`).join(', '),
    text: (name, rate) => `${name} ${quantity(rate)} per hour`,
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
    legend: stacks.map(({ label, colour }) => ({ label, colour, look: telling.isBeside ? 'line' : 'area' })),
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
              ? plot.lineY(bars[i], {
                  x: 'to',
                  y: 'value',
                  curve: 'step-before',
                  stroke: colour,
                  strokeWidth: 1.8,
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

/** What is negative (electricity at negative prices) goes down from zero, the rest up. */
function layersOf(stacks: readonly (readonly Bar[])[]): (Bar & { low: number; high: number })[][] {
  const tops = stacks[0].map(() => ({ up: 0, down: 0 }));
  return stacks.map((bars) =>
    bars.map((bar, i) => {
      const side = bar.value < 0 ? 'down' : 'up';
      const low = tops[i][side];
      tops[i][side] += bar.value;
      return { ...bar, low, high: tops[i][side] };
    }),
  );
}
