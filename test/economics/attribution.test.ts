import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributed, prefillOfMixed } from '../../src/economics/attribution.ts';

describe('a dollar', () => {
  it('is shared by GPU time, idle time on its own', () => {
    const time = { prefillSeconds: 10, decodeSeconds: 50, capacitySeconds: 100 };
    expect(attributed(200, time)).toEqual({ prefillUsd: 20, decodeUsd: 100, idleUsd: 80 });
  });

  it('is idle altogether where nothing ran, or nothing was there to run', () => {
    const idle = { prefillUsd: 0, decodeUsd: 0, idleUsd: 7 };
    expect(attributed(7, { prefillSeconds: 0, decodeSeconds: 0, capacitySeconds: 60 })).toEqual(idle);
    expect(attributed(7, { prefillSeconds: 0, decodeSeconds: 0, capacitySeconds: 0 })).toEqual(idle);
  });

  it('is refused where more time was used than there was', () => {
    expect(() => attributed(1, { prefillSeconds: 40, decodeSeconds: 70, capacitySeconds: 100 })).toThrow(
      'in 100 s',
    );
  });

  it('adds up, negative prices included', () => {
    const arbitrary = fc.record({
      totalUsd: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      prefillSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      decodeSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      idleSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
    });
    const check = fc.property(arbitrary, ({ totalUsd, idleSeconds, ...phases }) => {
      const capacitySeconds = phases.prefillSeconds + phases.decodeSeconds + idleSeconds;
      const { prefillUsd, decodeUsd, idleUsd } = attributed(totalUsd, { ...phases, capacitySeconds });
      expect(Math.abs(prefillUsd + decodeUsd + idleUsd - totalUsd)).toBeLessThanOrEqual(
        1e-12 * Math.abs(totalUsd),
      );
    });
    fc.assert(check);
  });
});

describe('a step that does both', () => {
  it('is shared as each would take alone', () => {
    // Empty 10 ms; decode alone 30 ms (20 more), prefill alone 60 ms (50 more): 80 ms together, 2/3 of it prefill's.
    const step = { steps: 1, decodeSeconds: 0.03, addedSeconds: 0.05, emptyStepSeconds: 0.01 };
    expect(prefillOfMixed(step)).toBeCloseTo((0.08 * 60) / 90, 12);
  });

  it('gives prefill more than what it added, and less than the whole step', () => {
    const seconds = fc.double({ min: 1e-6, max: 10, noNaN: true });
    const check = fc.property(
      fc.integer({ min: 1, max: 1000 }),
      seconds,
      seconds,
      seconds,
      (steps, empty, decode, added) => {
        const decodeSeconds = steps * (empty + decode);
        const addedSeconds = steps * added;
        const prefill = prefillOfMixed({ steps, decodeSeconds, addedSeconds, emptyStepSeconds: empty });
        expect(prefill).toBeGreaterThan(addedSeconds * (1 - 1e-12));
        expect(prefill).toBeLessThan(decodeSeconds + addedSeconds);
      },
    );
    fc.assert(check);
  });

  it('is none where there was none', () => {
    expect(prefillOfMixed({ steps: 0, decodeSeconds: 0, addedSeconds: 0, emptyStepSeconds: 0.01 })).toBe(0);
  });
});
