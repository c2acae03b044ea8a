// The comparison itself, from the measures of its runs: means over seeds, what each policy costs and misses beyond the
// oracle, differences to the first policy seed by seed, and which of them nobody beats in both cost and misses.
import { isBound, type Plan } from './plan.ts';
import type { Measures } from './measures.ts';
import { pairedDifference, type PairedDifference } from './paired.ts';
import type { OwnershipCosts } from './ownership.ts';

/** What is kept of a run. */
export interface ComparedRun {
  seed: number;
  /** Its drain had lasted as long as it may, and requests were left. */
  isUndrained: boolean;
  measures: Measures;
  costs: OwnershipCosts | undefined;
  /** Replicas in every window of the day. */
  ready: number[];
}

/** Differences to the first policy are given for these. */
export const DIFFERING = ['totalUsd', 'attainment', 'ttftP99Seconds', 'replicaHours'] as const;

export interface Entry {
  label: string;
  policy: string;
  /** Knows the arrivals to come. */
  isBound: boolean;
  runs: ComparedRun[];
  /** Over its seeds; of the worst minute the worst. */
  means: Measures;
  /** Cost over the oracle's, and misses beyond it, over the seeds that both have; undefined without an oracle. */
  costPerOracle: number | undefined;
  missesAboveOracle: number | undefined;
  /** To the first policy; undefined for that one, or where no seed is common. */
  differences: Record<(typeof DIFFERING)[number], PairedDifference> | undefined;
  /** No other policy that does not know the future is as cheap with fewer misses, or cheaper with as few. */
  isOnFront: boolean;
}

export interface Comparison {
  plan: Plan;
  /** Of policies of which at least one run has finished, in the order given. */
  entries: Entry[];
  /** Windows of the day: where they end, and replicas needed in each. */
  windowEnds: number[];
  need: number[] | undefined;
  oracle: string | undefined;
  /** The cheapest policy that keeps the SLO, bounds apart; else the one that keeps it best. */
  winner: string | undefined;
  isPartial: boolean;
}

/** Of the requests that can be served; what the capacity of a replica is measured with too. */
const ATTAINMENT_WANTED = 0.99;

export interface Finished {
  /** By planned run; undefined where it has not come to its end. */
  runs: readonly (ComparedRun | undefined)[];
  windowEnds: number[];
  need: number[] | undefined;
}

export function comparisonOf(plan: Plan, { runs, windowEnds, need }: Finished): Comparison {
  const byVariant = plan.variants.map((_, variant) =>
    runs.filter((run, i): run is ComparedRun => run !== undefined && plan.runs[i].variant === variant),
  );
  const oracle = plan.variants.findIndex(
    (variant, i) => variant.autoscaling.policy === 'oracle' && byVariant[i].length > 0,
  );
  const bare = plan.variants.flatMap(({ label }, variant) => {
    const own = byVariant[variant];
    if (own.length === 0) return [];
    const { scenario } = plan.runs[variant].loaded;
    return [
      {
        label,
        policy: scenario.pools.find(({ autoscaling }) => autoscaling !== undefined)!.autoscaling!.policy,
        isBound: isBound(scenario),
        runs: own,
        means: meansOf(own),
        ...(oracle >= 0 ? againstOracle(own, byVariant[oracle]) : NO_ORACLE),
        differences: variant === 0 ? undefined : differencesOf(own, byVariant[0]),
      },
    ];
  });
  const entries = bare.map((entry) => ({
    ...entry,
    isOnFront: !entry.isBound && !bare.some((other) => !other.isBound && beats(other.means, entry.means)),
  }));
  return {
    plan,
    entries,
    windowEnds,
    need,
    oracle: oracle >= 0 ? plan.variants[oracle].label : undefined,
    winner: winnerOf(entries)?.label,
    isPartial: runs.includes(undefined),
  };
}

const NO_ORACLE = { costPerOracle: undefined, missesAboveOracle: undefined };

function againstOracle(own: readonly ComparedRun[], oracle: readonly ComparedRun[]) {
  const [these, those] = common(own, oracle);
  if (these.length === 0) return NO_ORACLE;
  const total = (runs: readonly ComparedRun[], key: 'totalUsd' | 'misses') =>
    runs.reduce((sum, { measures }) => sum + measures[key], 0);
  return {
    costPerOracle: total(these, 'totalUsd') / total(those, 'totalUsd'),
    missesAboveOracle: (total(these, 'misses') - total(those, 'misses')) / these.length,
  };
}

function differencesOf(own: readonly ComparedRun[], first: readonly ComparedRun[]): Entry['differences'] {
  const [these, those] = common(own, first);
  if (these.length === 0) return undefined;
  const difference = (key: (typeof DIFFERING)[number]) =>
    pairedDifference(
      these.map(({ measures }) => measures[key]),
      those.map(({ measures }) => measures[key]),
    );
  return Object.fromEntries(DIFFERING.map((key) => [key, difference(key)])) as NonNullable<
    Entry['differences']
  >;
}

/** Runs of both with the same seeds, pair by pair. */
function common(a: readonly ComparedRun[], b: readonly ComparedRun[]): [ComparedRun[], ComparedRun[]] {
  const partner = (run: ComparedRun, of: readonly ComparedRun[]) => of.find(({ seed }) => seed === run.seed);
  const these = a.filter((run) => partner(run, b) !== undefined);
  return [these, these.map((run) => partner(run, b)!)];
}

function meansOf(runs: readonly ComparedRun[]): Measures {
  const all = runs.map(({ measures }) => measures);
  const keys = Object.keys(all[0]) as (keyof Measures)[];
  const mean = (key: keyof Measures) => all.reduce((sum, measures) => sum + measures[key], 0) / all.length;
  const worst = all.reduce((a, b) => (b.worstMinuteAttainment < a.worstMinuteAttainment ? b : a));
  const { worstMinuteAttainment, worstMinuteStartSeconds } = worst;
  const means = Object.fromEntries(keys.map((key) => [key, mean(key)])) as unknown as Measures;
  return { ...means, worstMinuteAttainment, worstMinuteStartSeconds };
}

function beats(a: Measures, b: Measures): boolean {
  const isAsGood = a.totalUsd <= b.totalUsd && a.misses <= b.misses;
  return isAsGood && (a.totalUsd < b.totalUsd || a.misses < b.misses);
}

function winnerOf(entries: readonly Entry[]): Entry | undefined {
  const candidates = entries.filter((entry) => !entry.isBound);
  const keeping = candidates.filter(({ means }) => means.servableAttainment >= ATTAINMENT_WANTED);
  const better = (a: Entry, b: Entry) =>
    keeping.length > 0 ? b.means.totalUsd < a.means.totalUsd : b.means.attainment > a.means.attainment;
  const among = keeping.length > 0 ? keeping : candidates;
  return among.length === 0 ? undefined : among.reduce((a, b) => (better(a, b) ? b : a));
}
