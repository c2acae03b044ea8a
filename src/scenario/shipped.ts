// The scenarios that come with the program, found from the sources and from the build alike.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export interface ShippedScenario {
  name: string;
  path: string;
  /** First line of its description. */
  title: string;
}

/** src/scenario and dist/scenario lie equally deep below the package. */
const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));

export function shippedScenarios(): ShippedScenario[] {
  return scenariosIn(folder);
}

/** Each shows one known failure of autoscaling: docs/failures.md. */
export function failureScenarios(): ShippedScenario[] {
  return scenariosIn(path.join(folder, 'failures'));
}

function scenariosIn(of: string): ShippedScenario[] {
  const files = readdirSync(of).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const filePath = path.join(of, file);
    const { name, description } = parse(readFileSync(filePath, 'utf8')) as {
      name: string;
      description: string;
    };
    return { name, path: filePath, title: description.split('\n')[0] };
  });
}
