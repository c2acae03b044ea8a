// What all manifests have in common: which document of a file is meant, and what names it.
import { z } from 'zod';
import { UserError } from '../../../../kernel/user-error.ts';
import { derived, section, text } from '../../../../settings/keys.ts';
import { readManifests, type Manifest } from '../../manifest-yaml.ts';

export interface ManifestKind {
  kind: string;
  apiVersion: string;
}

/** The only document of that kind in the file. */
export function findManifest(text: string, fileName: string, { kind, apiVersion }: ManifestKind): Manifest {
  const documents = readManifests(text, fileName);
  const found = documents.filter(({ data }) => fieldOf(data, 'kind') === kind);
  if (found.length === 0) throw new UserError(`${fileName}: has no ${kind}; name a file with one`);
  const [manifest, ...others] = found;
  const problems = others.map(
    ({ place }) => `${place(['kind'])} kind is the second ${kind}; keep one of them`,
  );
  const version = fieldOf(manifest.data, 'apiVersion');
  if (version !== apiVersion) {
    const written = typeof version === 'string' ? `${version}` : 'not text';
    problems.push(`${manifest.place(['apiVersion'])} apiVersion is ${written}; write it as ${apiVersion}`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return manifest;
}

export function fieldOf(data: unknown, key: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[key] : undefined;
}

/** `metadata.name`, if it is text. */
export function nameOf({ data }: Manifest): string | null {
  const name = fieldOf(fieldOf(data, 'metadata'), 'name');
  return typeof name === 'string' ? name : null;
}

const any = (description: string) => z.unknown().meta({ description });

/** Keys of any object; `status` is what a cluster adds to what one applied. */
export const objectKeys = {
  apiVersion: any('Its version.'),
  kind: any('Its kind.'),
  metadata: derived(any('Its name, labels and annotations.'), 'no name'),
  status: derived(any('What the cluster last found; without effect.'), 'none'),
};

export const scaleTargetKey = section(
  {
    apiVersion: derived(any('Its version.'), 'apps/v1'),
    kind: derived(any('Its kind.'), 'Deployment'),
    name: text('Its name.', 'vllm'),
    envSourceContainerName: derived(any('Without effect here.'), 'none'),
  },
  'What is scaled: the pool.',
);
