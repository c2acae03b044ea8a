// Where a fleet may stand: price of electricity, carbon intensity of the grid and time zone, each number with publisher
// and year. Prices are annual means that hold network charges already: with a demand charge of your own use an
// energy-only price. Intensities are location-based averages. PUE is that of one operator there (AWS, Google), better than
// most, or what China requires of new sites. Left out: hourly series (bring your own CSV), contracts for carbon-free energy
// (they are a buyer's, not a region's).
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

export interface RegionPue {
  pue: number;
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
  /** Of one operator there, or what is required; undefined: none in the sources used here. */
  pue?: RegionPue;
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

/** Read, with Google's, in the Green Software Foundation's Cloud Region Metadata, which takes them from the operators' tables. */
const aws = (pue: number, place: string): RegionPue => ({
  pue,
  publisher: 'AWS, sustainability, PUE by region',
  year: 2024,
  note: `mean of its data centres in ${place}`,
});

/** "Below 1.25 by 2025" in national hubs, 1.3 elsewhere; that of the Yangtze delta asks the same (NDRC, 2022, no. 211). */
const chinaPue: RegionPue = {
  pue: 1.25,
  publisher: 'NDRC and others, plan for green data centres and 5G',
  year: 2021,
  note: 'limit for new large sites in national hubs by 2025, not measured; AWS has 1.25 in Ningxia, 2024',
};

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
    pue: aws(1.12, 'Oregon'),
    contractedShare: 0,
  },
  california: {
    title: 'US West, California',
    timeZone: 'America/Los_Angeles',
    price: eia(0.1864, 'California'),
    intensity: google(169, 'us-west2'),
    pue: aws(1.18, 'Northern California'),
    contractedShare: 0,
  },
  finland: {
    title: 'Nordics, Finland',
    timeZone: 'Europe/Helsinki',
    price: eurostat(0.0939, 'Finland'),
    intensity: google(39, 'europe-north1'),
    pue: {
      pue: 1.09,
      publisher: 'Google, environmental report',
      year: 2024,
      note: 'mean of its data centre in Hamina',
    },
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
    pue: { ...aws(1.35, 'Frankfurt'), note: 'mean of its data centres in Frankfurt; 1.24 in 2025' },
    contractedShare: 0,
  },
  ireland: {
    title: 'Ireland',
    timeZone: 'Europe/Dublin',
    price: eurostat(0.256, 'Ireland'),
    intensity: {
      gramsPerKwh: 352,
      unit: 'gCO2e',
      publisher: 'Electricity Maps, as in CO2.js',
      year: 2024,
      note: 'grid of Ireland, hourly data, consumption, life cycle',
    },
    pue: aws(1.11, 'Ireland'),
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
    pue: chinaPue,
    contractedShare: 0,
  },
  gansu: {
    title: 'West China, Gansu',
    timeZone: 'Asia/Shanghai',
    price: qingyang,
    intensity: china(586, 'Northwest'),
    pue: chinaPue,
    contractedShare: 0,
  },
  sichuan: {
    title: 'West China, Sichuan',
    timeZone: 'Asia/Shanghai',
    price: asGansu,
    intensity: china(227, 'Southwest'),
    pue: chinaPue,
    contractedShare: 0,
  },
  guizhou: {
    title: 'West China, Guizhou',
    timeZone: 'Asia/Shanghai',
    price: asGansu,
    intensity: china(387, 'South'),
    pue: chinaPue,
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
