import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS, parseQuantity, type DimensionName } from '../../src/settings/quantities.ts';

describe('quantities as people write them', () => {
  it.each<[unknown, DimensionName, number]>([
    ['24h', 'seconds', 86_400],
    ['15s', 'seconds', 15],
    ['200ms', 'seconds', 0.2],
    ['35 ms', 'seconds', 0.035],
    ['1h30m', 'seconds', 5400],
    ['1h 30m', 'seconds', 5400],
    ['1d12h', 'seconds', 129_600],
    ['10min', 'seconds', 600],
    ['1.5e3', 'seconds', 1500],
    [90, 'seconds', 90],
    ['250M', 'requestsPerDay', 250e6],
    ['250 M/day', 'requestsPerDay', 250e6],
    ['2.9k/s', 'requestsPerSecond', 2900],
    ['12 requests/s', 'requestsPerSecond', 12],
    ['1.2k', 'count', 1200],
    ['250_000_000', 'count', 250e6],
    ['250 000 000', 'count', 250e6],
    ['1B', 'count', 1e9],
    ['3x', 'factor', 3],
    ['10%', 'share', 0.1],
    ['7%', 'share', 0.07],
    ['0.08 USD/kWh', 'usdPerKwh', 0.08],
    ['$0.08/kWh', 'usdPerKwh', 0.08],
    ['0.08 usd per kwh', 'usdPerKwh', 0.08],
    ['80 USD/MWh', 'usdPerKwh', 0.08],
    ['2.21 USD per GPU-hour', 'usdPerGpuHour', 2.21],
    ['$199k', 'usd', 199_000],
    ['199000 USD', 'usd', 199_000],
    ['5y', 'years', 5],
    ['80GiB', 'bytes', 80 * 2 ** 30],
    ['6.5 kW', 'watts', 6500],
    ['-5s', 'seconds', -5],
    ['-0', 'count', 0],
  ])('reads %j as %s: %d', (written, dimension, value) => {
    expect(parseQuantity(written, dimension)).toBe(value);
  });

  it.each<[unknown, DimensionName]>([
    ['', 'seconds'],
    [null, 'seconds'],
    ['soon', 'seconds'],
    ['5 parsecs', 'seconds'],
    ['5M', 'seconds'],
    ['1h30', 'seconds'],
    ['-1h30m', 'seconds'],
    ['12:30', 'seconds'],
    ['5m', 'count'],
    ['1,000', 'count'],
    ['1 5', 'count'],
    ['5 5h', 'seconds'],
    ['1_'.repeat(50_000), 'count'],
    ['$'.padEnd(100_000), 'usd'],
    ['k', 'count'],
    ['.', 'count'],
    ['0x10', 'count'],
    ['NaN', 'count'],
    ['Infinity', 'count'],
    ['1e999', 'count'],
    [NaN, 'count'],
    [-Infinity, 'count'],
    [true, 'count'],
    [[1], 'count'],
    [{}, 'count'],
    ['80 GB/s', 'bytes'],
    ['5 kW', 'usdPerKwh'],
  ])('refuses %j as %s and says what to write', (written, dimension) => {
    expect(parseQuantity(written, dimension)).toMatchObject({
      problem: expect.stringMatching(/; write .*e\.g\. \d/),
    });
  });

  it('reads every plain number back as itself, written or not', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(...(Object.keys(DIMENSIONS) as DimensionName[])),
        (number, dimension) => {
          expect(parseQuantity(number, dimension)).toBe(number + 0);
          expect(parseQuantity(String(number), dimension)).toBe(number + 0);
        },
      ),
    );
  });

  it('gives a number or a problem for any text, and never throws', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9._eE]{0,6} ?[a-zA-Zµ$%/ ]{0,8}$/));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...(Object.keys(DIMENSIONS) as DimensionName[])),
        (written, dimension) => {
          const parsed = parseQuantity(written, dimension);
          expect(typeof parsed === 'number' ? Number.isFinite(parsed) : parsed.problem.length > 0).toBe(true);
        },
      ),
    );
  });
});
