// The series that `economics` names, read for the time of the run; and where mistakes in them are told.
import type { Series } from '../../../economics/spec.ts';
import { readSeries, type SeriesQuestion } from '../../../economics/prices/series.ts';
import { readTextFile } from '../../../kernel/text-file.ts';
import type { Currency } from '../../schema/economics/series.ts';
import type { Path } from '../source.ts';
import type { CompleteEconomics } from './complete.ts';

/** Some years of rows every five minutes. */
const BYTES_MAX = 50e6;

export interface RunSpan {
  fromEpochMs: number;
  toEpochMs: number;
}

export interface NamedSeries {
  /** Of the key that names the file. */
  path: Path;
  file: string;
  question: Omit<SeriesQuestion, 'from' | 'to'>;
  /** Its prices are in it. */
  currency?: Currency;
}

export function readNamed({ file, question }: NamedSeries, { fromEpochMs, toEpochMs }: RunSpan): Series {
  const text = readTextFile(file, { bytesMax: BYTES_MAX, what: 'CSV' });
  return readSeries(file, text, { ...question, from: fromEpochMs, to: toEpochMs });
}

export interface EconomicsFiles {
  price?: NamedSeries;
  temperature?: NamedSeries;
  intensity?: NamedSeries;
  spot?: NamedSeries;
}

export function filesOf(economics: CompleteEconomics): EconomicsFiles {
  const { electricity, pue, carbon, rent } = economics;
  const spot = rent.spot?.price;
  return {
    ...(electricity.kind === 'hourly' && {
      price: named(['electricity'], electricity, {
        what: `price in ${electricity.currency}/${electricity.per}`,
        factor: rateOf(economics, electricity.currency) / (electricity.per === 'MWh' ? 1000 : 1),
      }),
    }),
    ...(typeof pue === 'object' &&
      pue.temperature && {
        temperature: named(['pue', 'temperature'], pue.temperature, { what: 'temperature in °C' }),
      }),
    ...(typeof carbon.intensity === 'object' && {
      intensity: named(['carbon', 'intensity'], carbon.intensity, { what: 'intensity in g/kWh', min: 0 }),
    }),
    ...(typeof spot === 'object' && {
      spot: named(['rent', 'spot', 'price'], spot, {
        what: `price in ${spot.currency}/GPU-hour`,
        factor: rateOf(economics, spot.currency),
        min: 0,
      }),
    }),
  };
}

function named(
  keys: string[],
  value: { file: string; column?: string; currency?: 'USD' | Currency },
  question: Omit<SeriesQuestion, 'from' | 'to'>,
): NamedSeries {
  const { file, column, currency } = value;
  return {
    path: ['economics', ...keys, 'file'],
    file,
    question: { ...question, ...(column !== undefined && { column }) },
    ...(currency !== undefined && currency !== 'USD' && { currency }),
  };
}

/** Where the rate is missing, checks.ts says so. */
function rateOf({ currency }: CompleteEconomics, code: 'USD' | Currency): number {
  return code === 'USD' ? 1 : (currency?.[code] ?? 1);
}
