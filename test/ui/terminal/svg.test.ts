import { expect, test } from 'vitest';
import { dim, text } from '../../../src/ui/line.ts';
import { screenSvg, screenText } from '../../../src/ui/terminal/svg.ts';

const lines = [[text('a < b', 'bold'), dim('  ─┐')], [text('⠁█', 'traffic')]];

test('as text it is what stands on the screen', () => {
  expect(screenText(lines)).toBe('a < b  ─┐\n⠁█\n');
});

test('as SVG words stand at their cells, and what is drawn is drawn', () => {
  const svg = screenSvg(lines, 'a & b');
  expect(svg).toContain('<title>a &#38; b</title>');
  expect(svg).toMatch(/<text x="12" [^>]*textLength="42"[^>]*>a &#60; b<\/text>/);
  // One dot at the top left of the second line; a bar over the whole of the next cell.
  expect(svg).toContain('M13.2 30.1h1.9v1.9h-1.9z');
  expect(svg).toContain('M20.9 29h7.4v17h-7.4z');
  expect(svg).not.toMatch(/[─┐⠁█]/);
});
