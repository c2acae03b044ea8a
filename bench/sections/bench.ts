// What sections have in common: how much effort to spend, configurations of the bench's fleet, and rows of what a
// measurement of one says.
import type { RoutingPolicy } from '../../src/fleet/spec.ts';
import { REPLICAS } from '../measure/program.ts';
import { inChild } from '../measure/tasks.ts';
import type { Effort, FleetFigures, ScenarioChoice } from '../measure/tasks.ts';
import type { Row } from '../report/figures.ts';
import { median, pairedRatio } from '../report/statistics.ts';

export interface Bench {
  quick: boolean;
  /** Also simulate a week of the flagship fleet. */
  week: boolean;
  /** Says on stderr what is being measured. */
  progress(what: string): void;
}

export interface FleetConfig {
  replicas: number;
  routing: RoutingPolicy;
  /** Part of what the replicas can finish at most. */
  load: number;
  promptTokens: number;
  outputTokens: number;
  windowSeconds: number;
}

export const LONG = { promptTokens: 1000, outputTokens: 250 };
export const SHORT = { promptTokens: 100, outputTokens: 50 };

export const BASE: FleetConfig = {
  replicas: 64,
  routing: 'power-of-two',
  load: 0.8,
  ...LONG,
  windowSeconds: 60,
};

export function effortOf({ quick }: Bench, { outputTokens }: FleetConfig): Effort {
  // A token takes a tenth of a second: several times as long as a request is in the system.
  const residenceSeconds = 0.1 * outputTokens;
  return quick
    ? {
        warmUpSeconds: 4 * residenceSeconds,
        warmUpRequests: 300_000,
        warmUpMs: 500,
        samples: 5,
        sampleMs: 50,
      }
    : {
        warmUpSeconds: 10 * residenceSeconds,
        warmUpRequests: 1_500_000,
        warmUpMs: 3000,
        samples: 9,
        sampleMs: 150,
      };
}

export function measureConfig(bench: Bench, config: FleetConfig): FleetFigures {
  bench.progress(configLabel(config));
  return inChild({ kind: 'fleet', scenario: scenarioOf(config), effort: effortOf(bench, config) });
}

export function scenarioOf(config: FleetConfig): ScenarioChoice {
  const perReplica = config.load * saturation(config);
  return choice(config, config.replicas * perReplica);
}

export function configLabel({ replicas, routing, load, promptTokens, outputTokens }: FleetConfig): string {
  return `R ${replicas}, ${routing}, ${promptTokens}/${outputTokens}, load ${load}`;
}

export function costOf({ generatorNs, ns, cellsPart, rssMb }: FleetFigures): Row['values'] {
  const ratio = pairedRatio(ns, generatorNs);
  return {
    generatorNs: median(generatorNs),
    ns: median(ns),
    nsMin: Math.min(...ns),
    cellsNs: median(ns) * cellsPart,
    ratio,
    cellsRatio: ratio * cellsPart,
    rssMb,
  };
}

export function eventsOf({ runs, steps }: FleetFigures): Row['values'] {
  return { runs, steps };
}

const saturations = new Map<string, number>();

/** Requests per second that one replica finishes when it is offered far more. */
function saturation(config: FleetConfig): number {
  const { promptTokens, outputTokens } = config;
  const lengths = `${promptTokens}/${outputTokens}`;
  let known = saturations.get(lengths);
  if (known === undefined) {
    const one: FleetConfig = { ...config, replicas: 1, routing: 'round-robin', windowSeconds: 60 };
    const scenario = choice(one, 20_000 / (promptTokens + outputTokens));
    known = inChild({ kind: 'saturation', scenario }).requestsPerSecond;
    saturations.set(lengths, known);
  }
  return known;
}

function choice(config: FleetConfig, requestsPerSecond: number): ScenarioChoice {
  const { replicas, routing, promptTokens, outputTokens, windowSeconds } = config;
  const values = {
    'fleet.pools[0].replicas': replicas,
    routing,
    'workload.arrivals.requestsPerSecond': requestsPerSecond,
    'workload.promptTokens.mean': promptTokens,
    'workload.outputTokens.mean': outputTokens,
    'output.window': windowSeconds,
    duration: windowSeconds < 10 ? '1d' : '20d',
  };
  return { file: REPLICAS, overrides: Object.entries(values).map(([key, value]) => `${key}=${value}`) };
}
