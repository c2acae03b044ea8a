import { describe, expect, test } from 'vitest';
import { powerModel } from '../../src/perf/power.ts';
import type { FixedPerfSpec } from '../../src/perf/spec.ts';
import { utilisationModel } from '../../src/perf/utilisation.ts';
import { physical } from './specs.ts';

const fixed: FixedPerfSpec = {
  kind: 'fixed',
  gpu: 'a100-80gb',
  tp: 1,
  secondsPerRequest: 0,
  secondsPerOutputToken: 0.35,
  distribution: 'constant',
};

describe('power', () => {
  test('an idle node of eight draws 1500 W, whether one replica fills it or eight share it', () => {
    const whole = powerModel(physical('gpt3-175b'), 'dgx-a100');
    expect(whole.hostWatts + whole.idleGpuWatts).toBe(1500);
    const eighth = powerModel(physical('llama2-7b', { tp: 1 }), 'dgx-a100');
    expect(8 * (eighth.hostWatts + eighth.idleGpuWatts)).toBe(1500);
  });

  test('a decode step adds 400·0.7502 J per GPU and second of memory traffic', () => {
    const power = powerModel(physical('gpt3-175b'), 'dgx-a100');
    expect(power.decodeGpuWatts).toBeCloseTo(8 * 400 * 0.2927, 6);
    // 349.13 GB of weights at 2.039 TB/s over the group: 171.2 GPU-ms at 300.08 W.
    expect(power.joulesPerDecodeStep).toBeCloseTo((400 * 0.7502 * 349_127_467_008) / 2.039e12, 9);
    expect(power.joulesPerContextToken).toBeCloseTo((400 * 0.7502 * 4_718_592) / 2.039e12, 12);
    expect(power.prefillGpuWatts).toBeCloseTo(8 * 280, 6);
  });

  test('a node serving GPT-3 at batch 32 draws the 2.7 to 3.0 kW that the model is known for', () => {
    const power = powerModel(physical('gpt3-175b', { stack: 'fastertransformer' }), 'dgx-a100');
    const stepSeconds = 0.06;
    const traffic = power.joulesPerDecodeStep + power.joulesPerContextToken * 32 * 576;
    const nodeWatts = power.hostWatts + power.decodeGpuWatts + traffic / stepSeconds;
    expect(nodeWatts).toBeGreaterThan(2700);
    expect(nodeWatts).toBeLessThan(3050);
  });

  test('a GPU with fixed service times is simply busy', () => {
    const power = powerModel(fixed, 'dgx-a100');
    expect(power).toEqual({
      hostWatts: (1500 - 8 * 63) / 8,
      idleGpuWatts: 63,
      decodeGpuWatts: 280,
      prefillGpuWatts: 280,
      joulesPerDecodeStep: 0,
      joulesPerContextToken: 0,
    });
  });

  test('an unknown node is refused with those there are', () => {
    expect(() => powerModel(fixed, 'dgx-1')).toThrow(/unknown node "dgx-1".*dgx-a100/);
  });
});

describe('utilisation', () => {
  test('counts two FLOPs per parameter and token, and causal attention once', () => {
    const work = utilisationModel(physical('gpt3-175b'));
    expect(work.flopPerToken / 1e9).toBeCloseTo(347.89, 2);
    // Attention over s cached tokens: 4·layers·width per token; a prompt of s tokens has s²/2 such pairs.
    expect(work.flopPerContextToken).toBe(4 * 96 * 12_288);
    expect(work.flopPerPrefillPair).toBe(work.flopPerContextToken / 2);
    expect(work.bytesPerDecodeStep).toBe(349_127_467_008);
    expect(work.flopPerSecondPeak).toBe(8 * 312e12);
    expect(work.bytesPerSecondPeak).toBe(8 * 2.039e12);
  });

  test('counts no work for fixed service times', () => {
    const work = utilisationModel(fixed);
    expect(work.flopPerToken + work.bytesPerDecodeStep + work.bytesPerContextToken).toBe(0);
    expect(work.flopPerSecondPeak).toBe(312e12);
  });
});
