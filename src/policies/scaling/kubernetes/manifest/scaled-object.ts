// A ScaledObject of keda.sh/v1alpha1 as the parameters of the policy `keda`, and back. All that is wrong, unknown or
// mapped to no signal is named with its line. Metadata of triggers is text, as KEDA wants it.
import { stringify } from 'yaml';
import { z } from 'zod';
import { UserError } from '../../../../kernel/user-error.ts';
import { derived, section } from '../../../../settings/keys.ts';
import type { Manifest } from '../../manifest-yaml.ts';
import type { SignalName } from '../../signals.ts';
import { kedaParameters, kedaSpecKeys, type KedaParameters } from '../keda/parameters.ts';
import { clusterComments, withQuantities, type ReadManifest, type WrittenObject } from './hpa.ts';
import { fieldOf, findManifest, nameOf, objectKeys, scaleTargetKey, type ManifestKind } from './kinds.ts';
import { allIssues, inOrder, manifestProblems } from './problems.ts';

const SCALED_OBJECT: ManifestKind = { kind: 'ScaledObject', apiVersion: 'keda.sh/v1alpha1' };
const MIN_REPLICAS = 0;
const MAX_REPLICAS = 100;

const specKeys = Object.keys(kedaSpecKeys);

const keys = section(
  {
    ...objectKeys,
    spec: section(
      {
        scaleTargetRef: scaleTargetKey,
        // Checked as parameters.
        ...Object.fromEntries(specKeys.map((key) => [key, derived(z.unknown(), 'its default')])),
      },
      'The specification.',
    ),
  },
  'A ScaledObject.',
);

/** `signals`: what triggers are, by name or metricName. Throws all mistakes as a UserError. */
export function readScaledObject(
  text: string,
  fileName: string,
  signals: Readonly<Record<string, SignalName>> = {},
): ReadManifest {
  const manifest = findManifest(text, fileName, SCALED_OBJECT);
  const outer = keys.safeParse(manifest.data);
  const problems = manifestProblems(manifest, outer.error?.issues ?? []);
  const spec = fieldOf(manifest.data, 'spec');
  const written = Object.fromEntries(
    specKeys.map((key) => [key, fieldOf(spec, key)] as const).filter(([, value]) => value !== undefined),
  );
  if (outer.success && written.triggers === undefined) {
    problems.push(`${manifest.place(['spec', 'triggers'])} spec.triggers is missing; name one`);
  }
  const issues = allIssues(kedaParameters, written, { list: 'triggers', beside: { signals } });
  problems.push(...manifestProblems(manifest, issues, ['spec']), ...pauseProblems(manifest));
  if (problems.length > 0 || !outer.success) throw new UserError(inOrder(problems));
  const parsed = kedaParameters.parse({ ...written, signals });
  const { idleReplicaCount, minReplicaCount = MIN_REPLICAS, maxReplicaCount = MAX_REPLICAS } = parsed;
  const ownSignals = Object.keys(signals).length > 0 ? { signals } : {};
  return {
    name: nameOf(manifest),
    target: outer.data.spec.scaleTargetRef.name,
    minReplicas: idleReplicaCount ?? minReplicaCount,
    maxReplicas: maxReplicaCount,
    parameters: { ...written, minReplicaCount, maxReplicaCount, ...ownSignals },
  };
}

function pauseProblems({ data, place }: Manifest): string[] {
  const annotations = fieldOf(fieldOf(data, 'metadata'), 'annotations');
  const keys = typeof annotations === 'object' && annotations !== null ? Object.keys(annotations) : [];
  return keys
    .filter((key) => key.startsWith('autoscaling.keda.sh/paused'))
    .map((key) => {
      const at = place(['metadata', 'annotations', key], 'key');
      return `${at} ${key} pauses the scaling, which a simulation does not; remove it`;
    });
}

/** YAML that readScaledObject reads as the same parameters. */
export function writeScaledObject(parameters: KedaParameters, object: WrittenObject): string {
  const { triggers, advanced, minReplicaCount, maxReplicaCount } = parameters;
  const { pollingInterval, cooldownPeriod, initialCooldownPeriod, idleReplicaCount, fallback } = parameters;
  const spec = {
    scaleTargetRef: { name: object.target },
    pollingInterval,
    cooldownPeriod,
    initialCooldownPeriod,
    idleReplicaCount,
    minReplicaCount: minReplicaCount ?? object.minReplicas,
    maxReplicaCount: maxReplicaCount ?? object.maxReplicas,
    fallback,
    advanced: advanced && withQuantities(advanced),
    triggers: triggers.map(({ metadata, ...trigger }) => ({
      ...trigger,
      metadata: Object.fromEntries(
        Object.entries(metadata)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, String(value)]),
      ),
    })),
  };
  const { apiVersion, kind } = SCALED_OBJECT;
  const manifest = { apiVersion, kind, metadata: { name: object.name }, spec };
  return clusterComments(parameters) + stringify(manifest, { keepUndefined: false });
}
