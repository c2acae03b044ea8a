// Numbers as people write them: `24h`, `1h30m`, `250M`, `3x`, `10%`, `$0.08/kWh`, `80GiB`, or a plain number in the
// documented unit. A unit is a factor and a power of ten; the power goes into the decimal literal (`200ms` is read as
// `200e-3`), so that every quantity is the float64 nearest to what was written. Left out: arithmetic, and any guess
// at what an unknown unit could mean.

/** value in the documented unit = number · factor · 10^exponent. */
type Unit = readonly [factor: number, exponent: number];

interface Dimension {
  /** The documented unit: that of plain numbers. */
  unit: string;
  units: Record<string, Unit>;
  /** Whether k, M, G and B (billion) may follow the number. */
  prefixes: boolean;
  /** Whether parts may follow each other: 1h30m. */
  compound?: boolean;
  examples: string;
}

const one: Unit = [1, 0];

export const DIMENSIONS = {
  seconds: {
    unit: 'seconds',
    units: {
      us: [1, -6],
      µs: [1, -6],
      ms: [1, -3],
      s: one,
      m: [60, 0],
      min: [60, 0],
      h: [3600, 0],
      d: [86400, 0],
    },
    prefixes: false,
    compound: true,
    examples: '90s, 200ms, 1h30m',
  },
  years: { unit: 'years', units: { y: one, year: one, years: one }, prefixes: false, examples: '5y' },
  count: { unit: '', units: {}, prefixes: true, examples: '12, 1.2k, 250M' },
  tokens: { unit: 'tokens', units: { tokens: one, token: one }, prefixes: true, examples: '500, 1.2k' },
  requestsPerSecond: {
    unit: 'requests per second',
    units: { '/s': one, 'requests/s': one, 'req/s': one, 'requests/second': one },
    prefixes: true,
    examples: '5.5, 2.9k, 12/s',
  },
  requestsPerDay: {
    unit: 'requests per day',
    units: { '/d': one, '/day': one, 'requests/day': one, 'req/day': one },
    prefixes: true,
    examples: '250M, 1.5M/day',
  },
  factor: { unit: '', units: { x: one, '×': one }, prefixes: false, examples: '3x, 0.5' },
  share: { unit: 'fraction', units: { '%': [1, -2] }, prefixes: false, examples: '0.1, 10%' },
  usd: { unit: 'USD', units: { USD: one }, prefixes: true, examples: '199000, 199k USD' },
  usdPerKwh: {
    unit: 'USD per kWh',
    units: { 'USD/kWh': one, 'USD/MWh': [1, -3], 'ct/kWh': [1, -2], '¢/kWh': [1, -2] },
    prefixes: false,
    examples: '0.08, 0.08 USD/kWh, 80 USD/MWh',
  },
  usdPerGpuHour: {
    unit: 'USD per GPU-hour',
    units: { 'USD/GPU-hour': one, 'USD/GPU-h': one, 'USD/GPUh': one },
    prefixes: false,
    examples: '2.21, 2.21 USD per GPU-hour',
  },
  usdPerKw: {
    unit: 'USD per kW and month',
    units: { 'USD/kW': one, 'USD/kW-month': one, 'USD/kW/month': one },
    prefixes: false,
    examples: '12, 12 USD/kW',
  },
  usdPerTbMonth: {
    unit: 'USD per TB and month',
    units: { 'USD/TB': one, 'USD/TB-month': one, 'USD/TB/month': one, 'USD/GB-month': [1, 3] },
    prefixes: false,
    examples: '23, 23 USD/TB-month',
  },
  usdPerGb: {
    unit: 'USD per GB',
    units: { 'USD/GB': one, 'USD/TB': [1, -3] },
    prefixes: false,
    examples: '0.09, 0.09 USD/GB',
  },
  usdPerMonth: {
    unit: 'USD per month',
    units: { 'USD/month': one, 'USD/y': [1 / 12, 0], 'USD/year': [1 / 12, 0] },
    prefixes: true,
    examples: '50000, 50k USD/month, 600k USD/year',
  },
  gramsPerKwh: {
    unit: 'grams per kWh',
    units: { 'g/kWh': one, 'gCO2e/kWh': one, 'gCO2/kWh': one, 'kg/MWh': one, 'kg/kWh': [1, 3] },
    prefixes: false,
    examples: '79, 79 g/kWh',
  },
  kilograms: { unit: 'kg', units: { kg: one, t: [1, 3] }, prefixes: false, examples: '2544, 2.5 t' },
  terabytes: {
    unit: 'TB',
    units: { TB: one, GB: [1, -3], PB: [1, 3] },
    prefixes: false,
    examples: '40, 1.2 PB',
  },
  celsius: { unit: '°C', units: { '°C': one, C: one }, prefixes: false, examples: '25, 25 °C' },
  watts: {
    unit: 'watts',
    units: { W: one, kW: [1, 3], MW: [1, 6] },
    prefixes: false,
    examples: '6500, 6.5 kW',
  },
  bytes: {
    unit: 'bytes',
    units: {
      B: one,
      kB: [1, 3],
      MB: [1, 6],
      GB: [1, 9],
      TB: [1, 12],
      KiB: [1024, 0],
      MiB: [1024 * 1024, 0],
      GiB: [1024 * 1024 * 1024, 0],
    },
    prefixes: false,
    examples: '80GiB, 40e9',
  },
} as const satisfies Record<string, Dimension>;

