// Numbers as the screen and the log show them: three significant digits, thousands separated, a fixed number of
// decimals within each magnitude so that columns stay put, an em dash where there is no value. No locale, so that
// every machine prints the same.

export const NONE = '—';

/** A whole number with thousands separated. */
export function grouped(value: number): string {
  const digits = Math.abs(value).toFixed(0);
  return (value < 0 ? '-' : '') + digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three significant digits, at most three decimals: 0.412, 1.52, 15.6, 123, 1,234. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size < 0.9995) return value.toFixed(3);
  if (size < 9.995) return value.toFixed(2);
  if (size < 99.95) return value.toFixed(1);
  return grouped(value);
}

/** How many: exact below ten thousand, then three significant digits: 3,861, 64,300, 1.25 M. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size < 9_999.5) return grouped(value);
  if (size < 99_950) return grouped(Math.round(value / 100) * 100);
  if (size < 999_500) return grouped(Math.round(value / 1000) * 1000);
  if (size < 999_500_000) return `${figure(value / 1e6)} M`;
  return `${figure(value / 1e9)} G`;
}

/** A rate: decimals while it is small, else as count. */
export function rate(value: number): string {
  return Math.abs(value) < 99.95 && value !== 0 ? figure(value) : count(value);
}

/** Three significant digits without trailing zeros. */
export const trimmed = (value: number): string => String(Number(value.toPrecision(3)));

/** Axis labels: 0, 500, 2.5k, 40k, 1.2M. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size < 1e3) return trimmed(value);
  if (size < 1e6) return `${trimmed(value / 1e3)}k`;
  if (size < 1e9) return `${trimmed(value / 1e6)}M`;
  return `${trimmed(value / 1e9)}G`;
}

/** A share as percent with one decimal: 98.7 %. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : NONE;
}

/** Share of requests within the SLO. Rounded down: 100.00 % means all of them. */
export function attainment(share: number): string {
  // The small number keeps 0.9993 * 10000 = 9992.999... from losing its last digit.
  return Number.isFinite(share) ? `${(Math.floor(share * 10_000 + 1e-7) / 100).toFixed(2)} %` : NONE;
}

export function usd(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 999_999.5) return `$${figure(value / 1e6)} M`;
  if (size >= 99.995) return `$${grouped(value)}`;
  if (size >= 0.9995 || size === 0) return `$${value.toFixed(2)}`;
  return `$${value.toFixed(size < 0.01 ? 5 : 3)}`;
}

export function watts(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value < 1e3) return `${figure(value)} W`;
  if (value < 999_500) return `${figure(value / 1e3)} kW`;
  return `${figure(value / 1e6)} MW`;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** Wall time as a clock: 0:12, 12:07, 1:02:03. */
export function stopwatch(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A latency in a sentence: 2 s, 1.84 s, 200 ms. */
export function latency(seconds: number): string {
  return seconds < 0.9995 ? `${trimmed(seconds * 1000)} ms` : `${trimmed(seconds)} s`;
}

/** A span of time in words: 12 s, 14 min, 3 h 20 min. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
