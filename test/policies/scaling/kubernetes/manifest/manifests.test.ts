import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../../src/kernel/user-error.ts';
import { hpaParameters } from '../../../../../src/policies/scaling/kubernetes/hpa/parameters.ts';
import { kedaParameters } from '../../../../../src/policies/scaling/kubernetes/keda/parameters.ts';
import {
  readHpaManifest,
  writeHpaManifest,
} from '../../../../../src/policies/scaling/kubernetes/manifest/hpa.ts';
import {
  readScaledObject,
  writeScaledObject,
} from '../../../../../src/policies/scaling/kubernetes/manifest/scaled-object.ts';

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

const HPA = `apiVersion: apps/v1
kind: Deployment
metadata: { name: vllm }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: vllm-hpa
  namespace: serving
  labels: { app: vllm }
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: vllm
  minReplicas: 2
  maxReplicas: 20
  metrics:
    - type: Pods
      pods:
        metric:
          name: vllm:num_requests_waiting
          selector: { matchLabels: { model: llama } }
        target: { type: AverageValue, averageValue: "2500m" }
    - type: External
      external:
        metric: { name: my_tokens }
        target: { type: Value, value: 10k }
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 30
      policies:
        - { type: Pods, value: 2, periodSeconds: 60 }
    scaleDown:
      selectPolicy: Disabled
      tolerance: 0.05
status:
  currentReplicas: 3
`;

const SIGNALS = { my_tokens: 'tokens-in-use' } as const;

describe('a HorizontalPodAutoscaler', () => {
  it('is read as it is, from among other documents', () => {
    const read = readHpaManifest(HPA, 'hpa.yaml', SIGNALS);
    expect(read).toMatchObject({ name: 'vllm-hpa', target: 'vllm', minReplicas: 2, maxReplicas: 20 });
    expect(hpaParameters.parse(read.parameters)).toMatchObject({
      metrics: [
        { type: 'Pods', pods: { target: { type: 'AverageValue', averageValue: 2.5 } } },
        { type: 'External', external: { target: { type: 'Value', value: 10_000 } } },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 30,
          policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
        },
        scaleDown: { selectPolicy: 'Disabled', tolerance: 0.05 },
      },
      signals: SIGNALS,
      tolerance: 0.1,
    });
  });

  it('is written so that it is read as the same', () => {
    const read = readHpaManifest(HPA, 'hpa.yaml', SIGNALS);
    const parameters = hpaParameters.parse({ ...read.parameters, tolerance: 0.2 });
    const object = { name: 'a', target: 'vllm', minReplicas: 2, maxReplicas: 20 };
    const written = writeHpaManifest(parameters, object);
    expect(written).toContain('# kube-controller-manager --horizontal-pod-autoscaler-tolerance=0.2\n');
    expect(written).toContain('# in the simulation my_tokens is tokens-in-use\n');
    const again = readHpaManifest(written, 'b.yaml', SIGNALS);
    expect(again).toMatchObject(object);
    expect(hpaParameters.parse({ ...again.parameters, tolerance: 0.2 })).toEqual(parameters);
  });

  it('with mistakes names them all, each with its line', () => {
    const broken = HPA.replace('minReplicas: 2', 'minReplicas: 30')
      .replace('stabilizationWindowSeconds: 30', 'stabilisationWindowSeconds: 30')
      .replace('value: 10k', 'averageUtilization: 80')
      .replace('name: vllm:num_requests_waiting', 'name: tgi_queue_size')
      .replace('  maxReplicas', '  paused: true\n  maxReplicas');
    const problems = problemsOf(() => readHpaManifest(broken, 'hpa.yaml', SIGNALS));
    expect(problems.map((problem) => problem.split('; ')[0])).toEqual([
      'hpa.yaml:16:16 spec.minReplicas is more than maxReplicas',
      'hpa.yaml:17:3 spec.paused unknown key',
      'hpa.yaml:23:17 spec.metrics[0].pods.metric.name is mapped to no signal',
      'hpa.yaml:29:9 spec.metrics[1].external.target.value is missing',
      'hpa.yaml:29:32 spec.metrics[1].external.target.averageUtilization unknown key',
      'hpa.yaml:32:7 spec.behavior.scaleUp.stabilisationWindowSeconds unknown key',
    ]);
  });

  it('with a metric that nobody mapped names its line and how to map it', () => {
    const [problem, ...others] = problemsOf(() => readHpaManifest(HPA, 'hpa.yaml'));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^hpa\.yaml:27:25 spec\.metrics\[1\]\.external\.metric\.name is mapped to no signal; add it to the policy's parameters, e\.g\. signals: \{ my_tokens: waiting \}/,
    );
  });

  it.each([
    ['', /hpa\.yaml: the file is empty/],
    ['a: b', /has no HorizontalPodAutoscaler/],
    ['[1, 2', /hpa\.yaml:1:\d+ is not valid YAML/],
    [
      HPA.replace('autoscaling/v2', 'autoscaling/v1'),
      /hpa\.yaml:5:13 apiVersion is autoscaling\/v1; write it as autoscaling\/v2/,
    ],
    [`${HPA}---\nkind: HorizontalPodAutoscaler\n`, /is the second HorizontalPodAutoscaler/],
    [HPA.replace('minReplicas: 2', 'minReplicas: 30'), /spec\.minReplicas is more than maxReplicas/],
    [
      HPA.replace('minReplicas: 2', 'minReplicas: 0').replaceAll('External', 'Externalx'),
      /needs a metric of type Object or External/,
    ],
    [
      HPA.replace(/ {2}metrics:[^]*?behavior:/, '  behavior:'),
      /spec\.metrics is missing, which means CPU at 80 %/,
    ],
    [HPA.replace('maxReplicas: 20', 'maxReplicas: NaN'), /spec\.maxReplicas/],
    [HPA.replace('spec:\n', 'spc:\n'), /hpa\.yaml:11:1 spc unknown key/],
  ])('that is not one says why: %#', (text, problem) => {
    expect(problemsOf(() => readHpaManifest(text, 'hpa.yaml', SIGNALS)).join('\n')).toMatch(problem);
  });
});

