import { describe, expect, it } from 'vitest';
import { readParameters } from '../../../../src/policies/scaling/knative/annotations.ts';
import { goDuration, parseGoDuration } from '../../../../src/policies/scaling/knative/go-duration.ts';
import {
  knativeParameters,
  panicWindowSeconds,
  resolveTarget,
} from '../../../../src/policies/scaling/knative/parameters.ts';
import { KNATIVE_RULES } from '../../../../src/policies/scaling/knative/rules.ts';

describe('durations as Go writes them', () => {
  it.each([
    ['60s', 60],
    ['1m30s', 90],
    ['1.5h', 5400],
    ['500ms', 0.5],
    ['250us', 0.00025],
    ['0', 0],
    ['0s', 0],
    ['.5s', 0.5],
    ['', undefined],
    ['60', undefined],
    ['-60s', undefined],
    ['1 m', undefined],
    ['1d', undefined],
    ['s', undefined],
    ['60sec', undefined],
    [`${'1s'.repeat(51)}`, undefined],
  ])('%s', (text, seconds) => expect(parseGoDuration(text)).toBe(seconds));

  it.each([
    [90, '90s'],
    [0, '0s'],
    [0.5, '500000000ns'],
  ])('%s s are written and read again', (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
    expect(parseGoDuration(text)).toBe(seconds);
  });
});

describe('the target', () => {
  const concurrency = {
    metric: 'concurrency',
    containerConcurrency: 0,
    targetUtilizationPercentage: 70,
  } as const;
  it.each([
    ['70 % of 100 requests by default', concurrency, 70, 100],
    ['70 % of 200 per second by default', { ...concurrency, metric: 'rps' as const }, 140, 200],
    ['of what was given', { ...concurrency, target: 10 }, 7, 10],
    ['of the hard limit', { ...concurrency, containerConcurrency: 20 }, 14, 20],
    ['of the smaller of both', { ...concurrency, containerConcurrency: 20, target: 30 }, 14, 20],
    ['of the target below the limit', { ...concurrency, containerConcurrency: 20, target: 10 }, 7, 10],
    [
      'requests per second know no limit',
      { ...concurrency, metric: 'rps' as const, containerConcurrency: 20, target: 30 },
      21,
      30,
    ],
    ['another utilisation', { ...concurrency, target: 10, targetUtilizationPercentage: 100 }, 10, 10],
    ['never below 0.01', { ...concurrency, target: 0.01 }, 0.01, 0.01],
  ])('%s', (_, parameters, targetValue, totalValue) => {
    expect(resolveTarget(parameters)).toEqual({ targetValue, totalValue });
  });

  it.each([
    ['10 % of 60 s', 60, 10, 6],
    ['rounded: 6.5 s are 7', 65, 10, 7],
    ['rounded: 6.4 s are 6', 64, 10, 6],
    ['at least a second', 6, 1, 1],
  ])('the panic window: %s', (_, window, percentage, seconds) => {
    expect(panicWindowSeconds(window, percentage)).toBe(seconds);
  });
});

const prefixed = (annotations: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
  );

