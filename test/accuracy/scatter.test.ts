import { describe, expect, it } from 'vitest';
import { compare } from '../../src/accuracy/compare/compare.ts';
import { REFERENCES } from '../../src/accuracy/references.ts';
import { panelAround, panelX, panelY, ticks } from '../../src/accuracy/show/log-panel.ts';
import { scatterSvg } from '../../src/accuracy/show/scatter.ts';

describe('a logarithmic panel', () => {
  const panel = { x: 100, y: 50, side: 300, min: 1, max: 1000 };

  it('gives every decade the same length, values upwards', () => {
    expect([1, 10, 100, 1000].map((value) => panelX(panel, value))).toEqual([100, 200, 300, 400].map(near));
    expect([1, 10, 100, 1000].map((value) => panelY(panel, value))).toEqual([350, 250, 150, 50].map(near));
  });

  it('has round ticks, the more the shorter it is', () => {
    expect(ticks({ min: 25, max: 20_000 })).toEqual([30, 100, 300, 1000, 3000, 10_000]);
    expect(ticks({ min: 8, max: 210 })).toEqual([10, 20, 50, 100, 200]);
    expect(ticks({ min: 140, max: 500 })).toEqual([150, 200, 250, 300, 400, 500]);
    expect(ticks({ min: 0.02, max: 0.06 })).toEqual([0.02, 0.025, 0.03, 0.04, 0.05, 0.06]);
  });

  it('leaves room around its values, be they all the same', () => {
    const { min, max } = panelAround({ x: 0, y: 0, side: 100 }, [7]);
    expect(min).toBeLessThan(7);
    expect(max).toBeGreaterThan(7);
  });
});

describe('the scatter plot', () => {
  const comparison = compare(REFERENCES);
  const svg = scatterSvg(comparison, 'a <b> & "c"');

  it('draws every value once, those left out hollow', () => {
    const drawn = (kind: string) =>
      svg.match(new RegExp(`<path class="\\w+ ${kind}"[^>]*><title>`, 'g'))?.length;
    const hollow = comparison.values.filter(({ excluded }) => excluded).length;
    const pale = comparison.values.filter(({ excluded, fitted }) => !excluded && !fitted).length;
    expect(drawn('hollow')).toBe(hollow);
    expect(drawn('(?:pale|mark)')).toBe(comparison.values.length - hollow);
    expect(drawn('pale') ?? 0).toBe(pale);
  });

  it('places nothing outside the picture and escapes what users name', () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    for (const [, x, y] of svg.matchAll(/translate\(([-\d.]+) ([-\d.]+)\)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThan(980);
      expect(Number(y)).toBeGreaterThan(0);
      expect(Number(y)).toBeLessThan(600);
    }
  });

  it('leaves away the panel of a unit that nothing was measured in', () => {
    const { values, ...rest } = comparison;
    const times = { ...rest, values: values.filter(({ phase }) => phase.unit === 'ms') };
    expect(scatterSvg(times, 'times')).not.toContain('W per GPU');
    expect(svg).toContain('W per GPU');
  });
});

/** Equal to a billionth. */
function near(value: number): unknown {
  return expect.closeTo(value, 9);
}
