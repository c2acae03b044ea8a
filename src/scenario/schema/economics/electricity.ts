// `economics.electricity`: one price, prices by the clock, or a series of the user's own; and the demand charge, which
// energy-only prices need beside them (published averages hold it already).
import { z } from 'zod';
import { ECONOMICS_DEFAULTS } from '../../../catalog/tariffs.ts';
import {
  choice,
  derived,
  kind,
  list,
  quantity,
  section,
  shorthand,
  unknownAlternative,
} from '../../../settings/keys.ts';
import { zone } from '../time.ts';
import { CURRENCIES, seriesFile } from './series.ts';

const price = (description: string) => quantity('usdPerKwh', { min: 0, max: 100 }, description);
const hour = (rules: { min: number; max: number }, description: string) =>
  quantity('count', { ...rules, whole: true }, description);

const period = section(
  {
    days: choice(['all', 'weekdays', 'weekends', 'holidays'], 'Days on which it holds.').default('all'),
    fromMonth: hour({ min: 1, max: 12 }, 'First month, 1–12.').prefault(1),
    toMonth: hour({ min: 1, max: 12 }, 'Last month; may lie past December.').prefault(12),
    fromHour: hour({ min: 0, max: 23 }, 'First whole local hour, 0–23.').prefault(0),
    toHour: hour({ min: 0, max: 24 }, 'Whole local hour at which it ends; may lie past midnight.').prefault(
      24,
    ),
    price: quantity('usdPerKwh', { min: -100, max: 100 }, 'Price in these hours; may be negative.'),
  },
  'Hours with a price of their own.',
);

const holiday = z
  .string({ error: () => 'must be a date; write e.g. 2023-12-25' })
  .refine(isDate, { error: () => 'is not a date; write e.g. 2023-12-25' })
  .meta({ description: 'A local date.' });

function isDate(written: string): boolean {
  const date = new Date(`${written}T00:00:00Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(written) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(written)
  );
}

export const electricity = shorthand(
  z.discriminatedUnion(
    'kind',
    [
      section(
        {
          kind: kind('flat', 'One price.').default('flat'),
          price: derived(
            price('Price of a kilowatt-hour.'),
            `of the region; without one ${ECONOMICS_DEFAULTS.usdPerKwh} (US industry, EIA 2023)`,
          ),
        },
        'One price all day; a bare price means the same.',
      ),
      section(
        {
          kind: kind('time-of-use', 'The price follows the clock.'),
          timeZone: derived(
            zone('IANA zone of the tariff’s hours.'),
            'of the region, or timeZone of the scenario',
          ),
          price: price('Price when no period matches.'),
          holidays: list(
            holiday,
            { min: 0, max: 1000 },
            'Dates that count as holidays, neither as weekdays nor as weekends.',
          ).default([]),
          periods: list(
            period,
            { min: 1, max: 100 },
            'The first that matches the local hour, day and month counts.',
          ),
        },
        'Prices by hour, kind of day and season.',
      ),
      section(
        {
          kind: kind('hourly', 'A price for every hour, from a file.'),
          ...seriesFile('prices.csv', 'price'),
          currency: choice(
            ['USD', ...CURRENCIES],
            'What the prices are in; its rate is in economics.currency.',
          ).default('USD'),
          per: choice(['kWh', 'MWh'], 'What the prices are for.').default('kWh'),
        },
        'Prices of the user’s own, by the hour or less; negative ones too.',
      ),
    ],
    { error: unknownAlternative('kind') },
  ),
  { key: 'price', bare: { type: ['number', 'string'] } },
).meta({ description: 'Tariff of owned nodes; rent includes electricity.' });

export const demandCharge = shorthand(
  section(
    {
      price: quantity('usdPerKw', { min: 0, max: 1e4 }, 'For a kilowatt of the month’s peak.'),
      interval: quantity(
        'seconds',
        { min: 60, max: 3600, whole: true },
        'The peak is the highest mean over so long.',
      ).prefault(`${ECONOMICS_DEFAULTS.demandIntervalSeconds / 60}m`),
    },
    'Demand charge of owned nodes: a run pays its share of the days of the month, as if every day peaked like its own. A bare price means the same.',
  ),
  { key: 'price', bare: { type: ['number', 'string'] } },
);
