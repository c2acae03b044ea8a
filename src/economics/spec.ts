// What the ledger needs to know, and what it gives: types alone. Money is in US dollars; prices written in another
// currency were converted when the scenario was loaded, by a rate whose date is kept in `conversions`.

/** A value that holds from its instant to the next; from a CSV whose hours carry explicit offsets. Ends at `endEpochMs`. */
export interface Series {
  /** As the scenario names it. */
  file: string;
  /** Increasing. */
  startsEpochMs: number[];
  values: number[];
  endEpochMs: number;
}

export interface TariffPeriod {
  days: 'all' | 'weekdays' | 'weekends' | 'holidays';
  /** Months 1–12, both included, wrapping past December; undefined: the whole year. */
  months?: { from: number; to: number };
  /** Whole local hours [fromHour, toHour), wrapping past midnight; equal: the whole day. */
  fromHour: number;
  toHour: number;
  usdPerKwh: number;
}

export type TariffSpec =
  | { kind: 'flat'; usdPerKwh: number }
  | {
      kind: 'time-of-use';
      timeZone: string;
      /** Price when no period matches. */
      usdPerKwh: number;
      /** Local dates, YYYY-MM-DD: counted as holidays, neither as weekdays nor as weekends. */
      holidays: string[];
      /** The first that matches wins. */
      periods: TariffPeriod[];
    }
  /** Prices may be negative. Must cover the run. */
  | { kind: 'series'; usdPerKwh: Series };

/** Facility energy / IT energy, >= 1. */
export type PueSpec =
  | { kind: 'constant'; pue: number }
  /**
   * Piecewise linear in the IT load as a share of `fullLoadWatts` (the fleet's IT power with every node at its highest), flat
   * beyond both ends; with an outside temperature: bilinear, one curve for each temperature.
   */
  | {
      kind: 'curve';
      fullLoadWatts: number;
      /** By temperature, increasing; a single one without a temperature. Points by load share, increasing. */
      curves: { celsius?: number; points: { load: number; pue: number }[] }[];
      celsius?: Series;
    };

export interface CapitalSpec {
  method: 'straight-line' | 'declining-balance' | 'annuity';
  lifeYears: number;
  /** Of a node. */
  salvageUsd: number;
  /** A year, for an annuity; 0.08 is 8 %. */
  interestRate: number;
  /** Age of the nodes when the run starts: matters to a declining balance, and ends the life. */
  ageYears: number;
  /** Beyond the nodes, as shares of their price. */
  networkShare: number;
  rackShare: number;
  facilityShare: number;
  /** Not divided further; adds to the three. */
  overheadShare: number;
}

export interface RentSpec {
  /** On demand. */
  usdPerGpuHour: number;
  /** What an instance is billed in, and at least. */
  granularitySeconds: number;
  minimumSeconds: number;
  /** Nodes paid for during the whole run, used or not; on demand is above them. */
  reserved?: { nodes: number; usdPerGpuHour: number };
  /**
   * What is spot has a price of its own: a share of the nodes above the reserved ones, or, without it, those that the
   * pools say are.
   */
  spot?: { share?: number; usdPerGpuHour: number | Series };
}

/** What is paid by the month is spread over 730 h a month. */
export interface RecurringSpec {
  /** Of the price of the owned nodes (not of network, racks, building), a year. */
  maintenanceShare: number;
  storage: { terabytes: number; usdPerTbMonth: number };
  /** Out of the data centre: bytes of an output token and of a request beside them. */
  transfer: { usdPerGb: number; bytesPerOutputToken: number; bytesPerRequest: number };
  staffUsdPerMonth: number;
  licencesUsdPerMonth: number;
}

export interface CarbonSpec {
  /** Location-based, average; grams per kWh. Undefined: not known, then no operational carbon is reported. */
  gramsPerKwh?: number | Series;
  /** What the source counts. */
  unit: 'gCO2e' | 'gCO2';
  /** Share of the energy contracted from carbon-free sources: lowers the market-based figure alone. */
  contractedShare: number;
  embodiedKgPerNode: number;
  /** Over which it is spread. */
  lifeYears: number;
}

export interface EconomicsSpec {
  /** Name in the catalog; undefined: none named. */
  region?: string;
  tariff: TariffSpec;
  /** $/kW × the highest mean facility power of owned nodes over an interval × run days / days of the month. */
  demandCharge?: { usdPerKwMonth: number; intervalSeconds: number };
  pue: PueSpec;
  nodePriceUsd: number;
  capital: CapitalSpec;
  rent: RentSpec;
  recurring: RecurringSpec;
  carbon: CarbonSpec;
  /** An owned node that is off draws so much (BMC, supplies). */
  offWatts: number;
  /** Of prices that were written in another currency: how many dollars one was taken for, and of which date. */
  conversions: { currency: string; usd: number; date: string }[];
}

/** Dollars of an hour, by what they are for. Their sum is `totalUsd`; the demand charge belongs to no hour. */
export interface CostParts {
  electricityUsd: number;
  /** Capital of owned nodes. */
  amortizationUsd: number;
  /** All rent: on demand, reserved and spot, which `reservedUsd` and `spotUsd` are parts of. */
  rentUsd: number;
  maintenanceUsd: number;
  storageUsd: number;
  transferUsd: number;
  staffUsd: number;
  licencesUsd: number;
}

/** IT energy by what the nodes were doing; they sum up to itKwh. */
export interface EnergyParts {
  /** In steps, but for those of replicas that drain. */
  servingKwh: number;
  /** On, weights loaded, no step; and GPUs of nodes that are on which no replica uses. */
  idleItKwh: number;
  /** Waiting for the node, loading weights, warming up. */
  loadingKwh: number;
  drainingKwh: number;
  offKwh: number;
}

/** What a pool did in a stretch: all that its part of the ledger follows from, beside prices. Plain numbers. */
export interface PoolWindow extends EnergyParts {
  itKwh: number;
  /** Part of itKwh drawn while no step ran. */
  stepFreeItKwh: number;
  /** Nodes that were on. */
  nodeHours: number;
  /** The same as rent is billed: what ended in the stretch in whole units, and at least the minimum. */
  billedNodeHours: number;
  /** Of these, of nodes that are spot instances by the pool's own word. */
  spotNodeHours: number;
  /** GPU-time in steps, by what they were for; see attribution.ts. */
  prefillGpuSeconds: number;
  decodeGpuSeconds: number;
  /** Finished requests, prompts processed, tokens delivered. */
  requests: number;
  promptTokens: number;
  outputTokens: number;
}

/** Grams. */
export interface CarbonParts {
  /** undefined where the intensity is not known. */
  locationGrams?: number;
  marketGrams?: number;
  embodiedGrams: number;
}

/** A row of one pool, or of all together: one per local hour of the run, the first and last possibly short. */
export interface LedgerRow extends PoolWindow, CostParts, CarbonParts {
  /** Seconds since the start of the run. */
  startSeconds: number;
  endSeconds: number;
  /** ISO 8601: UTC, and local with offset. */
  startUtc: string;
  startLocal: string;
  facilityKwh: number;
  /** Part of facilityKwh drawn while no step ran. */
  idleKwh: number;
  /** Mean price of the row's electricity. */
  usdPerKwh: number;
  /** Of rentUsd. */
  reservedUsd: number;
  spotUsd: number;
  totalUsd: number;
  /** GPU-time that was paid for, used or not. */
  paidGpuSeconds: number;
  /** Attribution of totalUsd by GPU time; the three sum up to it. */
  prefillUsd: number;
  decodeUsd: number;
  idleUsd: number;
}
