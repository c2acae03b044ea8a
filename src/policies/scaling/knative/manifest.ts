// Knative's own files, read as they are: a Service, Configuration or Revision with its autoscaling annotations, and the
// config map config-autoscaler, in one file or several documents of it. Anything about autoscaling that is not
// understood is named with its place; the rest of a manifest (containers, traffic) means nothing here.
// Source: knative.dev/docs/serving/autoscaling, serving.knative.dev/v1 (2024).
import { UserError } from '../../../kernel/user-error.ts';
import { readManifests, type Manifest, type ManifestPath } from '../manifest-yaml.ts';
import { ANNOTATION_PREFIX, readParameters, type Origin, type ParameterName } from './annotations.ts';
import { knativeParameters } from './parameters.ts';

export const CONFIG_MAP = 'config-autoscaler';
export const SERVING_VERSION = 'serving.knative.dev/v1';

/** A mapping somewhere in a document. */
interface Part {
  manifest: Manifest;
  path: ManifestPath;
  values: Record<string, unknown>;
}

/** The policy's parameters as a scenario gives them: only what the file says. Throws all mistakes as a UserError. */
export function readKnativeManifest(text: string, fileName: string): Partial<Record<ParameterName, unknown>> {
  const problems: string[] = [];
  const { annotations, config, spec } = findParts(readManifests(text, fileName), fileName, problems);
  const parts = { annotations, config, containerConcurrency: spec };
  const {
    given,
    origins,
    problems: misread,
  } = readParameters({
    annotations: annotations?.values ?? {},
    config: config?.values ?? {},
    containerConcurrency: spec?.values.containerConcurrency,
  });
  const report = ({ source, key }: Origin, message: string) => {
    const { manifest, path } = parts[source]!;
    const target = message.startsWith('unknown') ? 'key' : 'value';
    problems.push(`${manifest.place([...path, key], target)} ${key} ${message}`);
  };
  for (const { origin, message } of misread) report(origin, message);
  const checked = knativeParameters.safeParse(given);
  for (const { path, message } of checked.error?.issues ?? []) {
    report(origins[path[0] as ParameterName]!, message);
  }
  if (problems.length > 0) throw new UserError(problems);
  return given;
}

function findParts(manifests: readonly Manifest[], fileName: string, problems: string[]) {
  const revisions = manifests.filter((manifest) => templatePath(manifest) !== undefined);
  const configMaps = manifests.filter(isConfigMap);
  if (revisions.length + configMaps.length === 0) {
    const known = `Service, Configuration or Revision of ${SERVING_VERSION} or ConfigMap ${CONFIG_MAP}`;
    throw new UserError(`${fileName}: has no ${known}; name a file with one of them`);
  }
  for (const extra of [...revisions.slice(1), ...configMaps.slice(1)]) {
    problems.push(`${extra.place(['kind'])} kind is the second such document; keep the one to be scaled by`);
  }
  const [revision] = revisions;
  const [configMap] = configMaps;
  const template = (revision && templatePath(revision)) ?? [];
  if (template.length > 0) checkOuterAnnotations(revision, problems);
  return {
    annotations: partAt(revision, [...template, 'metadata', 'annotations'], problems),
    spec: partAt(revision, [...template, 'spec'], problems),
    config: partAt(configMap, ['data'], problems),
  };
}

/** Where the template of a revision is; undefined in a document of another kind. */
function templatePath({ data }: Manifest): ManifestPath | undefined {
  const { apiVersion, kind } = mapping(data);
  if (apiVersion !== SERVING_VERSION) return undefined;
  if (kind === 'Service' || kind === 'Configuration') return ['spec', 'template'];
  return kind === 'Revision' ? [] : undefined;
}

function isConfigMap({ data }: Manifest): boolean {
  const { kind, metadata } = mapping(data);
  return kind === 'ConfigMap' && mapping(metadata).name === CONFIG_MAP;
}

/** Knative refuses them there too. */
function checkOuterAnnotations(service: Manifest, problems: string[]): void {
  const path = ['metadata', 'annotations'];
  for (const key of Object.keys(partAt(service, path, problems)?.values ?? {})) {
    if (!key.startsWith(ANNOTATION_PREFIX)) continue;
    const place = service.place([...path, key], 'key');
    problems.push(`${place} ${key} has no effect here; move it to spec.template.metadata.annotations`);
  }
}

/** Undefined where it is left out or empty; a mistake where something else stands there. */
function partAt(manifest: Manifest | undefined, path: ManifestPath, problems: string[]): Part | undefined {
  if (manifest === undefined) return undefined;
  let value = manifest.data;
  for (const [depth, key] of path.entries()) {
    value = mapping(value)[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'object' && !Array.isArray(value)) continue;
    const at = path.slice(0, depth + 1);
    problems.push(`${manifest.place(at)} ${at.join('.')} must be a mapping; write "key: value" lines`);
    return undefined;
  }
  return { manifest, path, values: mapping(value) };
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