const SCALED = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: vllm
spec:
  scaleTargetRef: { name: vllm-deployment }
  pollingInterval: 15
  cooldownPeriod: 360
  maxReplicaCount: 12
  advanced:
    restoreToOriginalReplicaCount: true
    horizontalPodAutoscalerConfig:
      name: custom
      behavior:
        scaleDown:
          policies:
            - { type: Percent, value: 50, periodSeconds: 60 }
  fallback: { failureThreshold: 4, replicas: 5 }
  triggers:
    - type: prometheus
      name: queue
      metadata:
        serverAddress: http://prometheus:9090
        query: sum(vllm:num_requests_waiting)
        threshold: "5"
        activationThreshold: "0.5"
      authenticationRef: { name: secret }
    - type: cron
      metadata:
        timezone: Asia/Kolkata
        start: 30 7 * * *
        end: 45 19 * * *
        desiredReplicas: "3"
`;

describe('a ScaledObject', () => {
  it('is read as it is', () => {
    const read = readScaledObject(SCALED, 'so.yaml');
    expect(read).toMatchObject({ name: 'vllm', target: 'vllm-deployment', minReplicas: 0, maxReplicas: 12 });
    expect(kedaParameters.parse(read.parameters)).toMatchObject({
      pollingInterval: 15,
      cooldownPeriod: 360,
      minReplicaCount: 0,
      maxReplicaCount: 12,
      fallback: { failureThreshold: 4, replicas: 5, behavior: 'static' },
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: { threshold: 5, activationThreshold: 0.5 },
        },
        { type: 'cron', metadata: { timezone: 'Asia/Kolkata', desiredReplicas: 3 } },
      ],
    });
  });

  it('that rests has its pool rest too', () => {
    const text = SCALED.replace(
      '  maxReplicaCount',
      '  minReplicaCount: 4\n  idleReplicaCount: 0\n  maxReplicaCount',
    );
    expect(readScaledObject(text, 'so.yaml')).toMatchObject({
      minReplicas: 0,
      maxReplicas: 12,
      parameters: { minReplicaCount: 4, idleReplicaCount: 0 },
    });
  });

  it('is written so that it is read as the same', () => {
    const read = readScaledObject(SCALED, 'so.yaml');
    const parameters = kedaParameters.parse(read.parameters);
    const object = { name: 'a', target: 'vllm', minReplicas: 0, maxReplicas: 12 };
    const written = writeScaledObject(parameters, object);
    // Metadata is text.
    expect(written).toContain('threshold: "5"');
    const again = readScaledObject(written, 'b.yaml');
    expect(again).toMatchObject(object);
    expect(kedaParameters.parse(again.parameters)).toEqual(parameters);
  });

  it('with mistakes names them all, each with its line', () => {
    const broken = SCALED.replace(
      'query: sum(vllm:num_requests_waiting)',
      'query: histogram_quantile(0.9, x)',
    )
      .replace('cooldownPeriod: 360', 'cooldownperiod: 360')
      .replace('name: vllm\n', 'name: vllm\n  annotations:\n    autoscaling.keda.sh/paused: "true"\n');
    const problems = problemsOf(() => readScaledObject(broken, 'so.yaml'));
    expect(problems.map((problem) => problem.split('; ')[0])).toEqual([
      'so.yaml:6:5 autoscaling.keda.sh/paused pauses the scaling, which a simulation does not',
      'so.yaml:10:3 spec.cooldownperiod unknown key',
      'so.yaml:26:16 spec.triggers[0].metadata.query is mapped to no signal',
    ]);
  });

  it('is mapped by the name of its trigger', () => {
    const text = SCALED.replace('sum(vllm:num_requests_waiting)', 'max(something_else)');
    expect(problemsOf(() => readScaledObject(text, 'so.yaml', { queue: 'in-system' }))).toEqual([]);
  });

  it.each([
    ['type: cron', 'type: kafka', /so\.yaml:28:13 spec\.triggers\[1\]\.type unknown type/],
    ['45 19 * * *', '30 7 * * *', /so\.yaml:32:14 spec\.triggers\[1\]\.metadata\.end is the same as start/],
    ['threshold: "5"', 'threshold: "-5"', /threshold must be more than 0/],
    ['pollingInterval: 15', 'pollingInterval: 0', /so\.yaml:7:20 spec\.pollingInterval must be at least 1/],
    ['kind: ScaledObject', 'kind: ScaledJob', /has no ScaledObject/],
  ])('says what is wrong where %s is %s', (from, to, problem) => {
    expect(problemsOf(() => readScaledObject(SCALED.replace(from, to), 'so.yaml')).join('\n')).toMatch(
      problem,
    );
  });
});
