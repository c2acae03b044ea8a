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
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().map((file) => {
    const filePath = path.join(folder, file);
    const { name, description } = parse(readFileSync(filePath, 'utf8')) as {
      name: string;
      description: string;
    };
    return { name, path: filePath, title: description.split('\n')[0] };
  });
}
