// The zoo: every policy through every scenario that shows a known failure. A policy survives a scenario if its requests
// meet the SLO to the share that is named here and its bill is at most so many times that of the bound: replicas that
// are there the moment need(t) asks for them and gone the moment it does not. Shares and factors are our choice, such
// that the remedy named in the scenario's file passes and the setting it shows does not. Left out: other seeds.
import { sumRows } from '../../economics/ledger.ts';
import type { RunResult } from '../../run/result.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { Override } from '../../scenario/load/overrides.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { failureScenarios } from '../../scenario/shipped.ts';
import { expectedRequestsPerSecond } from '../../workload/create.ts';
import { startJobs } from '../jobs.ts';
import { needAt } from '../need.ts';
import type { Entrant, Terrain } from './entrants.ts';

export interface Criteria {
  /** Part of the arrived requests that meets every threshold. */
  attainmentLeast: number;
  /** Cost over that of the bound. */
  costRatioMost: number;
}

/** By scenario. Lower shares where even a prompt answer comes a cold start late. */
export const CRITERIA: Readonly<Record<string, Criteria>> = {
  flapping: { attainmentLeast: 0.99, costRatioMost: 2 },
  'flash-crowd': { attainmentLeast: 0.95, costRatioMost: 2.25 },
  holiday: { attainmentLeast: 0.99, costRatioMost: 1.75 },
  'long-streams': { attainmentLeast: 0.99, costRatioMost: 2 },
  'longer-outputs': { attainmentLeast: 0.95, costRatioMost: 1.75 },
  'metric-lag': { attainmentLeast: 0.95, costRatioMost: 3 },
  'metric-outage': { attainmentLeast: 0.95, costRatioMost: 2 },
  'morning-ramp': { attainmentLeast: 0.98, costRatioMost: 2 },
  overshoot: { attainmentLeast: 0.93, costRatioMost: 1.5 },
  'saturated-signal': { attainmentLeast: 0.99, costRatioMost: 2 },
  'scale-to-zero': { attainmentLeast: 0.95, costRatioMost: 1.5 },
  'stock-out': { attainmentLeast: 0.95, costRatioMost: 2.5 },
};

export interface Outcome {
  attainment: number;
  costUsd: number;
}

export interface ZooScenario extends Criteria {
  name: string;
  title: string;
  bound: Outcome;
}

export interface ZooCell extends Outcome {
  scenario: string;
  policy: string;
  costRatio: number;
  holdsSlo: boolean;
  holdsCost: boolean;
}

export interface Zoo {
  scenarios: ZooScenario[];
  policies: Pick<Entrant, 'name' | 'settings'>[];
  /** By scenario, then by policy. */
  cells: ZooCell[];
}

export interface ZooOptions {
  entrants: readonly Entrant[];
  /** Names; default: all. */
  scenarios?: readonly string[];
  version: string;
  /** Simulating threads; 0 simulates in the calling thread, one run after the other. */
  threads: number;
  onProgress?(done: number, of: number): void;
}

/** UserError for settings that a scenario does not allow. */
export async function runZoo(options: ZooOptions): Promise<Zoo> {
  const { entrants, version, scenarios: names, onProgress, threads } = options;
  const shipped = failureScenarios().filter(({ name }) => names?.includes(name) ?? true);
  const loads = shipped.flatMap(({ path }) => {
    const ground = groundOf(path);
    return [loadBound(path, ground), ...entrants.map((entrant) => loadEntered(path, entrant, ground))];
  });
  const outcomes: Outcome[] = [];
  let done = 0;
  await startJobs(loads, {
    threads,
    version,
    allowExec: false,
    outDir: () => '',
    onFinished: (job, result) => {
      outcomes[job] = outcomeOf(result);
      onProgress?.(++done, loads.length);
    },
  }).finished;
  const perScenario = 1 + entrants.length;
  const scenarios = shipped.map(({ name, title }, i) => {
    return { name, title, ...CRITERIA[name], bound: outcomes[i * perScenario] };
  });
  const cells = scenarios.flatMap((scenario, i) =>
    entrants.map(({ name }, j) => cellOf(scenario, name, outcomes[i * perScenario + 1 + j])),
  );
  return { scenarios, policies: entrants.map(({ name, settings }) => ({ name, settings })), cells };
}

export function outcomeOf({ total, ledger }: RunResult): Outcome {
  return { attainment: total.attained / total.arrived, costUsd: sumRows(ledger).totalUsd };
}

export function cellOf(scenario: ZooScenario, policy: string, outcome: Outcome): ZooCell {
  const costRatio = outcome.costUsd / scenario.bound.costUsd;
  return {
    scenario: scenario.name,
    policy,
    ...outcome,
    costRatio,
    holdsSlo: outcome.attainment >= scenario.attainmentLeast,
    holdsCost: costRatio <= scenario.costRatioMost,
  };
}

const none = { mean: 0, sd: 0 };

/** Perfect foresight, replicas that come and go at once, nothing in the way. */
export function loadBound(path: string, { needAtStart }: Ground = groundOf(path)): LoadedScenario {
  const also = inAutoscaling({
    policy: 'zero-lead',
    parameters: {},
    min: 0,
    initial: needAtStart,
    signals: {},
    stabilisation: {},
    coldStart: { provision: none, load: none, reload: none },
    drain: { grace: '1h' },
    emptyNode: 0,
  });
  return loadScenario(path, [], { also });
}

function loadEntered(path: string, { autoscaling, least }: Entrant, ground: Ground): LoadedScenario {
  const own = { parameters: {}, min: Math.max(least, ground.minReplicas), ...autoscaling(ground) };
  return loadScenario(path, [], { also: inAutoscaling(own) });
}

function inAutoscaling(keys: Record<string, unknown>): Override[] {
  return Object.entries(keys).map(([key, value]) => ({
    path: ['fleet', 'pools', 0, 'autoscaling', key],
    value,
    written: `${key} of the zoo`,
  }));
}

const HOURS = 24;
const HOUR_SECONDS = 3600;
const MINUTE_SECONDS = 60;

interface Ground extends Terrain {
  needAtStart: number;
  minReplicas: number;
}

function groundOf(path: string): Ground {
  const { scenario } = loadScenario(path, []);
  const { name, workload, startEpochMs, durationSeconds, pools } = scenario;
  const { replicaCapacityPerSecond, minReplicas } = pools[0].autoscaling!;
  if (workload.kind === 'trace') throw new Error(`scenario ${name} of the zoo replays a trace`);
  const ordinary = { ...workload, arrivals: { ...workload.arrivals, changes: undefined } };
  const day = { spec: ordinary, startEpochMs, durationSeconds: HOURS * HOUR_SECONDS };
  const middles = Array.from({ length: HOURS }, (_, hour) => (hour + 0.5) * HOUR_SECONDS);
  const need = needAt(scenario, [replicaCapacityPerSecond]);
  const minutes = Array.from({ length: Math.ceil(durationSeconds / MINUTE_SECONDS) }, (_, i) => i);
  return {
    minReplicas,
    needAtStart: need(0),
    ordinaryHours: expectedRequestsPerSecond(day, middles),
    peakNeed: Math.max(...minutes.map((minute) => need((minute + 0.5) * MINUTE_SECONDS))),
  };
}
