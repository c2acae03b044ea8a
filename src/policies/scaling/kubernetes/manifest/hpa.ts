// A HorizontalPodAutoscaler of autoscaling/v2 as the parameters of the policy `hpa`, and back. All that is wrong,
// unknown or mapped to no signal is named with its line. What a manifest does not say (tolerance, intervals, signals)
// keeps its default; written, it stands in comments.
import { stringify } from 'yaml';
import { z } from 'zod';
import { UserError } from '../../../../kernel/user-error.ts';
import { derived, quantity, section } from '../../../../settings/keys.ts';
import type { SignalName } from '../../signals.ts';
import { hpaParameters, type HpaParameters } from '../hpa/parameters.ts';
import { formatQuantity } from '../quantity.ts';
import { fieldOf, findManifest, nameOf, objectKeys, scaleTargetKey, type ManifestKind } from './kinds.ts';
import { allIssues, inOrder, manifestProblems } from './problems.ts';

const HPA: ManifestKind = { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2' };
const REPLICAS_MAX = 2_147_483_647;

export interface ReadManifest {
  /** Of the object and of what it scales. */
  name: string | null;
  target: string;
  /** Bounds of the pool. */
  minReplicas: number;
  maxReplicas: number;
  /** As a scenario gives them: only what the file says. */
  parameters: Record<string, unknown>;
}

const replicas = (min: number, description: string) =>
  quantity('count', { min, max: REPLICAS_MAX, whole: true }, description);

const hpaKeys = section(
  {
    ...objectKeys,
    spec: section(
      {
        scaleTargetRef: scaleTargetKey,
        minReplicas: replicas(0, 'The lower bound.').default(1),
        maxReplicas: replicas(1, 'The upper bound.'),
        // Checked as parameters.
        metrics: derived(z.unknown(), 'CPU at 80 %'),
        behavior: derived(z.unknown(), 'none'),
      },
      'The specification.',
    ),
  },
  'A HorizontalPodAutoscaler.',
);

/** `signals`: what metrics are that the table of known ones does not have. Throws all mistakes as a UserError. */
export function readHpaManifest(
  text: string,
  fileName: string,
  signals: Readonly<Record<string, SignalName>> = {},
): ReadManifest {
  const manifest = findManifest(text, fileName, HPA);
  const outer = hpaKeys.safeParse(manifest.data);
  const problems = manifestProblems(manifest, outer.error?.issues ?? []);
  const spec = fieldOf(manifest.data, 'spec');
  const metrics = fieldOf(spec, 'metrics');
  const behavior = fieldOf(spec, 'behavior');
  if (metrics === undefined && outer.success) {
    problems.push(
      `${manifest.place(['spec', 'metrics'])} spec.metrics is missing, which means CPU at 80 %; name a metric of GPU ` +
        'serving, e.g. vllm:num_requests_waiting',
    );
  } else if (metrics !== undefined || behavior !== undefined) {
    const written = {
      ...(metrics !== undefined && { metrics }),
      ...(behavior !== undefined && { behavior }),
    };
    const issues = allIssues(hpaParameters, written, { list: 'metrics', beside: { signals } });
    problems.push(...manifestProblems(manifest, issues, ['spec']));
  }
  problems.push(...boundProblems(spec, manifest.place));
  if (problems.length > 0 || !outer.success) throw new UserError(inOrder(problems));
  const { minReplicas, maxReplicas, scaleTargetRef } = outer.data.spec;
  const ownSignals = Object.keys(signals).length > 0 ? { signals } : {};
  return {
    name: nameOf(manifest),
    target: scaleTargetRef.name,
    minReplicas,
    maxReplicas,
    parameters: { metrics, ...(behavior !== undefined && { behavior }), ...ownSignals },
  };
}

function boundProblems(spec: unknown, place: (path: string[]) => string): string[] {
  const problems: string[] = [];
  const min = fieldOf(spec, 'minReplicas');
  const max = fieldOf(spec, 'maxReplicas');
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    problems.push(`${place(['spec', 'minReplicas'])} spec.minReplicas is more than maxReplicas; lower it`);
  }
  const metrics = fieldOf(spec, 'metrics');
  const types = Array.isArray(metrics) ? metrics.map((metric) => fieldOf(metric, 'type')) : [];
  if (min === 0 && !types.some((type) => type === 'Object' || type === 'External')) {
    problems.push(
      `${place(['spec', 'minReplicas'])} spec.minReplicas is 0, which needs a metric of type Object or External; ` +
        'add one, or write 1',
    );
  }
  return problems;
}

export interface WrittenObject {
  name: string;
  /** Of the Deployment. */
  target: string;
  minReplicas: number;
  maxReplicas: number;
}

/** YAML that readHpaManifest reads as the same parameters. */
export function writeHpaManifest(parameters: HpaParameters, object: WrittenObject): string {
  const { name, target, minReplicas, maxReplicas } = object;
  const { metrics, behavior } = parameters;
  const { kind, apiVersion } = HPA;
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
    minReplicas,
    maxReplicas,
    metrics: withQuantities(metrics),
    ...(behavior && { behavior: withQuantities(behavior) }),
  };
  return clusterComments(parameters) + stringify({ apiVersion, kind, metadata: { name }, spec });
}

const QUANTITIES: readonly string[] = ['averageValue', 'value', 'tolerance'];

/** The `value` of a rate limit in `behavior` is a plain number, that of a target a quantity. */
export function withQuantities(written: unknown): unknown {
  if (Array.isArray(written)) return written.map(withQuantities);
  if (typeof written !== 'object' || written === null) return written;
  const isRate = 'periodSeconds' in written;
  return Object.fromEntries(
    Object.entries(written)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const isQuantity = typeof value === 'number' && QUANTITIES.includes(key) && !isRate;
        return [key, isQuantity ? formatQuantity(value) : withQuantities(value)];
      }),
  );
}

const FLAGS = {
  tolerance: 'tolerance',
  syncPeriod: 'sync-period',
  downscaleStabilization: 'downscale-stabilization',
  cpuInitializationPeriod: 'cpu-initialization-period',
  initialReadinessDelay: 'initial-readiness-delay',
} as const;

/** What a manifest cannot say: settings of the controller manager, and what metrics are in the simulation. */
export function clusterComments(parameters: Partial<HpaParameters>): string {
  const defaults = hpaParameters.parse({});
  const lines = Object.entries(FLAGS).flatMap(([key, flag]) => {
    const value = parameters[key as keyof typeof FLAGS];
    if (value === undefined || value === defaults[key as keyof typeof FLAGS]) return [];
    const unit = key === 'tolerance' ? '' : 's';
    return [`# kube-controller-manager --horizontal-pod-autoscaler-${flag}=${value}${unit}\n`];
  });
  const signals = Object.entries(parameters.signals ?? {}).map(
    ([name, signal]) => `# in the simulation ${name} is ${signal}\n`,
  );
  return [...lines, ...signals].join('');
}
