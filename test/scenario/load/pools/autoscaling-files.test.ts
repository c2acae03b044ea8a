// Files that `autoscaling` names: manifests in place of parameters and bounds, modules and programs by path.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/kernel/user-error.ts';
import { loadScenario } from '../../../../src/scenario/load.ts';
import { fileWith, MINIMAL, newFolder } from '../../scenario-text.ts';

const HPA = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: chat }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: chat }
  minReplicas: 2
  maxReplicas: 7
  metrics: [{ type: Pods, pods: { metric: { name: my_queue }, target: { type: AverageValue, averageValue: '5' } } }]
`;
const KNATIVE = `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: chat }
spec: { template: { metadata: { annotations: {
  autoscaling.knative.dev/target: "32", autoscaling.knative.dev/max-scale: "6" } } } }
`;
const KEDA = `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: chat }
spec:
  scaleTargetRef: { name: chat }
  maxReplicaCount: 5
  triggers: [{ type: prometheus, metadata: { query: 'sum(vllm:num_requests_waiting)', threshold: '4' } }]
`;

function inFolder(files: Record<string, string>, autoscaling: string, overrides: string[] = []) {
  const folder = newFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const file = path.join(folder, 's.yaml');
  writeFileSync(file, `${MINIMAL}fleet: { pools: [{ replicas: 8 }] }\nautoscaling: ${autoscaling}\n`);
  return { folder, load: () => loadScenario(file, overrides) };
}

const specOf = (files: Record<string, string>, autoscaling: string, overrides?: string[]) =>
  inFolder(files, autoscaling, overrides).load().scenario.pools[0].autoscaling!;

function problemsOf(files: Record<string, string>, autoscaling: string): string[] {
  const { folder, load } = inFolder(files, autoscaling);
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems.map((problem) => problem.replaceAll(`${folder}/`, ''));
  }
  throw new Error('nothing is wrong');
}

describe('a manifest', () => {
  it('gives policy, parameters and bounds', () => {
    const hpa = specOf(
      { 'hpa.yaml': HPA.replace('my_queue', 'vllm:num_requests_waiting') },
      '{ manifest: ./hpa.yaml }',
    );
    expect(hpa).toMatchObject({ policy: 'hpa', minReplicas: 2, maxReplicas: 7, initialReplicas: 7 });
    const keda = specOf({ 'k.yaml': KEDA }, '{ manifest: k.yaml, initial: 1 }');
    expect(keda).toMatchObject({ policy: 'keda', minReplicas: 0, maxReplicas: 5, initialReplicas: 1 });
    const knative = specOf({ 'deep/k.yaml': KNATIVE }, '{ manifest: deep/k.yaml }');
    expect(knative).toMatchObject({
      policy: 'kpa',
      minReplicas: 1,
      maxReplicas: 6,
      parameters: { target: 32 },
    });
  });

  it('yields to what is written beside it', () => {
    const spec = specOf(
      { 'hpa.yaml': HPA },
      '{ manifest: ./hpa.yaml, max: 8, parameters: { tolerance: 0.2, signals: { my_queue: waiting } } }',
    );
    expect(spec).toMatchObject({ minReplicas: 2, maxReplicas: 8, parameters: { tolerance: 0.2 } });
  });

  it('is written out, so that the resolved scenario needs it no more', () => {
    const { resolvedYaml } = inFolder({ 'k.yaml': KNATIVE }, '{ manifest: ./k.yaml }').load();
    expect(resolvedYaml).not.toContain('manifest');
    expect(loadScenario(fileWith(resolvedYaml), []).resolvedYaml).toBe(resolvedYaml);
  });

  it('is told its mistakes with its own lines, and nothing follows from them', () => {
    expect(
      problemsOf({ 'hpa.yaml': HPA }, '{ manifest: ./hpa.yaml, parameters: { tolerance: 0.2 } }'),
    ).toEqual([
      expect.stringMatching(
        /^s\.yaml:3:16 autoscaling\.manifest: hpa\.yaml:9:\d+ .*is mapped to no signal; add it/,
      ),
    ]);
    expect(problemsOf({}, '{ manifest: ./hpa.yaml }')).toEqual([
      's.yaml:3:16 autoscaling.manifest: hpa.yaml: there is no such file; check the path',
    ]);
    expect(problemsOf({ 'd.yaml': 'kind: Deployment\n' }, '{ manifest: ./d.yaml }')).toEqual([
      expect.stringMatching(/d\.yaml: has none of HorizontalPodAutoscaler, ScaledObject, Service/),
    ]);
    expect(problemsOf({ 'k.yaml': KNATIVE }, '{ policy: hpa, manifest: ./k.yaml }')).toEqual([
      expect.stringMatching(/k\.yaml: has no HorizontalPodAutoscaler; name a file with one/),
    ]);
  });

  it('may not want more replicas than the pool has', () => {
    expect(problemsOf({ 'k.yaml': KNATIVE.replace('"6"', '"60"') }, '{ manifest: ./k.yaml }')).toEqual([
      expect.stringMatching(/autoscaling\.max: .*more than the pool’s 8 replicas/),
    ]);
  });
});

describe('a policy', () => {
  it('is found by its other name', () => {
    expect(specOf({}, 'knative').policy).toBe('kpa');
  });

  it('may be a module, relative to the scenario, or to the working directory where --set names it', () => {
    const files = { 'p.mjs': 'export default () => 1;' };
    expect(specOf(files, './p.mjs').own).toMatchObject({
      kind: 'module',
      path: expect.stringMatching(/^\/.*\/p\.mjs$/),
    });
    const set = ['autoscaling.policy=docs/examples/my-policy.mjs'];
    expect(specOf({}, '{ policy: static }', set).policy).toBe(path.resolve('docs/examples/my-policy.mjs'));
    expect(problemsOf({}, './p.mjs')).toEqual([
      's.yaml:3:1 autoscaling: p.mjs: there is no such file; check the path',
    ]);
  });

  it('may be a program, whose words that begin with ./ are relative to the scenario', () => {
    const spec = specOf({}, '{ policy: { command: [python3, ./p.py, -v], timeout: 200ms } }');
    expect(spec.own).toEqual({
      kind: 'program',
      command: ['python3', expect.stringMatching(/^\/.*\/p\.py$/), '-v'],
      timeoutSeconds: 0.2,
      intervalSeconds: 15,
      needs: [],
    });
  });

  it.each([
    ['{ min: 1 }', /autoscaling\.policy: is missing; name one \(static/],
    ['{ policy: 3 }', /autoscaling\.policy: must be the name of a policy, got 3/],
    ['{ policy: hpaa }', /unknown name, got "hpaa"; did you mean "hpa"/],
    ['{ policy: { command: [] } }', /policy\.command: needs at least 1 item/],
    ['{ policy: { command: python3 } }', /policy\.command: must be a list/],
    ['{ policy: { comand: [a] } }', /policy\.comand: unknown key; did you mean "command"/],
    ['{ policy: { command: [a], timeout: 0 } }', /policy\.timeout: must be at least 0\.001/],
    ['{ policy: { command: [a], interval: 1.5s } }', /policy\.interval: must be a whole number/],
    [
      '{ policy: { command: [a], needs: [latencies] } }',
      /needs\[0\]: unknown name, got "latencies"; did you mean "latency"/,
    ],
    ['{ policy: { command: ["a\\0b"] } }', /command\[0\]: holds a zero byte/],
    ['{ manifest: 3 }', /autoscaling\.manifest: must be text/],
  ])('is refused as %s', (autoscaling, message) => {
    expect(problemsOf({}, autoscaling).join('\n')).toMatch(message);
  });
});
