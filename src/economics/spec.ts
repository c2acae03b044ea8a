// What the hourly ledger needs to know, and the rows it gives.

export type TariffSpec =
  | { kind: 'flat'; usdPerKwh: number }
  | {
      kind: 'time-of-use';
      timeZone: string;
      /** Price when no period matches. */
      usdPerKwh: number;
      /** The first that matches wins. Hours are whole local hours [fromHour, toHour), wrapping past midnight. */
      periods: {
        days: 'all' | 'weekdays' | 'weekends';
        fromHour: number;
        toHour: number;
        usdPerKwh: number;
      }[];
    };

export interface EconomicsSpec {
  tariff: TariffSpec;
  /** Power usage effectiveness: facility energy / IT energy, >= 1. */
  pue: number;
  nodePriceUsd: number;
  lifeYears: number;
  salvageUsd: number;
  /** Capital beyond the nodes, as a share of their price: network, racks, building. */
  capexOverheadShare: number;
  rentUsdPerGpuHour: number;
}

/** One row per local hour of the run, the first and last possibly short. */
export interface LedgerRow {
  /** Seconds since the start of the run. */
  startSeconds: number;
  endSeconds: number;
  /** ISO 8601: UTC, and local with offset. */
  startUtc: string;
  startLocal: string;
  itKwh: number;
  facilityKwh: number;
  /** Part of facilityKwh drawn while no step ran. */
  idleKwh: number;
  /** Mean price of the row's electricity. */
  usdPerKwh: number;
  electricityUsd: number;
  amortizationUsd: number;
  rentUsd: number;
  totalUsd: number;
  nodeHours: number;
}
