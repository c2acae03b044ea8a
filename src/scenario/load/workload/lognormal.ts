// The ways to write a lognormal length, all of which come down to its mean and sigma. With z = 2.3263… (the standard
// normal's 99th percentile): sigma = ln(p99/p50)/z = √(2·ln(mean/median)), mean = median·e^(sigma²/2).
import { DEFAULT_SIGMA } from '../../schema/workload.ts';

const Z99 = 2.3263478740408408;

export interface LognormalKeys {
  mean?: number;
  median?: number;
  sigma?: number;
  p50?: number;
  p99?: number;
}

/** A problem is `what is wrong; how to mend it`. */
export function meanAndSigma(keys: LognormalKeys): { mean: number; sigma: number } | { problem: string } {
  const given = (['mean', 'median', 'sigma', 'p50', 'p99'] as const).filter((key) => keys[key] !== undefined);
  const { mean = 0, median = 0, sigma = DEFAULT_SIGMA, p50 = 0, p99 = 0 } = keys;
  switch (given.join()) {
    case 'mean':
    case 'mean,sigma':
      return { mean, sigma };
    case 'median':
    case 'median,sigma':
      return { mean: median * Math.exp((sigma * sigma) / 2), sigma };
    case 'mean,median':
      if (mean <= median)
        return { problem: `has mean ${mean} and median ${median}; give a median below the mean` };
      return { mean, sigma: Math.sqrt(2 * Math.log(mean / median)) };
    case 'p50,p99': {
      if (p99 <= p50) return { problem: `has p50 ${p50} and p99 ${p99}; give a p99 above the p50` };
      const spread = Math.log(p99 / p50) / Z99;
      return { mean: p50 * Math.exp((spread * spread) / 2), sigma: spread };
    }
    default:
      return {
        problem: `is given by ${given.join(' and ') || 'nothing'}; give mean or median with sigma, or mean and median, or p50 and p99`,
      };
  }
}
