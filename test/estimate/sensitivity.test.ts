import { describe, expect, it } from 'vitest';
import { defaultsOf, evaluated } from '../../src/estimate/preset.ts';
import { PRESETS } from '../../src/estimate/presets/registry.ts';
import { visitors } from '../../src/estimate/presets/visitors.ts';
import { swings } from '../../src/estimate/sensitivity.ts';
import { estimateText } from '../../src/estimate/show/text.ts';
import { tornadoSvg } from '../../src/estimate/show/tornado.ts';

describe('sensitivity', () => {
  const all = swings(visitors, 'electricityUsdPerDay');

  it('moves one assumption at a time from end to end of its range', () => {
    const price = all.find(({ input }) => input.name === 'usdPerKwh')!;
    expect(price.atLow).toBeCloseTo(591_864 * 0.0752, 6);
    expect(price.atHigh).toBeCloseTo(591_864 * 0.218, 6);
  });

  it('puts the widest first and leaves out what does not move the answer', () => {
    const widths = all.map(({ atLow, atHigh }) => Math.abs(atHigh - atLow));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    const names = all.map(({ input }) => input.name);
    expect(names[0]).toBe('wordsPerQuestion');
    expect(names).not.toContain('usdPerRack');
    expect(names).not.toContain('queriesPerUser');
  });

  it('starts from the user’s own numbers', () => {
    const free = swings(visitors, 'electricityUsdPerDay', { ...defaultsOf(visitors), usdPerKwh: 0 });
    expect(free.map(({ input }) => input.name)).toEqual(['usdPerKwh']);
  });
});

describe('the tornado chart', () => {
  for (const preset of PRESETS) {
    it(`of ${preset.name} has a bar of two parts per assumption, and no number that is none`, () => {
      const svg = tornadoSvg(preset, evaluated(preset, defaultsOf(preset)));
      const bars = preset.answers.flatMap((answer) => swings(preset, answer)).length;
      expect(svg.match(/<rect class="(low|high)"/g)).toHaveLength(2 * bars);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|width="-/);
      expect(svg.match(/<text/g)!.length).toBe(svg.match(/<\/text>/g)!.length);
    });
  }

  it('is drawn where nothing moves or costs anything', () => {
    const inputs = { ...defaultsOf(visitors), visitsPerDay: 1, usdPerKwh: 0, usdPerRack: 0 };
    const values = evaluated(visitors, inputs);
    expect(tornadoSvg(visitors, values)).not.toMatch(/NaN|Infinity/);
    expect(estimateText(visitors, values)).not.toMatch(/NaN|Infinity/);
  });
});
