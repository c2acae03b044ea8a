// From the usage of containers, as the metrics API gives it, to samples of pods. A pod of which some container has no
// value has no sample; a container that a pod does not have makes the whole metric invalid.
// Source: Kubernetes pkg/controller/podautoscaler/metrics/client.go (v1.34, 2025).
import { z } from 'zod';
import { derived, list, section, text } from '../../../../settings/keys.ts';
import { milliKey } from '../quantity.ts';

const usage = z
  .record(z.string(), milliKey('How much of the resource it uses.'))
  .meta({ description: 'Usage by resource, e.g. { cpu: 500m }.' });

const container = section({ name: text('Its name.', 'vllm'), usage }, 'A container.');

export const containerSamplesInput = section(
  {
    resource: text('The resource.', 'cpu'),
    container: derived(text('The container.', 'vllm'), 'all of the pod'),
    metrics: list(
      section(
        {
          pod: text('Its name.', 'pod-0'),
          containers: list(container, { min: 0, max: 1000 }, 'Its containers.'),
        },
        'A pod.',
      ),
      { min: 0, max: 100_000 },
      'The pods.',
    ),
  },
  'Usage of containers.',
);

export function containerSamples({ resource, container, metrics }: z.output<typeof containerSamplesInput>) {
  const samples: { pod: string; value: string }[] = [];
  if (metrics.length === 0) return { samples: null, invalid: 'no metrics returned' };
  for (const { pod, containers } of metrics) {
    const chosen = containers.filter(({ name }) => container === undefined || name === container);
    if (container !== undefined && chosen.length === 0) {
      return { samples: null, invalid: `container ${container} is not among the metrics of pod ${pod}` };
    }
    const values = chosen.map(({ usage }) => (Object.hasOwn(usage, resource) ? usage[resource] : undefined));
    if (values.length === 0 || values.includes(undefined)) continue;
    samples.push({ pod, value: `${values.reduce((sum, milli) => sum! + milli!, 0)}m` });
  }
  return { samples, invalid: null };
}
