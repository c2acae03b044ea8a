import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/kernel/user-error.ts';
import { writeKnativeManifest } from '../../../../src/policies/scaling/knative/manifest-write.ts';
import { readKnativeManifest } from '../../../../src/policies/scaling/knative/manifest.ts';
import { knativeParameters } from '../../../../src/policies/scaling/knative/parameters.ts';

const SERVICE = `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: llm
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/class: kpa.autoscaling.knative.dev
        autoscaling.knative.dev/metric: concurrency
        autoscaling.knative.dev/target: "8"
        autoscaling.knative.dev/min-scale: "1"
        autoscaling.knative.dev/max-scale: "20"
        autoscaling.knative.dev/window: 2m
        example.com/other: anything
    spec:
      containerConcurrency: 16
      containers:
        - image: vllm/vllm-openai
`;
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: config-autoscaler
  namespace: knative-serving
data:
  scale-to-zero-grace-period: 45s
  stable-window: 90s
`;

function problems(text: string): readonly string[] {
  try {
    readKnativeManifest(text, 'app.yaml');
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

describe('reading', () => {
  it('a Service gives what its annotations say', () => {
    expect(readKnativeManifest(SERVICE, 'app.yaml')).toEqual({
      metric: 'concurrency',
      target: 8,
      minScale: 1,
      maxScale: 20,
      window: 120,
      containerConcurrency: 16,
    });
  });

  it('a config map beside it fills in the rest', () => {
    expect(readKnativeManifest(`${SERVICE}---\n${CONFIG}`, 'app.yaml')).toMatchObject({
      window: 120,
      scaleToZeroGracePeriod: 45,
    });
  });

  it('a config map alone does too', () => {
    expect(readKnativeManifest(CONFIG, 'app.yaml')).toEqual({ window: 90, scaleToZeroGracePeriod: 45 });
  });

  it('a Revision has its annotations at the top', () => {
    const revision = `apiVersion: serving.knative.dev/v1
kind: Revision
metadata:
  annotations: { autoscaling.knative.dev/target: "3" }
spec: { containerConcurrency: 0 }
`;
    expect(readKnativeManifest(revision, 'app.yaml')).toEqual({ target: 3 });
  });

  it('a Service without annotations is the default', () => {
    const bare = 'apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    metadata:\n';
    expect(readKnativeManifest(bare, 'app.yaml')).toEqual({});
  });
});

describe('mistakes are named with line and column', () => {
  it('all of them at once', () => {
    const broken = SERVICE.replace('target: "8"', 'target: 8')
      .replace('/min-scale', '/min-scales')
      .replace('window: 2m', 'window: 2s')
      .replace('containerConcurrency: 16', 'containerConcurrency: -1');
    expect(problems(broken)).toEqual([
      'app.yaml:11:41 autoscaling.knative.dev/target must be text; put it in quotes: "8"',
      expect.stringMatching(
        /^app\.yaml:12:9 autoscaling\.knative\.dev\/min-scales unknown annotation; did you mean "min-scale"/,
      ),
      expect.stringMatching(/^app\.yaml:17:29 containerConcurrency must be at least 0/),
      expect.stringMatching(/^app\.yaml:14:41 autoscaling\.knative\.dev\/window must be at least 6 /),
    ]);
  });

  it.each([
    [
      'an unknown key of the config map',
      CONFIG.replace('stable-window', 'stable-windw'),
      'app.yaml:8:3 stable-windw',
    ],
    [
      'annotations of the Service itself',
      SERVICE.replace('  name: llm', '  annotations:\n    autoscaling.knative.dev/target: "8"'),
      'app.yaml:5:5 ',
    ],
    [
      'annotations that are a list',
      SERVICE.replace(/annotations:[^]*anything/, 'annotations: [a]'),
      'app.yaml:8:20 ',
    ],
    ['another class', SERVICE.replace('class: kpa.', 'class: hpa.'), 'app.yaml:9:40 '],
    ['two services', `${SERVICE}---\n${SERVICE}`, 'app.yaml:22:7 kind is the second'],
    ['crossed bounds', SERVICE.replace('max-scale: "20"', 'max-scale: "0.5"'), 'app.yaml:13:44 '],
    ['broken YAML', 'kind: [Service', 'app.yaml:1:'],
    ['a manifest of something else', 'kind: Deployment\napiVersion: apps/v1\n', 'app.yaml: has no Service'],
    ['an empty file', '', 'app.yaml: the file is empty'],
    ['a file of comments', '# nothing\n---\n', 'app.yaml: the file is empty'],
    ['a text', 'hello', 'app.yaml: has no Service'],
    ['an alias without anchor', 'kind: *a', 'app.yaml:'],
    ['a repeated key', `${CONFIG}  stable-window: 60s\n`, 'app.yaml:9:3 is not valid YAML'],
    ['deep nesting', '['.repeat(5000), 'app.yaml: is nested too deeply'],
    ['a huge file', ' '.repeat(300_000), 'app.yaml: has more than'],
  ])('%s', (_, text, begin) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.some((problem) => problem.startsWith(begin))).toBe(true);
  });
});

describe('writing', () => {
  it('leaves out what is Knative’s default', () => {
    const text = writeKnativeManifest(knativeParameters.parse({ target: 8, scaleDownDelay: 90 }), 'llm');
    expect(text).toBe(`apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: llm
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/class: kpa.autoscaling.knative.dev
        autoscaling.knative.dev/target: "8"
        autoscaling.knative.dev/scale-down-delay: 90s
`);
  });

  it('is read again as the same parameters', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max });
    const some = fc.record(
      {
        metric: fc.constantFrom('concurrency', 'rps'),
        target: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        containerConcurrency: whole(0, 1000),
        targetUtilizationPercentage: whole(1, 100),
        window: whole(6, 3600),
        panicWindowPercentage: whole(1, 100),
        panicThresholdPercentage: whole(110, 1000),
        metricAggregationAlgorithm: fc.constantFrom('linear', 'weighted-exponential'),
        maxScaleUpRate: fc.double({ min: 1.1, max: 1000, noNaN: true }),
        maxScaleDownRate: fc.double({ min: 1.1, max: 1000, noNaN: true }),
        minScale: whole(0, 5),
        maxScale: whole(10, 50),
        initialScale: whole(0, 9),
        activationScale: whole(0, 9),
        scaleDownDelay: whole(0, 3600),
        enableScaleToZero: fc.boolean(),
        scaleToZeroGracePeriod: whole(1, 600),
        scaleToZeroPodRetentionPeriod: whole(0, 3600),
        targetBurstCapacity: whole(-1, 1000),
        activatorCapacity: whole(1, 1000),
        progressDeadline: whole(1, 3600),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, (input) => {
        const parameters = knativeParameters.parse(input);
        const text = writeKnativeManifest(parameters);
        expect(knativeParameters.parse(readKnativeManifest(text, 'again.yaml'))).toEqual(parameters);
      }),
    );
  });
});