export type DimensionName = keyof typeof DIMENSIONS;

/** Longer text is none; and patterns take time quadratic in the length of some. */
const LETTERS_MAX = 100;

const PREFIXES: Record<string, number> = { k: 3, M: 6, G: 9, B: 9 };

const DIGITS = String.raw`(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)`;
const ONE_QUANTITY = new RegExp(String.raw`^([+-]?)(${DIGITS})(?:[eE]([+-]?\d+))?(.*)$`, 'su');
const ONE_PART = new RegExp(String.raw`(${DIGITS})([a-zµ]+)`, 'gu');

/** A number in the documented unit of `name`, or what is wrong with `value` and how to mend it. */
export function parseQuantity(value: unknown, name: DimensionName): number | { problem: string } {
  const dimension: Dimension = DIMENSIONS[name];
  const remedy = `write a number${dimension.unit && ` of ${dimension.unit}`}, e.g. ${dimension.examples}`;
  if (value === null || value === '') return { problem: `is empty; ${remedy}` };
  if (typeof value !== 'number' && typeof value !== 'string')
    return { problem: `must be a number; ${remedy}` };
  const number = typeof value === 'number' ? value : parseText(value, dimension);
  if (number === undefined) {
    const units = Object.keys(dimension.units);
    const known = units.length > 0 ? ` (units: ${units.join(', ')})` : '';
    return { problem: `is not a number${dimension.unit && ` of ${dimension.unit}`}; ${remedy}${known}` };
  }
  if (!Number.isFinite(number)) return { problem: `must be a finite number; ${remedy}` };
  return number + 0; // -0 is written as 0
}

function parseText(text: string, dimension: Dimension): number | undefined {
  if (text.length > LETTERS_MAX) return undefined;
  // `$0.08 per kWh` is `0.08USD/kWh`; spaces mean nothing, but between digits they must group thousands.
  let plain = text.trim().replace(/\s+per\s+/u, '/');
  plain = plain
    .replace(/^\$\s*([^/]*)/u, '$1USD')
    .replace(/(?<=\d)\s+(?=\D|\d{3}(?!\d))|\s+(?=\/)|(?<=\/)\s+|(?<=[kMGB])\s+/gu, '');
  const match = ONE_QUANTITY.exec(plain);
  if (!match) return undefined;
  const [, sign, digits, exponent, rest] = match;
  const unit = findUnit(rest.trim(), dimension);
  if (unit) return literal(sign + digits, Number(exponent ?? 0) + unit[1]) * unit[0];
  return dimension.compound ? parseCompound(plain, dimension) : undefined;
}

function findUnit(text: string, dimension: Dimension): Unit | undefined {
  if (text === '') return one;
  const known = unitNamed(text, dimension);
  if (known) return known;
  const prefix = dimension.prefixes ? PREFIXES[text[0]] : undefined;
  if (prefix === undefined) return undefined;
  const unit = text.length === 1 ? one : unitNamed(text.slice(1), dimension);
  return unit && [unit[0], unit[1] + prefix];
}

/** Case matters in units of one letter only: M is not m, but usd/kwh is USD/kWh. */
function unitNamed(text: string, { units }: Dimension): Unit | undefined {
  if (Object.hasOwn(units, text)) return units[text];
  const key = Object.keys(units).find((unit) => text.length > 1 && unit.toLowerCase() === text.toLowerCase());
  return key === undefined ? undefined : units[key];
}

function parseCompound(text: string, dimension: Dimension): number | undefined {
  let sum = 0;
  let read = '';
  const parts = text.replace(/(?<=[a-zµ])\s+/gu, '');
  for (const [part, digits, name] of parts.matchAll(ONE_PART)) {
    const unit = unitNamed(name, dimension);
    if (!unit) return undefined;
    sum += literal(digits, unit[1]) * unit[0];
    read += part;
  }
  return read === parts ? sum : undefined;
}

function literal(digits: string, exponent: number): number {
  return Number(`${digits.replaceAll('_', '')}e${exponent}`);
}
