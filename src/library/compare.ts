// The same day under several scaling policies, from code; writes no files.
import { version } from '../cli/version.ts';
import { comparisonOf, type ComparedRun } from '../experiment/compare/comparison.ts';
import { dayWindows, measure, readyReplicas, type Measures } from '../experiment/compare/measures.ts';
import { ownershipCosts } from '../experiment/compare/ownership.ts';
import type { PairedDifference } from '../experiment/compare/paired.ts';
import { planComparison } from '../experiment/compare/plan.ts';
import { parseVariants } from '../experiment/compare/variants.ts';
import { startJobs } from '../experiment/jobs.ts';
import { preloadAll } from '../scenario/load/preload.ts';
import { whileUnaborted } from './abort.ts';

export interface CompareOptions {
  /** As `--policies` on the command line: `['hpa', 'calm=hpa:{…}', 'oracle']`. */
  policies: readonly string[];
  /** As many, from the scenario's own on. */
  seeds?: number;
  /** As on the command line: `duration=10m`. */
  set?: readonly string[];
  /** Threads beside this one, for all runs together; 0 simulates in it, one run after the other. */
  threads?: number;
  /** One part in so many of fleet and traffic; by default what suits the number of requests, 1 for a small fleet. */
  sample?: number;
  allowExec?: boolean;
  /** Ends the comparison early: compare() then rejects with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: CompareProgress) => void;
}

export interface CompareProgress {
  /** Part of the work, 0..1. */
  done: number;
}

export interface Comparison {
  policies: ComparedPolicy[];
  /** The cheapest policy that keeps the SLO for 99 % of the requests, bounds apart; else the one that keeps it best. */
  best: string | undefined;
  /** One part in so many was simulated. */
  part: number;
}

export interface ComparedPolicy {
  label: string;
  policy: string;
  /** Knows the arrivals to come: a bound, no candidate. */
  isBound: boolean;
  /** Over the seeds; of the worst minute the worst. */
  means: Measures;
  runs: { seed: number; measures: Measures }[];
  costPerOracle: number | undefined;
  /** To the first policy, seed by seed; undefined for the first itself. */
  differences: Record<string, PairedDifference> | undefined;
  isOnFront: boolean;
}

/** Rejects with a UserError for whatever is wrong with the scenario (the path of a file) or a policy. */
export async function compare(scenarioPath: string, options: CompareOptions): Promise<Comparison> {
  const { set = [], seeds = 1, threads = 0, allowExec = false, sample, signal, onProgress } = options;
  signal?.throwIfAborted();
  await preloadAll();
  const variants = parseVariants(options.policies);
  const plan = planComparison({ filePath: scenarioPath, overrides: set, variants, seeds, part: sample });
  const runs: (ComparedRun | undefined)[] = plan.runs.map(() => undefined);
  let windowEnds: number[] = [];
  let need: number[] | undefined;
  const jobs = startJobs(
    plan.runs.map(({ loaded }) => loaded),
    {
      threads,
      version: version(),
      allowExec,
      outDir: () => '',
      onProgress: (done) => onProgress?.({ done }),
      onFinished: (job, result, { loaded }) => {
        const day = dayWindows(result);
        windowEnds = day.map(({ endSeconds }) => endSeconds);
        const middles = day.map(({ startSeconds, endSeconds }) => (startSeconds + endSeconds) / 2);
        need ??= plan.need && middles.map(plan.need);
        runs[job] = {
          seed: plan.runs[job].seed,
          isUndrained: result.ending === 'undrained',
          measures: measure(result, need),
          costs: ownershipCosts(result, loaded.scenario),
          ready: readyReplicas(day),
        };
      },
    },
  );
  await whileUnaborted(signal, jobs, () => jobs.finished);
  const { entries, winner } = comparisonOf(plan, { runs, windowEnds, need });
  return {
    policies: entries.map(({ runs: own, label, policy, isBound, means, ...rest }) => ({
      label,
      policy,
      isBound,
      means,
      runs: own.map(({ seed, measures }) => ({ seed, measures })),
      costPerOracle: rest.costPerOracle,
      differences: rest.differences,
      isOnFront: rest.isOnFront,
    })),
    best: winner,
    part: plan.part,
  };
}
