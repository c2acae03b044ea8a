import { describe, expect, it } from 'vitest';
import { fitLine } from '../../../../src/policies/scaling/llm/dynamo/sla.ts';
import { call } from './rule-of.ts';

describe('throughput mode', () => {
  const replicas = (more: object) =>
    Object.values(
      call('dynamo/throughput', {
        requests: 600,
        isl: 3000,
        osl: 150,
        intervalSeconds: 60,
        prefillTokensPerSecondPerGpu: 10_000,
        decodeTokensPerSecondPerGpu: 1000,
        ...more,
      }),
    );

  it.each([
    // 600 * 3000 / 60 = 30,000 and 600 * 150 / 60 = 1500 tokens/s.
    ['tokens per second over those of a worker', {}, [3, 2]],
    ['an exact multiple is not rounded up', { decodeTokensPerSecondPerGpu: 750 }, [3, 2]],
    ['workers of several GPUs', { prefillEngineNumGpu: 2, decodeEngineNumGpu: 4 }, [2, 1]],
    ['half the TTFT of the profile', { prefillCorrection: 0.5 }, [2, 2]],
    ['a TTFT above the profile’s counts as 1', { prefillCorrection: 7 }, [3, 2]],
    ['no load: the fewest', { requests: 0, minEndpoint: 2 }, [2, 2]],
  ])('%s', (_, more, expected) => {
    expect(replicas(more)).toEqual(expected);
  });

  it.each([
    // 1800 / 180 = 10 requests/s.
    ['rounded up', { requests: 1800, engineRequestsPerSecond: 3 }, 4],
    ['exact', { requests: 1800, engineRequestsPerSecond: 5 }, 2],
    ['no load: the fewest', { requests: 0, engineRequestsPerSecond: 5 }, 1],
  ])('workers that do both: %s', (_, input, desired) => {
    expect(call('dynamo/throughput-aggregated', input)).toEqual({ desired });
  });

  it('compares with the profile, where there is something to compare', () => {
    expect(call('dynamo/correction', { measured: 20, expected: 80 })).toEqual({ factor: 0.25 });
    expect(call('dynamo/correction', { measured: 0, expected: 80 })).toEqual({ factor: 1 });
    expect(call('dynamo/correction', { measured: 20, expected: 0 })).toEqual({ factor: 1 });
  });

  const profile = [
    { itl: 5, tokensPerSecondPerGpu: 1000 },
    { itl: 10, tokensPerSecondPerGpu: 3000 },
    { itl: 20, tokensPerSecondPerGpu: 2500 },
  ];
  it.each([
    ['within the target, the edge included', { itl: 10 }, 3000],
    ['a slower point that serves less is not taken', { itl: 50 }, 3000],
    ['twice as slow as the profile: half the target', { itl: 10, decodeCorrection: 2 }, 1000],
    ['none within: the one of least latency', { itl: 1 }, 1000],
    ['nothing measured: the target itself', { itl: 10, decodeCorrection: 0 }, 3000],
  ])('decode throughput: %s', (_, input, tokensPerSecondPerGpu) => {
    expect(call('dynamo/decode-throughput', { profile, ...input })).toMatchObject({ tokensPerSecondPerGpu });
  });
});

describe('a line through what was measured', () => {
  const points = (...pairs: [number, number][]) => pairs.map(([load, latency]) => ({ load, latency }));

  it('is exact for points on a line', () => {
    expect(fitLine(points([0, 1], [2, 2], [4, 3]), 3)).toEqual({ base: 1, slope: 0.5 });
  });

  it('is the least-squares line of others', () => {
    // Means 1 and 2; products 1 + 0 + 1 = 2 over squares 2; base 2 - 1.
    expect(fitLine(points([0, 1], [1, 2], [2, 3], [1, 2]), 4)).toEqual({ base: 1, slope: 1 });
    expect(fitLine(points([0, 0], [0, 2], [2, 3], [2, 5]), 4)).toEqual({ base: 1, slope: 1.5 });
  });

  it('is level for one load, and where latency falls with load', () => {
    expect(fitLine(points([3, 1], [3, 2]), 2)).toEqual({ base: 1.5, slope: 0 });
    expect(fitLine(points([0, 2], [1, 1]), 2)).toEqual({ base: 1.5, slope: 0 });
  });

  it('needs enough points', () => {
    expect(fitLine(points([0, 1], [1, 2]), 3)).toBeNull();
    expect(fitLine([], 0)).toBeNull();
  });
});
