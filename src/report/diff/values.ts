// Values of either run in a cell of a table: whole numbers with separators, others with enough digits to tell them apart.
import { count, percent, quantity } from '../format.ts';

const MISSING = '—';
const LONGEST = 40;

export function valueText(value: unknown, unit: string): string {
  if (value === undefined || value === null) return MISSING;
  if (typeof value !== 'number') return short(String(value));
  if (unit === 'share') return percent(value);
  if (unit === '') return String(value);
  return Number.isInteger(value) ? count(value) : quantity(value);
}

interface Change {
  a: unknown;
  b: unknown;
  unit: string;
  change: number | undefined;
}

/** +12.3 %; of shares the difference in percentage points. */
export function changeText({ a, b, unit, change }: Change): string {
  if (unit === 'share' && typeof a === 'number' && typeof b === 'number')
    return `${signed((b - a) * 100)} pp`;
  if (change === undefined) return '';
  // Four times as much is clearer than +300 %.
  if (change >= 3) return `×${(1 + change).toPrecision(3)}`;
  return `${signed(change * 100)} %`;
}

function signed(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 99.95 ? String(Math.round(size)) : size >= 0.01 ? size.toPrecision(3) : '<0.01';
  return `${value < 0 ? '−' : '+'}${digits}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
