import { describe, expect, test } from 'vitest';
import { powerModel } from '../../src/perf/power.ts';
import { servedBy } from '../../src/perf/served.ts';
import type { FixedPerfSpec } from '../../src/perf/spec.ts';
import { stepCoefficients, stepSeconds } from '../../src/perf/physical/step-seconds.ts';
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

  test.each([
    [16, 0],
    // Away from where it touches, a tangent lies above a concave law.
    [1, 0.015],
    [64, 0.015],
  ])('%i sequences draw 63 + 0.785·400·MBU^(5/8) W in decode, at most %f more', (sequences, tolerance) => {
    for (const spec of [physical('llama2-70b', { tp: 2 }), physical('llama2-70b'), physical('bloom-176b')]) {
      const power = powerModel(spec, 'dgx-a100');
      const contextTokens = sequences * 512;
      const seconds = stepSeconds(stepCoefficients(servedBy(spec)), {
        tokens: sequences,
        sequences,
        prompts: 0,
        logitRows: sequences,
        prefillPairs: 0,
        contextTokens,
      });
      const { bytesPerDecodeStep, bytesPerContextToken } = utilisationModel(spec);
      const bytes = bytesPerDecodeStep + bytesPerContextToken * contextTokens;
      const mbu = bytes / (spec.tp * 2.039e12 * seconds);
      const law = 63 + 0.785 * 400 * Math.exp((5 / 8) * Math.log(mbu));
      const joules = power.joulesPerDecodeStep + power.joulesPerContextToken * contextTokens;
      const watts = (power.decodeGpuWatts + joules / seconds) / spec.tp;
      expect(watts / law - 1).toBeGreaterThan(-1e-12);
      expect(watts / law - 1).toBeLessThan(tolerance + 1e-12);
      expect(joules / bytes).toBeCloseTo(power.joulesPerDecodeStep / bytesPerDecodeStep, 20);
    }
  });

  test('a prefilling GPU draws 0.70 of its limit on average', () => {
    expect(powerModel(physical('gpt3-175b'), 'dgx-a100').prefillGpuWatts).toBeCloseTo(8 * 280, 6);
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
