// What a day's energy, carbon and money come to: sums of the ledger, and what they are per request and token. They
// cover the day; what divides them is everything that was served, the drain included. The demand charge is in no sum.
import { JOULES_PER_KWH, sumRows, type LedgerTotals } from '../../economics/ledger.ts';
import type { RunResult } from '../../run/result.ts';

export interface CostFigures {
  cost: LedgerTotals;
  /** Of facility energy. */
  idleShare: number;
  pueMean: number;
  usdPerKwhMean: number;
  /** Location-based; NaN where it is not known. */
  gramsPerKwhMean: number;
  itWattsMean: number;
  whPerRequest: number;
  /** Operational, location-based; and of making the nodes. */
  gramsPerRequest: number;
  embodiedGramsPerRequest: number;
  kwhPerMillionOutputTokens: number;
  gpuSecondsPerRequest: number;
  usdPer1kRequests: number;
  usdPerMillionOutputTokens: number;
  usdPerMillionTokens: number;
  /** Of what was spent on them, by GPU-time; idle time aside. */
  prefillUsdPerMillionPromptTokens: number;
  decodeUsdPerMillionOutputTokens: number;
  /** Highest of all months; NaN without a demand charge. */
  demandPeakWatts: number;
  demandPeakStartSeconds: number;
  demandChargeUsd: number;
  totalWithDemandUsd: number;
}

export function costFigures(result: RunResult): CostFigures {
  const { info, ledger, total, simulatedSeconds } = result;
  const cost = sumRows(ledger);
  const tokens = total.promptTokens + total.outputTokens;
  const pricedUsd = ledger.reduce((usd, row) => usd + row.facilityKwh * row.usdPerKwh, 0);
  return {
    cost,
    idleShare: cost.idleKwh / cost.facilityKwh,
    pueMean: cost.facilityKwh / cost.itKwh,
    usdPerKwhMean: pricedUsd / cost.facilityKwh,
    gramsPerKwhMean: (cost.locationGrams ?? NaN) / cost.facilityKwh,
    itWattsMean: (cost.itKwh * JOULES_PER_KWH) / simulatedSeconds,
    whPerRequest: (cost.facilityKwh * 1000) / total.finished,
    gramsPerRequest: (cost.locationGrams ?? NaN) / total.finished,
    embodiedGramsPerRequest: cost.embodiedGrams / total.finished,
    kwhPerMillionOutputTokens: cost.facilityKwh / (total.outputTokens / 1e6),
    gpuSecondsPerRequest: (info.gpus * simulatedSeconds) / total.finished,
    usdPer1kRequests: cost.totalUsd / (total.finished / 1000),
    usdPerMillionOutputTokens: cost.totalUsd / (total.outputTokens / 1e6),
    usdPerMillionTokens: cost.totalUsd / (tokens / 1e6),
    prefillUsdPerMillionPromptTokens: cost.prefillUsd / (total.promptTokens / 1e6),
    decodeUsdPerMillionOutputTokens: cost.decodeUsd / (total.outputTokens / 1e6),
    ...demandFigures(result, cost.totalUsd),
  };
}

function demandFigures({ demandCharge }: RunResult, totalUsd: number) {
  if (demandCharge === undefined || demandCharge.months.length === 0) {
    const none = { demandPeakWatts: NaN, demandPeakStartSeconds: NaN, demandChargeUsd: NaN };
    return { ...none, totalWithDemandUsd: totalUsd };
  }
  const { months, usd } = demandCharge;
  const peak = months.reduce((best, month) => (month.peakWatts > best.peakWatts ? month : best));
  return {
    demandPeakWatts: peak.peakWatts,
    demandPeakStartSeconds: peak.peakStartSeconds,
    demandChargeUsd: usd,
    totalWithDemandUsd: totalUsd + usd,
  };
}
