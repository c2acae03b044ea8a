// The policy's parameters as Knative's own files: what belongs to a revision as annotations of a Service, what only the
// cluster has as the config map config-autoscaler. What is Knative's default is left out. Containers are the user's.
// Source: knative.dev/docs/serving/autoscaling (2024).
import { stringify } from 'yaml';
import {
  ANNOTATION_PREFIX,
  ANNOTATIONS,
  CLASS,
  CLASS_ANNOTATION,
  CONFIG,
  PROGRESS_DEADLINE_ANNOTATION,
} from './annotations.ts';
import { goDuration } from './go-duration.ts';
import { CONFIG_MAP, SERVING_VERSION } from './manifest.ts';
import { knativeParameters, type KnativeParameters } from './parameters.ts';

type Name = keyof KnativeParameters;

/** YAML that readKnativeManifest reads as the same parameters. */
export function writeKnativeManifest(parameters: KnativeParameters, name = 'fleet'): string {
  const defaults = knativeParameters.parse({});
  const differs = (parameter: Name) => parameters[parameter] !== defaults[parameter];
  const annotations: Record<string, string> = { [ANNOTATION_PREFIX + CLASS_ANNOTATION]: CLASS };
  const ofRevision = new Set<Name>(['containerConcurrency', 'progressDeadline']);
  for (const [key, { parameter, kind }] of Object.entries(ANNOTATIONS)) {
    ofRevision.add(parameter);
    if (differs(parameter)) annotations[ANNOTATION_PREFIX + key] = written(parameters[parameter], kind);
  }
  if (differs('progressDeadline')) {
    annotations[PROGRESS_DEADLINE_ANNOTATION] = goDuration(parameters.progressDeadline);
  }
  const data: Record<string, string> = {};
  for (const [key, { parameter, kind }] of Object.entries(CONFIG)) {
    if (!ofRevision.has(parameter) && differs(parameter)) data[key] = written(parameters[parameter], kind);
  }
  const { containerConcurrency } = parameters;
  const spec = containerConcurrency > 0 ? { spec: { containerConcurrency } } : {};
  const service = {
    apiVersion: SERVING_VERSION,
    kind: 'Service',
    metadata: { name },
    spec: { template: { metadata: { annotations }, ...spec } },
  };
  if (Object.keys(data).length === 0) return stringify(service);
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: CONFIG_MAP, namespace: 'knative-serving' },
    data,
  };
  return `${stringify(service)}---\n${stringify(configMap)}`;
}

function written(value: KnativeParameters[Name], kind: string): string {
  return kind === 'duration' ? goDuration(value as number) : String(value);
}
