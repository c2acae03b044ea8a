// Kubernetes quantities (`500m`, `1k`, `1Ki`, `0.5`, `1e3`) in whole milli-units, as its autoscaler counts them. Exact:
// digits are scaled as integers, and what is finer than a milli-unit is rounded up (away from zero), as the original
// does. Source: k8s.io/apimachinery, pkg/api/resource (v0.34, 2025). Left out: the canonical form with suffixes.
import { z } from 'zod';

/** Power of ten, or of 1024, by suffix. */
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const WRITTEN = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE])?)$/;
const LETTERS_MAX = 100;
/** The original keeps units in 64 bits. */
const UNITS_MAX = (1n << 63n) - 1n;

/** Whole milli-units; undefined for what is no quantity. */
export function parseMilli(text: string): number | undefined {
  return parseFraction(text, 3);
}

/** In units of 10^-decimals. */
function parseFraction(text: string, decimals: number): number | undefined {
  const match = text.length > LETTERS_MAX ? null : WRITTEN.exec(text);
  if (!match) return undefined;
  const [, sign, digits, exponent = '0', suffix = ''] = match;
  const [whole, fraction = ''] = digits.split('.');
  const binary = BINARY.indexOf(suffix) + 1;
  const power = Number(exponent) + (binary > 0 ? 0 : DECIMAL[suffix]) - fraction.length + decimals;
  const scaled = BigInt(whole + fraction) << BigInt(10 * binary);
  const powerOfTen = BigInt(`1${'0'.repeat(Math.abs(power))}`);
  const value = power >= 0 ? scaled * powerOfTen : (scaled + powerOfTen - 1n) / powerOfTen;
  const most = UNITS_MAX * BigInt(`1${'0'.repeat(decimals)}`);
  const capped = value > most ? most : value;
  return Number(sign === '-' ? -capped : capped) + 0;
}

/** Of a number in units, by its shortest decimal digits: 2.007 is 2007, though 2.007·1000 is a little more. */
export function milliOf(units: number): number {
  const milli = parseMilli(String(units));
  if (milli === undefined) throw new Error(`no quantity: ${units}`);
  return milli;
}

/** What an adapter makes of a measured value: it cuts off what is finer than a milli-unit. */
export function measuredMilli(value: number): number {
  return Math.trunc(value * 1000);
}

/** `500m` where it is no whole number. */
export function formatQuantity(units: number): string {
  const nano = parseFraction(String(units), 9)!;
  for (const [suffix, one] of [
    ['', 1e9],
    ['m', 1e6],
  ] as const) {
    if (nano % one === 0) return `${nano / one}${suffix}`;
  }
  return `${nano}n`;
}

interface QuantityKey {
  decimals: number;
  above?: number;
  min?: number;
}

function quantityKey(
  { decimals, above, min }: QuantityKey,
  convert: (parsed: number) => number,
  about: string,
) {
  return z
    .unknown()
    .transform((value, context): number => {
      const isWritten = typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
      const parsed = isWritten ? parseFraction(String(value).trim(), decimals) : undefined;
      const problem =
        value === undefined
          ? 'is missing'
          : parsed === undefined
            ? 'is no quantity'
            : above !== undefined && parsed <= above
              ? `must be more than ${above}`
              : min !== undefined && parsed < min
                ? `must be at least ${min}`
                : undefined;
      if (problem === undefined) return convert(parsed!);
      context.addIssue({ code: 'custom', message: `${problem}; write e.g. 5, 0.5, 500m, 1k or 2Gi` });
      return z.NEVER;
    })
    .meta({ description: about, type: ['number', 'string'] });
}

/** A quantity of a rule's input, in milli-units. */
export function milliKey(description: string) {
  return quantityKey({ decimals: 3 }, (milli) => milli, description);
}

/** A quantity among parameters, in units to nine decimals, so that reading it twice changes nothing. */
export function unitsKey(description: string, rules: { above?: 0; min?: 0 }) {
  return quantityKey({ decimals: 9, ...rules }, (nano) => nano / 1e9, description);
}
