// Constants that made measurements are found again; those that the measurements do not show are named.
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/accuracy/calibrate/calibrate.ts';
import {
  FIELDS,
  FIXED_CONSTANTS,
  rulesOf,
  type Constants,
  type FittedField,
} from '../../../src/accuracy/calibrate/constants.ts';
import { constantsOf, measured, plan, servedWith } from './made-up.ts';

const llama = servedWith('llama2-70b', [2, 4, 8]);
const gpt = servedWith('gpt3-175b', [8]);

const EVERYTHING: Constants = {
  ...FIXED_CONSTANTS,
  gpuTimeFactor: 1.1,
  launchSecondsPerLayer: 80e-6,
  cpuSecondsPerLayer: 0.4e-3,
  secondsPerSequence: 0.2e-3,
  clientDelaySeconds: 30e-3,
  decodeAttentionEfficiency: 0.5,
  severalPromptsFactor: 1.2,
  batchedWeightsFactor: 1.1,
};

describe('measurements without noise', () => {
  it.each([
    ['fastertransformer', gpt],
    ['vllm-0.2', llama],
    ['lmdeploy', llama],
    ['deepspeed-bloom', servedWith('bloom-176b', [8])],
    ['all effects at once', llama],
  ])('give back the constants that made them: %s', (preset, served) => {
    const truth = preset === 'all effects at once' ? EVERYTHING : constantsOf(preset, served.get(8)!);
    const { constants, errors } = calibrate(measured(plan(served), served, { truth }), served);
    for (const field of FIELDS) {
      const { scale, unit } = rulesOf(field);
      // To a thousandth of a typical size.
      expect(Math.abs(constants[field] - truth[field]) / scale, `${field}${unit}`).toBeLessThan(1e-3);
    }
    expect(errors.prompt!.p90Percent).toBeLessThan(0.01);
    expect(errors.token!.p90Percent).toBeLessThan(0.01);
  });

  it('give the same to the last bit every time', () => {
    const observations = measured(plan(llama), llama, { truth: EVERYTHING, noise: 0.02 });
    expect(calibrate(observations, llama)).toEqual(calibrate(observations, llama));
  });
});

describe('measurements with 3 % of noise', () => {
  it('put the constants into their 95 % intervals about 95 times in a hundred', () => {
    const inside: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const { intervals, free } = calibrate(
        measured(plan(llama), llama, { truth: EVERYTHING, noise: 0.03, seed }),
        llama,
      );
      expect(free).toContain('cpuSecondsPerLayer');
      for (const [field, [low, high]] of Object.entries(intervals)) {
        const value = EVERYTHING[field as FittedField];
        inside.push(low <= value && value <= high ? 1 : 0);
      }
    }
    // About a hundred intervals: ±5 % are two standard deviations.
    const share = inside.reduce((sum, one) => sum + one, 0) / inside.length;
    expect(inside.length).toBeGreaterThan(80);
    expect(share).toBeGreaterThan(0.89);
  });

  it('are predicted as well as noise allows, on configurations left out too', () => {
    const { errors, unseenErrors, folds } = calibrate(
      measured(plan(llama), llama, { truth: EVERYTHING, noise: 0.03 }),
      llama,
    );
    expect(folds).toBe(10);
    for (const kind of ['prompt', 'token'] as const) {
      // The median of a normal error's size is 0.67 of its standard deviation, the 90th percentile 1.64.
      expect(errors[kind]!.medianPercent).toBeLessThan(3);
      expect(unseenErrors![kind]!.p90Percent).toBeLessThan(7.5);
      expect(unseenErrors![kind]!.p90Percent).toBeGreaterThan(3);
    }
  });

  it('name the row that does not fit, and are not moved by it', () => {
    const observations = measured(plan(llama), llama, { truth: EVERYTHING, noise: 0.01 });
    observations[7] = { ...observations[7], measuredSeconds: 2 * observations[7].measuredSeconds };
    const { outliers, constants } = calibrate(observations, llama);
    expect(outliers.map(({ observation }) => observation)).toEqual([observations[7]]);
    expect(Math.abs(constants.gpuTimeFactor - EVERYTHING.gpuTimeFactor)).toBeLessThan(0.03);
  });
});

describe('a constant that the measurements do not show', () => {
  const truth = constantsOf('lmdeploy', llama.get(4)!);
  const reasonsOf = (of: Parameters<typeof plan>[1], served = llama) =>
    calibrate(measured(plan(served, of), served, { truth, noise: 0.01 }), served);

  it('is what a sequence costs, if all rows have one batch', () => {
    const { reasons, constants } = reasonsOf({ batches: [1] });
    expect(reasons.secondsPerSequence).toBe('every row has batch 1');
    expect(reasons.severalPromptsFactor).toBe('every row has batch 1');
    expect(constants.secondsPerSequence).toBe(0);
  });

  it('is the client’s delay, if all prompts are equal', () => {
    const { reasons, constants } = reasonsOf({ prompts: [512], batches: [1] });
    expect(reasons.clientDelaySeconds).toBe('every prompt measured has the same number of tokens');
    expect(constants.clientDelaySeconds).toBe(0);
  });

  it('is the client’s delay, if no prompt was measured', () => {
    const { reasons } = reasonsOf({ kinds: ['token'] });
    expect(reasons.clientDelaySeconds).toBe('no prompt was measured (prompt_ms)');
  });

  it('is all that concerns decode, if no decode step was measured', () => {
    const { reasons, free } = reasonsOf({ kinds: ['prompt'] });
    expect(reasons.decodeAttentionEfficiency).toBe('no decode step was measured (token_ms)');
    expect(reasons.cpuSecondsPerLayer).toBe('no decode step was measured (token_ms)');
    expect(free).toContain('gpuTimeFactor');
  });

  it('is the efficiency of attention, if contexts are short', () => {
    const { reasons, constants } = reasonsOf({
      prompts: [16, 64, 256],
      batches: [1, 2, 4],
      outputTokens: 16,
    });
    expect(reasons.decodeAttentionEfficiency).toBe(
      'the measurements do not tell it from the other constants',
    );
    expect(constants.decodeAttentionEfficiency).toBe(FIXED_CONSTANTS.decodeAttentionEfficiency);
  });

  it('is the host time, if the GPU is always the slower', () => {
    expect(reasonsOf({}).reasons.cpuSecondsPerLayer).toBe('the measurements are explained as well without');
  });

  it('is all but one of two times, with an interval that says so', () => {
    const { free, unseenErrors, intervals } = reasonsOf({ prompts: [512], batches: [1] }, gpt);
    expect(free).toHaveLength(1);
    expect(unseenErrors).toBeUndefined();
    const [low, high] = intervals[free[0]]!;
    expect(high).toBeGreaterThan(low);
  });
});
