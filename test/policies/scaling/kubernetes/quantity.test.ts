import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatQuantity,
  measuredMilli,
  milliOf,
  parseMilli,
} from '../../../../src/policies/scaling/kubernetes/quantity.ts';

describe('quantities', () => {
  it.each([
    ['5', 5000],
    ['0.5', 500],
    ['.5', 500],
    ['5.', 5000],
    ['500m', 500],
    ['1k', 1_000_000],
    ['1Ki', 1_024_000],
    ['1.5Gi', 1_610_612_736_000],
    ['2M', 2_000_000_000],
    ['1e3', 1_000_000],
    ['1E3', 1_000_000],
    ['1E', 1e21],
    ['5e-1', 500],
    ['250u', 1],
    ['1500u', 2],
    ['1n', 1],
    ['0', 0],
    ['0.0005', 1],
    ['0.1', 100],
    ['1.005', 1005],
    ['-1500u', -2],
    ['+2', 2000],
  ])('reads %s as %d milli-units, the rest rounded up', (text, milli) => {
    expect(parseMilli(text)).toBe(milli);
  });

  it.each([
    '',
    'm',
    '1 k',
    '1K',
    '1mi',
    '1e',
    '0x10',
    '1,5',
    'NaN',
    'Infinity',
    '1kk',
    '1e9999',
    '1.2.3',
    '--1',
  ])('refuses %j', (text) => expect(parseMilli(text)).toBeUndefined());

  it('is capped where 64 bits of units end', () => {
    expect(parseMilli('100E')).toBe(Number((2n ** 63n - 1n) * 1000n));
  });

  it('takes a number by its digits: 2.007 is 2007, though 2.007 times 1000 is a little more', () => {
    expect(2.007 * 1000).toBeGreaterThan(2007);
    expect(milliOf(2.007)).toBe(2007);
  });

  it('cuts measured values off, as adapters do', () => {
    expect([measuredMilli(0.0019), measuredMilli(7.9999)]).toEqual([1, 7999]);
  });

  it('writes what it reads', () => {
    expect([0.5, 5, 1024, 0.0000005, 1.25].map(formatQuantity)).toEqual([
      '500m',
      '5',
      '1024',
      '500n',
      '1250m',
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (milli) => {
        expect(parseMilli(formatQuantity(milli / 1000))).toBe(milli);
      }),
    );
  });
});
