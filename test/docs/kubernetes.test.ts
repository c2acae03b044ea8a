// The manifest of docs/kubernetes: the fields it uses are ones that Kubernetes has (checked against a schema of just these,
// from the API reference of 1.32), what refers to each other is there, and the program has the options it is given.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { queueAddress } from '../../src/experiment/queue/server/address.ts';
import { fleetday } from '../cli/cli.ts';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const quantity = z.string().regex(/^\d+(\.\d+)?(m|[KMGT]i?)?$/);
const labels = z.record(name, name);
const metadata = z.strictObject({ name });
const port = z.number().int().min(1).max(65_535);
const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ cpu: quantity.optional(), memory: quantity }),
});
const container = z.strictObject({
  name,
  // Never `latest`: what simulates must be known.
  image: z.string().regex(/:[\w.-]*\d[\w.-]*$/),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()),
  workingDir: z.string().startsWith('/').optional(),
  env: z.array(
    z.strictObject({
      name: z.string().regex(/^[A-Z_][A-Z0-9_]*$/),
      valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name, key: z.string() }) }),
    }),
  ),
  ports: z.array(z.strictObject({ name, containerPort: port })).optional(),
  readinessProbe: z.strictObject({ tcpSocket: z.strictObject({ port: z.union([name, port]) }) }).optional(),
  resources,
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
  ),
});
const pod = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
    terminationGracePeriodSeconds: z.number().int().positive().optional(),
    securityContext: z
      .strictObject({ runAsNonRoot: z.boolean(), runAsUser: z.number(), fsGroup: z.number().optional() })
      .optional(),
    containers: z.array(container).min(1),
    volumes: z
      .array(
        z.union([
          z.strictObject({ name, emptyDir: z.strictObject({ sizeLimit: quantity }) }),
          z.strictObject({ name, configMap: z.strictObject({ name }) }),
          z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: name }) }),
        ]),
      )
      .optional(),
  }),
});
const claim = z.strictObject({
  accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'])),
  resources: z.strictObject({ requests: z.strictObject({ storage: quantity }) }),
});
const selector = z.strictObject({ matchLabels: labels });
const replicas = z.number().int().min(1);
const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name, port, targetPort: z.union([name, port]) })),
  }),
});
const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    serviceName: name,
    replicas,
    selector,
    template: pod,
    volumeClaimTemplates: z.array(z.strictObject({ metadata, spec: claim })),
  }),
});
const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({ replicas, selector, template: pod }),
});
const volumeClaim = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('PersistentVolumeClaim'),
  metadata,
  spec: claim,
});
const job = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata,
  spec: z.strictObject({ backoffLimit: z.number().int(), template: pod }),
});
const resource = z.discriminatedUnion('kind', [service, statefulSet, deployment, volumeClaim, job]);

const text = readFileSync('docs/kubernetes/sweep.yaml', 'utf8');
const documents = parseAllDocuments(text);
const found = documents.map((document) => resource.parse(document.toJS()));
const of = <K extends z.infer<typeof resource>['kind']>(kind: K) =>
  found.filter((one): one is Extract<z.infer<typeof resource>, { kind: K }> => one.kind === kind);
const workloads = [...of('StatefulSet'), ...of('Deployment'), ...of('Job')];

describe('the manifest for Kubernetes', () => {
  it('is YAML without mistakes, of a server, workers, and a job', () => {
    for (const document of documents) expect([...document.errors, ...document.warnings]).toEqual([]);
    expect(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Service queue',
      'StatefulSet queue',
      'Deployment worker',
      'PersistentVolumeClaim results',
      'Job sweep',
    ]);
  });

  it('selects what it labels', () => {
    for (const { spec } of [...of('StatefulSet'), ...of('Deployment')])
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    const [queue] = of('StatefulSet');
    const [{ metadata, spec }] = of('Service');
    expect(queue.spec.template.metadata.labels).toMatchObject(spec.selector);
    expect(queue.spec.serviceName).toBe(metadata.name);
    const ports = queue.spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
    expect(ports).toContainEqual({ name: spec.ports[0].targetPort, containerPort: spec.ports[0].port });
    // A job that is to be started again must not be restarted always.
    expect(of('Job')[0].spec.template.spec.restartPolicy).toBe('OnFailure');
  });

  it('mounts volumes that there are, and takes secrets, maps and claims that its head says how to make', () => {
    const claims = of('PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    for (const { kind, spec } of workloads) {
      const own = spec.template.spec.volumes ?? [];
      const templates =
        kind === 'StatefulSet' ? spec.volumeClaimTemplates.map(({ metadata }) => metadata.name) : [];
      const names = [...own.map((volume) => volume.name), ...templates];
      for (const { volumeMounts, env } of spec.template.spec.containers) {
        for (const mount of volumeMounts) expect(names).toContain(mount.name);
        for (const { valueFrom } of env)
          expect(text).toContain(
            `create secret generic ${valueFrom.secretKeyRef.name} --from-literal=${valueFrom.secretKeyRef.key}=`,
          );
      }
      for (const volume of own) {
        if ('configMap' in volume) expect(text).toContain(`create configmap ${volume.configMap.name} `);
        if ('persistentVolumeClaim' in volume)
          expect(claims).toContain(volume.persistentVolumeClaim.claimName);
      }
    }
  });

  it('gives the program options that it has, and one address to all', () => {
    const containers = workloads.flatMap(({ spec }) => spec.template.spec.containers);
    const own = containers.filter(({ image }) => image.includes('fleetday'));
    expect(own.map(({ args }) => args[0])).toEqual(['worker', 'sweep']);
    const [{ metadata, spec }] = of('Service');
    for (const { args, env } of own) {
      const { stdout } = fleetday([args[0], '--help']);
      for (const option of args.filter((word) => word.startsWith('--')))
        expect(stdout).toContain(`  ${option} `);
      const address = queueAddress(args[args.indexOf('--queue') + 1]);
      expect(address).toMatchObject({ host: metadata.name, port: spec.ports[0].port });
      expect(env.map((one) => one.name)).toEqual(['FLEETDAY_QUEUE_PASSWORD']);
    }
  });

  it('has a server that keeps what it is given', () => {
    const { args } = of('StatefulSet')[0].spec.template.spec.containers[0];
    expect(args.join(' ')).toMatch(/--appendonly yes .*--maxmemory-policy noeviction/);
  });
});
