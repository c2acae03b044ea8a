// Scenario files written for a test, in a folder of their own.
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../src/kernel/user-error.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const MINIMAL = 'workload: { arrivals: { kind: constant, requestsPerSecond: 10 } }\n';

const folder = temporaryFolder();

export function newFolder(): string {
  return mkdtempSync(path.join(folder, 'scenario-'));
}

export function fileWith(content: string | Uint8Array, name = 's.yaml'): string {
  const file = path.join(newFolder(), name);
  writeFileSync(file, content);
  return file;
}

export function loaded(text: string, overrides: string[] = []): LoadedScenario {
  return loadScenario(fileWith(text), overrides);
}

/** What is wrong with a scenario, its path shortened to `s.yaml`; fails if nothing is. */
export function problems(text: string | Uint8Array, overrides: string[] = []): string[] {
  const file = fileWith(text);
  try {
    loadScenario(file, overrides);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(file, 's.yaml'));
  }
  throw new Error('the scenario is valid');
}
