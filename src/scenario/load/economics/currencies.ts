// Prices written in other currencies (`0.2 EUR/kWh`) become dollars before the scenario is checked, by the rates of
// economics.currency. Left out: rates that change while a run lasts.
import { CURRENCIES, type Currency } from '../../schema/economics/series.ts';
import { withValue } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import { valueAt } from '../problems.ts';
import type { Path } from '../source.ts';

/** `199k EUR`, `0.2 EUR/kWh`, `201.6 EUR per MWh`. */
const PRICE = new RegExp(
  String.raw`^\s*([+-]?[\d_.]+(?:e[+-]?\d+)?)\s*([kMGB]?)\s*(${CURRENCIES.join('|')})(?![A-Z])(.*)$`,
  'iu',
);

type Mapping = Record<string, unknown>;

/** A copy of `data` with dollars in their place; `mistakes` where a rate is missing. */
export function withDollars(data: unknown): { data: unknown; mistakes: Problem[] } {
  const { value: economics } = valueAt(data, ['economics']);
  const mistakes: Problem[] = [];
  let result = data;
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (path.length === 1 && key === 'currency') continue;
        visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
      }
      return;
    }
    const match = typeof value === 'string' ? PRICE.exec(value) : null;
    if (match === null) return;
    const [, digits, prefix, name, unit] = match;
    const code = name.toUpperCase() as Currency;
    const rate = rateOf(economics, code);
    if (rate === undefined)
      mistakes.push({ path, message: `${JSON.stringify(value)} ${missingRate(code)}`, atKey: true });
    const dollars = Number(digits.replaceAll('_', '')) * (rate ?? 1);
    result = withValue(result, path, `${dollars}${prefix} USD${unit}`);
  };
  visit(economics, ['economics']);
  return { data: result, mistakes };
}

export function missingRate(code: Currency): string {
  const example = `economics.currency: { date: 2024-06-28, ${code}: … }`;
  return `is in ${code}, but the rate is missing; write ${example}, the dollars for one`;
}

/** What is no number is told of where it is written. */
function rateOf(economics: unknown, code: Currency): number | undefined {
  const { value, isMissing } = valueAt(economics, ['currency', code]);
  if (isMissing || typeof value === 'object' || value === undefined) return undefined;
  const rate = Number((value as Mapping | string | number).toString());
  return Number.isFinite(rate) ? rate : undefined;
}
