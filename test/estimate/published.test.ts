// The published figures to the digit; what they must be is worked out here by hand, in whole numbers.
import { describe, expect, it } from 'vitest';
import { defaultsOf, evaluated, type Preset } from '../../src/estimate/preset.ts';
import { fivePart } from '../../src/estimate/presets/five-part.ts';
import { PRESETS } from '../../src/estimate/presets/registry.ts';
import { taskCost } from '../../src/estimate/presets/task-cost.ts';
import { training } from '../../src/estimate/presets/training.ts';
import { visitors } from '../../src/estimate/presets/visitors.ts';
import { explained } from '../../src/estimate/show/explained.ts';
import { namesIn } from '../../src/estimate/formula.ts';

const valuesOf = (preset: Preset, own = {}) => evaluated(preset, { ...defaultsOf(preset), ...own });

describe('visitors', () => {
  const values = valuesOf(visitors);

  it('gives the broker’s figures, racks rounded down as he did', () => {
    // 250 M questions x 30 words x 0.35 s = 2,625 M A100-seconds.
    expect(values.gpuHoursPerDay).toBeCloseTo(2_625_000_000 / 3600, 6);
    expect(Math.round(values.gpuHoursPerDay)).toBe(729_167);
    expect(values).toMatchObject({ gpus: 30_382, servers: 3798, racks: 542, rackKilowatts: 45.5 });
    expect(values.racksExact).toBeCloseTo(542.571_428, 5);
    expect(values.investmentUsd).toBe(542 * 1_400_000);
    expect(Math.round(values.investmentUsd / 1e6)).toBe(759);
    expect(values.kwhPerDay).toBe(591_864);
    expect(values.electricityUsdPerDay).toBeCloseTo(47_349.12, 8);
  });

  it('gives them rounded up throughout', () => {
    expect(values).toMatchObject({ racksRoundedUp: 543, investmentUsdRoundedUp: 760_200_000 });
    expect(values.kwhPerDayRoundedUp).toBe(592_956);
    expect(values.electricityUsdPerDayRoundedUp).toBeCloseTo(47_436.48, 8);
  });

  it('implies 2.37 Wh a question', () => {
    expect(values.gpuSecondsPerQuestion).toBeCloseTo(10.5, 12);
    expect(values.whPerQuestion).toBeCloseTo(2.367_456, 9);
  });

  it('gives the second estimate of that month', () => {
    expect(values).toMatchObject({ queriesPerDay: 195_000_000, rentedGpus: 28_936 });
    // 28,936 x 24 = 694,464.
    expect(values.rentUsdPerGpuHour).toBeCloseTo(694_444 / 694_464, 12);
    expect(values.rentCentsPerQuery).toBeCloseTo(0.356, 3);
  });

  it('shows what it computes as it was published', () => {
    const published = visitors.chains
      .flatMap(({ steps }) => steps)
      .filter((step) => step.published !== undefined && !step.published.includes('million'));
    expect(published.length).toBeGreaterThan(7);
    for (const step of published) {
      const { value } = explained(visitors, step, values);
      const digits = (text: string) => Number(/[\d,.]+/.exec(text)![0].replaceAll(',', ''));
      expect(Math.abs(digits(value) / digits(step.published!) - 1), step.name).toBeLessThan(0.02);
      if (!step.published!.includes('¢')) expect(value.replace(/ (GPU-h|kWh|kW)$/, '')).toBe(step.published);
    }
  });
});

describe('training', () => {
  const values = valuesOf(training);

  it('of GPT-3 takes 3,646 petaflop-days, and with the paper’s own parameters 3,640 to its three digits', () => {
    expect(values.flop).toBe(3.15e23);
    expect(values.petaflopDays).toBeCloseTo(315_000 / 86.4, 8);
    expect(Math.round(values.petaflopDays)).toBe(3646);
    expect(values.paperFlop).toBeCloseTo(3.1428e23, -12);
    expect(Number(values.paperPetaflopDays.toPrecision(3))).toBe(3640);
  });

  it('gives GPU-hours, days, dollars, energy and carbon on 1,024 A100 at 40 %', () => {
    // 3.15e23 / (312e12 x 0.4 x 3600) = 3.15e23 / 4.4928e17.
    expect(values.gpuHours).toBeCloseTo(701_121.794_87, 4);
    expect(values.days).toBeCloseTo(28.5, 1);
    expect(Math.floor(values.usd)).toBe(1_549_479);
    expect(values.kwh / 1000).toBeCloseTo(683.6, 1);
    expect(values.tonnes).toBeCloseTo(54.0, 1);
  });

  it('takes half as long with twice the GPUs, at the same cost', () => {
    const twice = valuesOf(training, { gpus: 2048 });
    expect(twice.days).toBeCloseTo(values.days / 2, 10);
    expect(twice.usd).toBe(values.usd);
  });

  it('counts a third of it in the textbook form, whatever the epochs', () => {
    expect(values.forwardFlop).toBe(1.05e23);
    expect(values.trainingPerForward).toBeCloseTo(3, 12);
    expect(valuesOf(training, { epochs: 4 }).trainingPerForward).toBeCloseTo(3, 12);
  });
});

describe('task-cost', () => {
  it('gives 100,000 GPU-seconds, 27.78 GPU-hours and US$ 61.39 for the worked example', () => {
    const values = valuesOf(taskCost);
    expect(values.gpuSeconds).toBe(100_000);
    expect(values.gpuHours).toBeCloseTo(27.78, 2);
    expect(values.usd).toBeCloseTo(221_000 / 3600, 10);
    expect(values.usd.toFixed(2)).toBe('61.39');
  });
});

describe('five-part', () => {
  it('gives US$ 160,110, and 61,110 where the hours are forgotten', () => {
    const values = valuesOf(fivePart);
    expect(values).toMatchObject({
      computingUsd: 100_000,
      storageUsd: 100,
      transferUsd: 10,
      peopleUsd: 50_000,
    });
    expect(values).toMatchObject({ usd: 160_110, withoutHoursUsd: 61_110 });
  });
});

describe('every preset', () => {
  for (const preset of PRESETS) {
    it(`${preset.name} has names once, formulas over what is known, and inputs within their own limits`, () => {
      const steps = preset.chains.flatMap((chain) => chain.steps);
      const names = [...preset.inputs, ...steps].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const known = new Set(preset.inputs.map(({ name }) => name));
      for (const { name, formula } of steps) {
        for (const needed of namesIn(formula)) expect(known, `${name} of ${preset.name}`).toContain(needed);
        known.add(name);
      }
      for (const answer of preset.answers) expect(known).toContain(answer);
      for (const { value, source, limits, range } of preset.inputs) {
        expect(source.length).toBeGreaterThan(5);
        for (const one of [value, range?.low ?? value, range?.high ?? value]) {
          expect(one).toBeGreaterThanOrEqual(limits.min);
          expect(one).toBeLessThanOrEqual(limits.max);
        }
        if (range) expect(range.low <= value && value <= range.high && range.low < range.high).toBe(true);
      }
    });
  }
});
