// Numbers of an explanation: enough digits that one who computes it again arrives at the same figure, in groups of three.

const DIGITS = 9;

/** 12,345.6789, 0.0752, −3.2e-9 as 0.0000000032. */
export function precise(value: number): string {
  if (!Number.isFinite(value)) return '—';
  return value.toLocaleString('en-US', { maximumSignificantDigits: DIGITS }).replace('-', '−');
}

export function withUnit(value: number, unit: string): string {
  if (!unit.startsWith('$')) return `${precise(value)} ${unit}`.trimEnd();
  const perUnit = unit.slice(1);
  return value < 0 ? `−$${precise(-value)}${perUnit}` : `$${precise(value)}${perUnit}`;
}
