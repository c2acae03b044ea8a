import { describe, expect, test } from 'vitest';
import { REGIONS, regionOf, regionUsdPerKwh } from '../../src/catalog/regions.ts';
import { clockMs } from '../../src/kernel/clock.ts';

describe('regions', () => {
  // $/kWh as converted by hand, to the digits in which they were published; g/kWh.
  test.each([
    ['oregon', 0.0752, 4, 79, 'gCO2e', 1.12],
    ['california', 0.1864, 4, 169, 'gCO2e', 1.18],
    ['finland', 0.101, 3, 39, 'gCO2e', 1.09],
    ['germany', 0.218, 3, 363, 'gCO2', 1.35],
    ['ireland', 0.276, 3, 352, 'gCO2e', 1.11],
    ['china-east', 0.079, 3, 562, 'gCO2', 1.25],
    ['gansu', 0.055, 3, 586, 'gCO2', 1.25],
    ['sichuan', 0.055, 3, 227, 'gCO2', 1.25],
    ['guizhou', 0.055, 3, 387, 'gCO2', 1.25],
  ])('%s pays $%f', (name, usdPerKwh, digits, gramsPerKwh, unit, pue) => {
    const region = regionOf(name);
    expect(Math.abs(regionUsdPerKwh(region) - usdPerKwh)).toBeLessThanOrEqual(0.51 * 10 ** -digits);
    expect(region.intensity?.gramsPerKwh).toBe(gramsPerKwh);
    expect(region.intensity?.unit).toBe(unit);
    expect(region.pue?.pue).toBe(pue);
  });

  test('China’s west is cheaper than its east, and greener only in its hydro grids', () => {
    const east = regionOf('china-east');
    for (const name of ['gansu', 'sichuan', 'guizhou']) {
      expect(regionUsdPerKwh(regionOf(name))).toBeLessThan(0.71 * regionUsdPerKwh(east));
    }
    const grams = (name: string) => regionOf(name).intensity!.gramsPerKwh;
    expect(grams('gansu')).toBeGreaterThan(grams('china-east'));
    expect(grams('sichuan')).toBeLessThan(grams('china-east'));
    expect(grams('guizhou')).toBeLessThan(grams('china-east'));
  });

  test('have clocks, publishers and years', () => {
    for (const { timeZone, price, intensity, pue } of Object.values(REGIONS)) {
      expect(clockMs(0, timeZone)).toBeTypeOf('number');
      for (const { publisher, year, note } of [price, intensity ?? price, pue ?? price]) {
        expect(publisher).not.toBe('');
        expect(note).not.toBe('');
        expect(year).toBeGreaterThanOrEqual(2021);
      }
    }
  });

  test('are found by other spellings, and listed where there is none of a name', () => {
    expect(regionOf('China East')).toBe(REGIONS['china-east']);
    expect(() => regionOf('texas')).toThrow('unknown region "texas"; known: oregon, california, finland');
  });
});
