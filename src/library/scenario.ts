// A scenario read, completed and checked from code: the same rules and messages as on the command line.
import { parse } from 'yaml';
import {
  loadScenario as load,
  loadScenarioData as loadData,
  type LoadOptions as InnerOptions,
} from '../scenario/load.ts';
import { preloadAll } from '../scenario/load/preload.ts';
import type { LoadedScenario as Inner } from '../scenario/scenario.ts';

/** The path of a scenario file, or the same as an object; paths in an object are relative to the working directory. */
export type ScenarioSource = string | Record<string, unknown>;

export interface LoadOptions {
  seed?: number;
  /** As `--set` on the command line: `duration=10m`. */
  set?: readonly string[];
}

export interface LoadedScenario {
  name: string;
  description: string;
  seed: number;
  durationSeconds: number;
  /** Every default written out, numbers in their documented units; simulate() takes it as it is. */
  data: Record<string, unknown>;
  /** The same as YAML, and the start of its SHA-256, by which results are named. */
  resolvedYaml: string;
  hash: string;
}

/**
 * Reads a scenario, fills in every default and checks every rule; simulates nothing. Rejects with a UserError that lists
 * every mistake.
 */
export async function loadScenario(
  scenario: ScenarioSource,
  options: LoadOptions = {},
): Promise<LoadedScenario> {
  const { scenario: loaded, resolvedYaml, hash } = await loadedFrom(scenario, options.set ?? [], options);
  const { name, description, seed, durationSeconds } = loaded;
  const data = parse(resolvedYaml) as Record<string, unknown>;
  return { name, description, seed, durationSeconds, data, resolvedYaml, hash };
}

/** As the program has it. */
export async function loadedFrom(
  scenario: ScenarioSource,
  set: readonly string[],
  options: InnerOptions,
): Promise<Inner> {
  await preloadAll();
  const { seed, policyFromCode } = options;
  const inner = { seed, policyFromCode };
  return typeof scenario === 'string' ? load(scenario, set, inner) : loadData(scenario, set, inner);
}
