// Manifests of Kubernetes and Knative, whichever a file holds: from one to a policy with its parameters and the pool's
// bounds, and back.
import { UserError } from '../../kernel/user-error.ts';
import { readKnativeManifest } from './knative/manifest.ts';
import { writeKnativeManifest } from './knative/manifest-write.ts';
import type { KnativeParameters } from './knative/parameters.ts';
import type { HpaParameters } from './kubernetes/hpa/parameters.ts';
import type { KedaParameters } from './kubernetes/keda/parameters.ts';
import { readHpaManifest, writeHpaManifest, type WrittenObject } from './kubernetes/manifest/hpa.ts';
import { fieldOf } from './kubernetes/manifest/kinds.ts';
import { readScaledObject, writeScaledObject } from './kubernetes/manifest/scaled-object.ts';
import { readManifests } from './manifest-yaml.ts';
import { SIGNAL_NAMES, type SignalName } from './signals.ts';

export interface ManifestContents {
  policy: string;
  /** As a scenario gives them: only what the file says. */
  parameters: Record<string, unknown>;
  minReplicas?: number;
  maxReplicas?: number;
}

type Signals = Readonly<Record<string, SignalName>>;

interface Format {
  policy: string;
  kinds: readonly string[];
  read(text: string, fileName: string, signals: Signals): Omit<ManifestContents, 'policy'>;
  write(parameters: unknown, object: WrittenObject): string;
}

const FORMATS: readonly Format[] = [
  {
    policy: 'hpa',
    kinds: ['HorizontalPodAutoscaler'],
    read: readHpaManifest,
    write: (parameters, object) => writeHpaManifest(parameters as HpaParameters, object),
  },
  {
    policy: 'keda',
    kinds: ['ScaledObject'],
    read: readScaledObject,
    write: (parameters, object) => writeScaledObject(parameters as KedaParameters, object),
  },
  {
    policy: 'kpa',
    kinds: ['Service', 'Configuration', 'Revision', 'ConfigMap'],
    read: (text, fileName) => {
      const parameters = readKnativeManifest(text, fileName);
      const { minScale, maxScale } = parameters;
      return {
        parameters,
        ...(typeof minScale === 'number' && { minReplicas: minScale }),
        // 0 is no bound.
        ...(typeof maxScale === 'number' && maxScale > 0 && { maxReplicas: maxScale }),
      };
    },
    write: (parameters, { name, minReplicas, maxReplicas }) =>
      writeKnativeManifest(
        { minScale: minReplicas, maxScale: maxReplicas, ...(parameters as KnativeParameters) },
        name,
      ),
  },
];

export const MANIFEST_POLICIES: readonly string[] = FORMATS.map(({ policy }) => policy);

/**
 * `policy`: which it must be for, if that is known. `signals`: what its metrics are in the simulation, beside the known
 * ones. Throws all mistakes as a UserError.
 */
export function readManifest(
  text: string,
  fileName: string,
  { policy, signals }: { policy?: string; signals?: unknown } = {},
): ManifestContents {
  const kinds = readManifests(text, fileName).map(({ data }) => String(fieldOf(data, 'kind')));
  const format = FORMATS.find((candidate) =>
    policy === undefined ? candidate.kinds.some((kind) => kinds.includes(kind)) : candidate.policy === policy,
  );
  if (format === undefined) {
    const known = FORMATS.flatMap((candidate) => candidate.kinds).join(', ');
    const problem = policy === undefined ? `has none of ${known}` : `is read for no policy ${policy}`;
    throw new UserError(`${fileName}: ${problem}; policies with manifests: ${MANIFEST_POLICIES.join(', ')}`);
  }
  return { policy: format.policy, ...format.read(text, fileName, signalsIn(signals)) };
}

export function writeManifest(policy: string, parameters: unknown, object: WrittenObject): string {
  const format = FORMATS.find((candidate) => candidate.policy === policy);
  if (format !== undefined) return format.write(parameters, object);
  throw new UserError(`${policy}: has no manifest; policies with manifests: ${MANIFEST_POLICIES.join(', ')}`);
}

/** Mistakes in them are told with the parameters that they are part of. */
function signalsIn(written: unknown): Signals {
  if (typeof written !== 'object' || written === null) return {};
  const entries = Object.entries(written).filter(([, signal]) => SIGNAL_NAMES.includes(signal as SignalName));
  return Object.fromEntries(entries) as Signals;
}
