// Where a fleet may stand: price of electricity, carbon intensity of the grid and time zone, each number with publisher
// and year. Prices are annual means that hold network charges already: with a demand charge of your own use an
// energy-only price. Intensities are location-based averages. Left out: hourly series (bring your own CSV), PUE by
// region (what is published is of single operators), contracts for carbon-free energy (they are a buyer's, not a region's).
import { lookUp } from './lookup.ts';

/** How many dollars one was in the mean of 2024: ECB reference rates, rounded. */
export const DOLLARS: Readonly<Record<string, { usd: number; date: string; source: string }>> = {
  EUR: { usd: 1.08, date: '2024', source: 'mean of 2024, ECB reference rate' },
  CNY: { usd: 1 / 7.2, date: '2024', source: '7.2 yuan a dollar, mean of 2024, ECB reference rates' },
};

export interface RegionPrice {
  /** In the currency of the source; dollars are `amount × DOLLARS[currency].usd`. */
  amountPerKwh: number;
  currency: 'USD' | 'EUR' | 'CNY';
  publisher: string;
  year: number;
  /** What the number is of, and how sure. */
  note: string;
}

export interface RegionIntensity {
  gramsPerKwh: number;
  /** What the source counts. */
  unit: 'gCO2e' | 'gCO2';
  publisher: string;
  year: number;
  note: string;
}

export interface Region {
  title: string;
  timeZone: string;
  price: RegionPrice;
  /** undefined: none in the sources used here; then no operational carbon is reported. */
  intensity?: RegionIntensity;
  /** Of the energy, contracted from carbon-free sources: what holds for everybody in the region. */
  contractedShare: number;
  /** Where one is published for the region as a whole. */
  pue?: { pue: number; publisher: string; year: number; note: string };
}

const eia = (amountPerKwh: number, state: string): RegionPrice => ({
  amountPerKwh,
  currency: 'USD',
  publisher: 'EIA, Electric Power Annual',
  year: 2023,
  note: `mean price of industrial customers in ${state}`,
});

const eurostat = (amountPerKwh: number, country: string): RegionPrice => ({
  amountPerKwh,
  currency: 'EUR',
  publisher: 'Eurostat',
  year: 2024,
  note: `non-household consumers in ${country}, first half of 2024`,
});

const google = (gramsPerKwh: number, region: string): RegionIntensity => ({
  gramsPerKwh,
  unit: 'gCO2e',
  publisher: 'Google, region-carbon',
  year: 2024,
  note: `grid of ${region}, hourly data of Electricity Maps, life cycle`,
});

const china = (gramsPerKwh: number, grid: string): RegionIntensity => ({
  gramsPerKwh,
  unit: 'gCO2',
  publisher: 'MEE and NBS of China',
  year: 2022,
  note: `${grid} grid, CO2 of generation alone`,
});

const qingyang: RegionPrice = {
  amountPerKwh: 0.398,
  currency: 'CNY',
  publisher: 'press on the Qingyang computing hub',
  year: 2026,
  note: 'weak: one hub, in Gansu',
};

const asGansu = { ...qingyang, note: 'weak: assumed as in Gansu, one hub' };

export const REGIONS: Readonly<Record<string, Region>> = {
  oregon: {
    title: 'US West, Oregon',
    timeZone: 'America/Los_Angeles',
    price: eia(0.0752, 'Oregon'),
    intensity: google(79, 'us-west1'),
    contractedShare: 0,
  },
  california: {
    title: 'US West, California',
    timeZone: 'America/Los_Angeles',
    price: eia(0.1864, 'California'),
    intensity: google(169, 'us-west2'),
    contractedShare: 0,
  },
  finland: {
    title: 'Nordics, Finland',
    timeZone: 'Europe/Helsinki',
    price: eurostat(0.0939, 'Finland'),
    intensity: google(39, 'europe-north1'),
    contractedShare: 0,
  },
  germany: {
    title: 'Germany',
    timeZone: 'Europe/Berlin',
    price: {
      amountPerKwh: 0.2016,
      currency: 'EUR',
      publisher: 'Bundesnetzagentur, monitoring report',
      year: 2024,
      note: 'users of 24 GWh a year, 1 April 2024',
    },
    intensity: {
      gramsPerKwh: 363,
      unit: 'gCO2',
      publisher: 'Umweltbundesamt',
      year: 2024,
      note: 'CO2 of the electricity mix; Google has 276 gCO2e for Frankfurt',
    },
    contractedShare: 0,
  },
  ireland: {
    title: 'Ireland',
    timeZone: 'Europe/Dublin',
    price: eurostat(0.256, 'Ireland'),
    contractedShare: 0,
  },
  'china-east': {
    title: 'East China',
    timeZone: 'Asia/Shanghai',
    price: {
      amountPerKwh: 0.57,
      currency: 'CNY',
      publisher: 'derived from the price in Gansu',
      year: 2026,
      note: 'Gansu is said to be nearly 30 % lower than the east: 0.398 / 0.7',
    },
    intensity: china(562, 'East'),
    contractedShare: 0,
  },
  gansu: {
    title: 'West China, Gansu',
    timeZone: 'Asia/Shanghai',
    price: qingyang,
    intensity: china(586, 'Northwest'),
    contractedShare: 0,
  },
  sichuan: {
    title: 'West China, Sichuan',
    timeZone: 'Asia/Shanghai',
    price: asGansu,
    intensity: china(227, 'Southwest'),
    contractedShare: 0,
  },
  guizhou: {
    title: 'West China, Guizhou',
    timeZone: 'Asia/Shanghai',
    price: asGansu,
    intensity: china(387, 'South'),
    contractedShare: 0,
  },
};

/** UserError that lists the known ones where there is none of that name. */
export function regionOf(name: string): Region {
  return lookUp(REGIONS, 'region', name);
}

export function regionUsdPerKwh({ price }: Region): number {
  return price.currency === 'USD' ? price.amountPerKwh : price.amountPerKwh * DOLLARS[price.currency].usd;
}
