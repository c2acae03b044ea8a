// What an owned node's capital costs in an hour of its life, serving, idle or off. Straight line and annuity are the
// same every hour; declining balance takes 2/n of what the books still hold, year by year of age, and never goes below
// the salvage value: what it has not written off at the end of the life stays in the books. The annuity contains the
// cost of capital, the others do not. Left out: taxes, a switch to straight line, repairs that lengthen a life.
import type { EconomicsSpec } from '../spec.ts';

/** 365 days: the year that rates per hour are quoted for. */
export const HOURS_PER_YEAR = 8760;

export type CapitalQuestion = Pick<EconomicsSpec, 'nodePriceUsd' | 'capital'>;

/** Price of a node with its shares of network, racks, building, and what is not divided further. */
export function basisUsd({ nodePriceUsd, capital }: CapitalQuestion): number {
  const { networkShare, rackShare, facilityShare, overheadShare } = capital;
  return nodePriceUsd * (1 + networkShare + rackShare + facilityShare + overheadShare);
}

/** Of a node of that age, 0 when it was put to work; 0 from the end of its life on. */
export function capitalUsdPerNodeHour(question: CapitalQuestion, ageHours: number): number {
  const { method, lifeYears, salvageUsd, interestRate } = question.capital;
  if (ageHours >= lifeYears * HOURS_PER_YEAR) return 0;
  const basis = basisUsd(question);
  if (method === 'declining-balance') {
    const year = Math.floor(ageHours / HOURS_PER_YEAR);
    return (bookUsd(question, year) - bookUsd(question, year + 1)) / HOURS_PER_YEAR;
  }
  if (method === 'straight-line' || interestRate === 0) {
    return (basis - salvageUsd) / (lifeYears * HOURS_PER_YEAR);
  }
  const discount = discountFactor(question.capital);
  return ((basis - salvageUsd * discount) * interestRate) / (1 - discount) / HOURS_PER_YEAR;
}

/** Of one node, from one age to another: exact where a year of age or the life ends in between. */
export function capitalUsdOfNode(question: CapitalQuestion, fromHours: number, toHours: number): number {
  let usd = 0;
  for (let from = fromHours; from < toHours;) {
    const to = Math.min(toHours, nextChangeHours(question, from));
    usd += (to - from) * capitalUsdPerNodeHour(question, from);
    from = to;
  }
  return usd;
}

/** The rate holds from that age until then. */
function nextChangeHours({ capital }: CapitalQuestion, ageHours: number): number {
  const endHours = capital.lifeYears * HOURS_PER_YEAR;
  if (ageHours >= endHours) return Infinity;
  if (capital.method !== 'declining-balance') return endHours;
  return Math.min(endHours, (Math.floor(ageHours / HOURS_PER_YEAR) + 1) * HOURS_PER_YEAR);
}

/** (1 + interest)^−life: what a dollar at the end of the life is worth at its start. By exp and log, which no version changes. */
export function discountFactor({ interestRate, lifeYears }: CapitalQuestion['capital']): number {
  return Math.exp(-lifeYears * Math.log(1 + interestRate));
}

/** What a declining balance has left after so many whole years. The rate is 2/n, all at once for lives of up to two. */
function bookUsd(question: CapitalQuestion, years: number): number {
  const { lifeYears, salvageUsd } = question.capital;
  const rate = Math.min(1, 2 / lifeYears);
  let usd = basisUsd(question);
  for (let year = 0; year < years; year++) usd *= 1 - rate;
  return Math.max(salvageUsd, usd);
}