describe('annotations and config map', () => {
  it('become parameters; an annotation comes before the config map', () => {
    const { given, problems } = readParameters({
      annotations: prefixed({ window: '90s', 'max-scale': '7' }),
      config: { 'stable-window': '2m', 'max-scale-up-rate': '10' },
    });
    expect(problems).toEqual([]);
    expect(given).toEqual({ window: 90, maxScale: 7, maxScaleUpRate: 10 });
  });

  it('are read in the older spelling too', () => {
    const { given } = readParameters({
      annotations: prefixed({ minScale: '1', targetBurstCapacity: '-1', panicWindowPercentage: '20' }),
      config: {},
    });
    expect(given).toEqual({ minScale: 1, targetBurstCapacity: -1, panicWindowPercentage: 20 });
  });

  it.each([
    ['70', 70],
    ['0.7', 70],
    ['1', 100],
    ['1.5', 1.5],
  ])('a share of the target written %s is %s percent', (text, percent) => {
    const config = { 'container-concurrency-target-percentage': text };
    const { given } = readParameters({ annotations: {}, config });
    expect(given.targetUtilizationPercentage).toBeCloseTo(percent, 12);
  });

  const targets = {
    'container-concurrency-target-default': '50',
    'requests-per-second-target-default': '300',
    'container-concurrency-target-percentage': '80',
  };
  it.each([
    ['concurrency', {}, undefined, { target: 50, targetUtilizationPercentage: 80 }],
    ['requests per second', { metric: 'rps' }, undefined, { metric: 'rps', target: 300 }],
    ['a hard limit', {}, 5, { containerConcurrency: 5, targetUtilizationPercentage: 80 }],
    ['a target of its own', { target: '8' }, undefined, { target: 8, targetUtilizationPercentage: 80 }],
  ])('the cluster’s targets with %s', (_, annotations, containerConcurrency, given) => {
    const read = readParameters({
      annotations: prefixed(annotations),
      config: targets,
      containerConcurrency,
    });
    expect(read.given).toEqual(given);
  });

  it.each([
    ['unknown', { 'min-scales': '1' }, {}, 'did you mean "min-scale"'],
    ['not text', { target: 10 as unknown as string }, {}, 'quotes'],
    ['no number', { target: 'ten' }, {}, 'not a number'],
    ['no duration', { window: '60' }, {}, 'not a duration'],
    ['another class', { class: 'hpa.autoscaling.knative.dev' }, {}, 'another autoscaler'],
    ['the same in both spellings', { minScale: '1', 'min-scale': '2' }, {}, 'both spellings'],
    ['unknown in the config map', {}, { 'stable-windows': '60s' }, 'did you mean "stable-window"'],
    ['no boolean', {}, { 'enable-scale-to-zero': 'yes' }, 'neither'],
  ])('%s is a problem', (_, annotations, config, message) => {
    const { problems } = readParameters({ annotations: prefixed(annotations), config });
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });

  it('of other projects, and what has no effect, is passed over', () => {
    const { given, problems } = readParameters({
      annotations: { 'prometheus.io/scrape': 'true' },
      config: { _example: '# …', 'allow-zero-initial-scale': 'true' },
    });
    expect({ given, problems }).toEqual({ given: {}, problems: [] });
  });
});

describe('the limits of the parameters', () => {
  it.each([
    ['window', 5],
    ['window', 3601],
    ['window', 6.5],
    ['panicWindowPercentage', 0.5],
    ['panicThresholdPercentage', 109],
    ['targetBurstCapacity', -0.5],
    ['maxScaleUpRate', 1],
    ['maxScaleDownRate', 1],
    ['targetUtilizationPercentage', 101],
    ['target', 0],
    ['scaleDownDelay', 3601],
    ['initialScale', -1],
    ['activatorCapacity', 0.5],
    ['enableScaleToZero', 'yes'],
    ['metric', 'cpu'],
  ])('%s may not be %s', (key, value) => {
    expect(knativeParameters.safeParse({ [key]: value }).success).toBe(false);
  });

  it('bounds must not cross', () => {
    expect(knativeParameters.safeParse({ minScale: 5, maxScale: 4 }).success).toBe(false);
    expect(knativeParameters.safeParse({ activationScale: 5, maxScale: 4 }).success).toBe(false);
    expect(knativeParameters.safeParse({ minScale: 5, maxScale: 0 }).success).toBe(true);
  });
});

it('the rule knative/settings refuses what is wrong, all at once', () => {
  const { input, evaluate } = KNATIVE_RULES.find(({ name }) => name === 'knative/settings')!;
  const wrong = input.parse({ annotations: prefixed({ window: '1s', targets: '3' }) });
  expect(() => evaluate(wrong)).toThrowError(/unknown annotation[^]*window must be at least 6/);
});
