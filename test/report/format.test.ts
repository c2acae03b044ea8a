import { describe, expect, it } from 'vitest';
import { count, latency, percent, quantity, scaled, span, usd } from '../../src/report/format.ts';

function expectTexts(format: (value: number) => string, cases: [number, string][]): void {
  expect(cases.map(([value]) => format(value))).toEqual(cases.map(([, text]) => text));
}

describe('numbers for people', () => {
  it('have at least three significant digits and no more than whole units from a hundred up', () => {
    expectTexts(quantity, [
      [0, '0'],
      [0.012345, '0.0123'],
      [1.5, '1.50'],
      [38.44, '38.4'],
      [99.94, '99.9'],
      [99.96, '100'],
      [3861.4, '3,861'],
      [47_349, '47,349'],
    ]);
  });

  it('are exact where they count things', () => {
    expect(count(250_000_123)).toBe('250,000,123');
  });

  it('show dollars whole from $100, with cents below', () => {
    expectTexts(usd, [
      [0, '$0'],
      [0.0371, '$0.0371'],
      [0.9, '$0.900'],
      [1, '$1.00'],
      [12.345, '$12.35'],
      [99.99, '$99.99'],
      [99.996, '$100'],
      [10_123.4, '$10,123'],
    ]);
  });

  it('never round a share to all or nothing', () => {
    expectTexts(percent, [
      [0, '0 %'],
      [0.00001, '<0.01 %'],
      [0.0312, '3.12 %'],
      [0.5, '50.0 %'],
      [0.98764, '98.8 %'],
      [0.9993, '99.93 %'],
      [0.999_99, '>99.99 %'],
      [1, '100 %'],
    ]);
  });

  it('choose the unit of a latency', () => {
    expectTexts(latency, [
      [0.000_081_2, '81.2 µs'],
      [0.0812, '81.2 ms'],
      [0.4123, '412 ms'],
      [0.9996, '1.00 s'],
      [1.518, '1.52 s'],
      [71.4, '71.4 s'],
    ]);
  });

  it('choose the unit of a length of time', () => {
    expectTexts(span, [
      [82, '82 s'],
      [600, '10 min'],
      [3600, '1 h'],
      [86_400, '24 h'],
      [51_900, '14.4 h'],
    ]);
  });

  it('choose a prefix', () => {
    expect(scaled(2310, 'W')).toBe('2.31 kW');
    expect(scaled(999_600, 'W')).toBe('1.00 MW');
    expect(scaled(0.452, 'Wh')).toBe('0.452 Wh');
    expect(scaled(113e6, 'Wh')).toBe('113 MWh');
  });

  it('are a dash where there are none', () => {
    expect([quantity, count, usd, percent, latency, span].map((format) => format(NaN))).toEqual(
      Array<string>(6).fill('—'),
    );
    expect(scaled(NaN, 'W')).toBe('—');
  });
});
