// One scenario simulated from code, with a policy of one's own if wanted, so that a test can assert what it comes to. The
// same engine, results and errors as those of the command line; writes no files.
import { version } from '../cli/version.ts';
import type { ScalingDecision } from '../control/controller.ts';
import type { OwnPolicy } from '../control/external/own-policy.ts';
import { withReplicaCapacities } from '../experiment/capacity.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import { summaryJson } from '../report/summary-json.ts';
import { loadOwnPolicies } from '../run/policies/own-policies.ts';
import { Run } from '../run/run.ts';
import { whileUnaborted } from './abort.ts';
import { loadedFrom, type ScenarioSource } from './scenario.ts';

export interface SimulateOptions<P = Record<string, unknown>, S = unknown> {
  /**
   * Decides for every pool that scales, in the place of the policy that the scenario names; `parameters` of the scenario
   * are given to it. In a scenario without `autoscaling` all pools scale by it, with the defaults of that key.
   */
  policy?: OwnPolicy<P, S> | OwnPolicy<P, S>['recommend'];
  seed?: number;
  /** As on the command line: `duration=10m`. */
  set?: readonly string[];
  /** Threads beside this one; 0 simulates in it. Changes no result. */
  threads?: number;
  /** Whether programs that the scenario names as policies may be run. */
  allowExec?: boolean;
  /** Ends the run early: simulate() then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** After every window. */
  onProgress?: (progress: SimulateProgress) => void;
}

export interface SimulateProgress {
  /** Simulated so far; beyond the duration while the last requests are served. */
  simulatedSeconds: number;
  durationSeconds: number;
  /** The window that has just ended. */
  window: WindowMetrics;
}

export interface Simulation {
  /** The keys of summary.json: docs/results.md. Latencies in ms. */
  summary: Record<string, string | number | boolean | null>;
  /** Windows in time order, those of the drain last; all of them together. */
  windows: WindowMetrics[];
  total: WindowMetrics;
  /** Changes of how many replicas were wanted. */
  scaling: ScalingDecision[];
  /** The scenario with every default written out. */
  resolvedYaml: string;
}

/**
 * Simulates a scenario: the path of a file, or the same as an object. Rejects with a UserError for whatever is wrong with
 * it, or with the policy.
 */
export async function simulate<P = Record<string, unknown>, S = unknown>(
  scenario: ScenarioSource,
  options: SimulateOptions<P, S> = {},
): Promise<Simulation> {
  const { seed, set = [], threads = 0, allowExec = false, policy, signal, onProgress } = options;
  signal?.throwIfAborted();
  const written = await loadedFrom(scenario, set, { seed, policyFromCode: policy && nameOf(policy) });
  const policies = await loadOwnPolicies(written.scenario, { allowExec, fromCode: policy });
  const loaded = withReplicaCapacities(written, policies);
  const { durationSeconds } = loaded.scenario;
  signal?.throwIfAborted();
  const run = new Run(loaded, { threads, outDir: '', version: version(), policies });
  let shown = -1;
  const result = await whileUnaborted(signal, run, () =>
    run.execute(({ window, windowIndex }) => {
      // The last window is told of once more at the end.
      if (windowIndex === shown) return;
      shown = windowIndex;
      onProgress?.({ simulatedSeconds: window.endSeconds, durationSeconds, window });
    }),
  );
  const { total, scaling } = result;
  const windows = [...result.windows];
  return { summary: summaryJson(result, loaded), windows, total, scaling, resolvedYaml: loaded.resolvedYaml };
}

function nameOf(policy: object): string {
  const { name } = policy as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : 'own-policy';
}
