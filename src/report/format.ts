// Numbers as people read them: at least three significant digits, a unit, no false precision. Pure text, no state; for
// files that programs read see csv.ts and summary-json.ts.

const MISSING = '—';

/** 0.0123, 1.52, 38.4, 3,861. */
export function quantity(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  if (value === 0 || Math.abs(value) >= 99.95) return count(Math.round(value));
  return value.toPrecision(3);
}

/** 250,000,123. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  // The first formatter of a process takes 15 ms to make.
  return Number.isSafeInteger(value)
    ? String(value).replace(/\B(?=(\d{3})+$)/g, ',')
    : value.toLocaleString('en-US');
}

/** Whole dollars from $100 up, cents below, three significant digits below a dollar. */
export function usd(value: number): string {
  if (Math.abs(value) >= 1 && Math.abs(value) < 99.995) return `$${value.toFixed(2)}`;
  return Number.isFinite(value) ? `$${quantity(value)}` : MISSING;
}

/** Never 100 % where something is missing, never 0 % where something is there. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return MISSING;
  if (share > 0.9999 && share < 1) return '>99.99 %';
  if (share > 0 && share < 0.0001) return '<0.01 %';
  const digits = share >= 0.99 && share < 1 ? 4 : 3;
  return `${share === 0 || share === 1 ? share * 100 : (share * 100).toPrecision(digits)} %`;
}

/** 34.7 per second; what is rare by the hour: 5.89 per hour. */
export function perTime(perSecond: number): string {
  return perSecond > 0 && perSecond < 0.05
    ? `${quantity(perSecond * 3600)} per hour`
    : `${quantity(perSecond)} per second`;
}

/** Microseconds to seconds: 81.2 ms, 1.52 s. */
export function latency(seconds: number): string {
  if (seconds >= 0.9995 || !(seconds > 0)) return withUnit(quantity(seconds), 's');
  return seconds >= 0.000_999_5 ? `${quantity(seconds * 1e3)} ms` : `${quantity(seconds * 1e6)} µs`;
}

/** Seconds to hours: 82 s, 10 min, 24 h. */
export function span(seconds: number): string {
  const [unit, length] = seconds < 120 ? ['s', 1] : seconds < 3600 ? ['min', 60] : ['h', 3600];
  const value = seconds / Number(length);
  return withUnit(Number.isInteger(value) ? count(value) : quantity(value), String(unit));
}

const PREFIXES: readonly [string, number][] = [
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
];

/** 2.31 kW, 113 MWh, 1.45 M tokens: the prefix stands with the unit, or alone before a counted thing. */
export function scaled(value: number, unit: string): string {
  const [prefix, size] = PREFIXES.find(([, size]) => Math.abs(value) >= size * 0.9995) ?? ['', 1];
  return withUnit(quantity(value / size), prefix + unit);
}

/** A line of the closing summary. */
export function item(label: string, value: string, note: string): string {
  // A long value moves to the right rather than touch its label.
  return `  ${label.padEnd(21)}${` ${value}`.padStart(12)}  ${note}`.trimEnd();
}

function withUnit(text: string, unit: string): string {
  return text === MISSING || unit === '' ? text : `${text} ${unit}`;
}
