// What several parts of `economics` share: files with a value for every hour, and currencies.
import { z } from 'zod';
import { derived, quantity, section, text } from '../../../settings/keys.ts';

/** `file` is relative to the scenario; `what` names the values. */
export function seriesFile(example: string, what: string) {
  return {
    file: text(
      `CSV with a column of instants (time, with offset) and one of values, hourly or 30, 15 or 5 minutes apart; relative to the scenario file.`,
      example,
    ),
    column: derived(text(`Column of the ${what}.`, what), 'the only one beside the time'),
  };
}

/** Prices may be written in these: `0.2 EUR/kWh`. */
export const CURRENCIES = [
  'EUR',
  'CNY',
  'GBP',
  'JPY',
  'KRW',
  'INR',
  'CHF',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
  'CAD',
  'AUD',
  'SGD',
  'BRL',
] as const;

export type Currency = (typeof CURRENCIES)[number];

const rate = (code: Currency) =>
  derived(quantity('count', { above: 0, max: 1e4 }, `Dollars for one ${code}.`), 'none');

/** A year alone is a number to YAML. */
const date = z
  .preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    text('Of which day, month or year the rates are.', '2024-06-28').regex(/^\d{4}(-\d\d(-\d\d)?)?$/, {
      error: () => 'is not a date; write e.g. 2024-06-28, 2024-06 or 2024',
    }),
  )
  .meta({ description: 'Of which day, month or year the rates are.' });

export const currency = section(
  {
    date,
    ...(Object.fromEntries(CURRENCIES.map((code) => [code, rate(code)])) as Record<
      Currency,
      ReturnType<typeof rate>
    >),
  },
  'Rates by which prices written in other currencies (`0.2 EUR/kWh`) become dollars.',
);
