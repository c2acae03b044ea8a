import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ticksToSeconds } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { Segment } from '../../src/perf/physical/segment-fields.ts';
import { decodeSegments } from '../../src/perf/physical/segments.ts';
import { servedBy } from '../../src/perf/served.ts';
import { Plan } from '../../src/perf/plan.ts';
import { planStep } from '../../src/perf/spec.ts';
import type { PerfModel } from '../../src/perf/spec.ts';
import { stepCoefficients, stepSeconds } from '../../src/perf/physical/step-seconds.ts';
import { physical, VARIED_SPECS } from './specs.ts';

const models = VARIED_SPECS.map((spec) => ({
  spec,
  model: createPerfModel(spec, 'seed'),
  coefficients: stepCoefficients(servedBy(spec)),
}));
const anyModel = fc.constantFrom(...models);
const anyDecodes = fc.integer({ min: 1, max: 256 });
/** Context per sequence, well beyond what the caches hold. */
const anyContext = fc.integer({ min: 0, max: 8192 });

function planDecodes(model: PerfModel, decodes: number, contextTokens: number): Float64Array {
  return planStep(model, { decodes, contextTokens });
}

describe('steps that only decode', () => {
  test('keep their promise: after k < stepsMax steps a new question gives alpha + k·beta', () => {
    const property = fc.property(
      anyModel,
      anyDecodes,
      anyContext,
      fc.nat(),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ model }, decodes, contextPerSequence, odd, part) => {
        const context = contextPerSequence * decodes + (odd % decodes);
        const first = planDecodes(model, decodes, context);
        const horizon = Math.min(first[Plan.STEPS_MAX], 100_000);
        // The last steps of the horizon are where a promise would break.
        for (const k of [Math.floor(part * horizon), horizon - 1]) {
          const later = planDecodes(model, decodes, context + k * decodes);
          expect(later[Plan.ALPHA]).toBe(first[Plan.ALPHA] + k * first[Plan.BETA]);
          expect(later[Plan.BETA]).toBe(first[Plan.BETA]);
          expect(later[Plan.STEPS_MAX]).toBe(first[Plan.STEPS_MAX] - k);
        }
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  test('are whole numbers of ticks, at least one step long, and all decode', () => {
    fc.assert(
      fc.property(anyModel, anyDecodes, anyContext, ({ model }, decodes, context) => {
        const out = planDecodes(model, decodes, context * decodes);
        expect(Number.isSafeInteger(out[Plan.ALPHA]) && out[Plan.ALPHA] >= 1).toBe(true);
        expect(Number.isSafeInteger(out[Plan.BETA]) && out[Plan.BETA] >= 0).toBe(true);
        expect(out[Plan.STEPS_MAX]).toBeGreaterThanOrEqual(1);
        expect(out[Plan.DECODE]).toBe(out[Plan.ALPHA]);
      }),
    );
  });

  test('are within 0.1 % of the formula at every context', () => {
    let worst = 0;
    const property = fc.property(anyModel, anyDecodes, anyContext, (entry, decodes, contextPerSequence) => {
      const contextTokens = contextPerSequence * decodes;
      const seconds = ticksToSeconds(planDecodes(entry.model, decodes, contextTokens)[Plan.ALPHA]);
      const work = {
        tokens: decodes,
        sequences: decodes,
        prompts: 0,
        logitRows: decodes,
        prefillPairs: 0,
        contextTokens,
      };
      const exact = stepSeconds(entry.coefficients, work);
      worst = Math.max(worst, seconds / exact - 1);
      expect(seconds / exact - 1).toBeLessThan(1e-3);
      // Below the formula only by rounding: half a tick for each of 8192 steps.
      expect(seconds - exact).toBeGreaterThan(-1e-6);
    });
    fc.assert(property, { numRuns: 5000 });
    // Secants that never came near the tolerance would mean needlessly short runs.
    expect(worst).toBeGreaterThan(5e-4);
  });

  test('never get shorter with more context', () => {
    fc.assert(
      fc.property(anyModel, anyDecodes, fc.nat(2_000_000), ({ model }, decodes, context) => {
        const here = planDecodes(model, decodes, context)[Plan.ALPHA];
        // A tick is a quarter of a nanosecond; at a segment's start rounding may take back a few hundred.
        expect(planDecodes(model, decodes, context + 1)[Plan.ALPHA]).toBeGreaterThan(here - 2000);
      }),
    );
  });

  test('have one segment for ever where the stack hides its host time, and at most 13 elsewhere', () => {
    for (const { spec, coefficients } of models) {
      for (const decodes of [1, 17, 256]) {
        const count = decodeSegments(coefficients, decodes).length / Segment.FIELDS;
        if (coefficients.cpu === 0) expect(count).toBe(1);
        else expect(count, String(spec.model)).toBeLessThanOrEqual(13);
      }
    }
    const model = createPerfModel(physical('gpt3-175b', { stack: 'fastertransformer' }), 'seed');
    expect(planDecodes(model, 8, 1000)[Plan.STEPS_MAX]).toBe(Infinity);
  });
});

describe('steps with prompt chunks', () => {
  test('take what the formula says, once, and name the time of their decodes', () => {
    const property = fc.property(
      anyModel,
      fc.integer({ min: 0, max: 256 }),
      anyContext,
      fc.integer({ min: 1, max: 2048 }),
      fc.nat(4096),
      fc.boolean(),
      ({ model, coefficients }, decodes, contextPerSequence, chunk, cached, ends) => {
        const contextTokens = contextPerSequence * decodes;
        const prefillPairs = chunk * chunk + 2 * cached * chunk;
        const logitRows = decodes + (ends ? 1 : 0);
        const prefill = { prefillTokens: chunk, prefillPairs, prefillSequences: 1 };
        const out = planStep(model, { decodes, contextTokens, ...prefill, logitRows });
        const work = {
          tokens: decodes + chunk,
          sequences: decodes + 1,
          prompts: 1,
          logitRows,
          prefillPairs,
          contextTokens,
        };
        expect(ticksToSeconds(out[Plan.ALPHA])).toBeCloseTo(stepSeconds(coefficients, work), 9);
        expect(out[Plan.BETA]).toBe(0);
        expect(out[Plan.STEPS_MAX]).toBe(1);
        const alone = decodes > 0 ? planDecodes(model, decodes, contextTokens)[Plan.ALPHA] : 0;
        expect(out[Plan.DECODE]).toBe(Math.min(alone, out[Plan.ALPHA]));
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });
});

test('a model offers its cache and its client delay', () => {
  const model = createPerfModel(physical('gpt3-175b', { stack: 'fastertransformer' }), 'seed');
  expect(model.kvTokens).toBe(53_680);
  // 0.75 ms per billion parameters of 96 layers of 12·12288² parameters.
  expect(ticksToSeconds(model.clientDelayTicks)).toBeCloseTo(0.75e-12 * 96 * 12 * 12_288 * 12_288, 9);
});

test('a model that does not fit cannot be made', () => {
  expect(() => createPerfModel(physical('bloom-176b', { tp: 4 }), 'seed')).toThrow(/bytes .* are missing/);
});
