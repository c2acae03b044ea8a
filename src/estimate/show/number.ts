// Numbers of an estimate as they are shown: whole from a thousand on, five significant digits below, so that a published
// figure can be held beside them digit by digit; dollars and cents.

const GROUPED_MAX = 1e12;

/** 729,167, 542.57, 0.35, 3.15e23. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return '—';
  if (size >= GROUPED_MAX || (size > 0 && size < 1e-6))
    return Number(value.toPrecision(5)).toExponential().replace('e+', 'e');
  return size >= 999.995 ? grouped(value.toFixed(0)) : String(Number(value.toPrecision(5)));
}

/** US$ 47,349 per day, 2.3675 Wh. */
export function withUnit(value: number, unit: string): string {
  if (!unit.startsWith('US$')) return `${number(value)} ${unit}`.trimEnd();
  return `US$ ${dollars(value)}${unit.slice('US$'.length)}`;
}

/** 0.024 to 0.7 s, US$ 0.08 to 0.22 per kWh. */
export function rangeWithUnit(low: number, high: number, unit: string): string {
  const highText = withUnit(high, unit);
  return unit.startsWith('US$')
    ? highText.replace('US$', `US$ ${dollars(low)} to`)
    : `${number(low)} to ${highText}`;
}

/** Cents from 1 to 1,000; three significant digits below. */
function dollars(value: number): string {
  const size = Math.abs(value);
  if (size >= 0.995 && size < 999.995) return value.toFixed(2);
  return size < 1 ? String(Number(value.toPrecision(3))) : number(value);
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
