// Charts as static SVG: drawn by Observable Plot on linkedom's document, both loaded only when there is something to draw.
// Each chart is drawn twice, for a phone and for everything wider, because text in a picture that is shrunk cannot be
// read; the page's style shows one of them. Colours are the page's variables, so that light and dark are one picture.
// Left out: scripts, so no zooming; a hover tells the values where a mark has a title.
import type * as PlotModule from '@observablehq/plot';
import { markup, trusted, type Html } from './escape.ts';

export type Plot = typeof PlotModule;

/** Of the drawing, in pixels. */
export interface Size {
  width: number;
  height: number;
  isNarrow: boolean;
}

export interface Chart {
  title: string;
  /** What there is to see, for those who do not see it: some sentences. */
  alt: string;
  /** Under the title: units, what a line is made of. */
  note?: string;
  legend?: readonly LegendItem[];
  /** Pixels; 220 where it is not said. */
  height?: number;
  /** Marks and scales. The font, the size and the margins at the right and top are given; any of them may be changed. */
  plot: (plot: Plot, size: Size) => PlotModule.PlotOptions;
}

export interface LegendItem {
  label: string;
  /** CSS: `var(--traffic)`. */
  colour: string;
  /** How its mark looks: a filled area, a line, or a line of dashes (SVG's stroke-dasharray). */
  look?: 'area' | 'line' | { dashes: string };
}

export type Draw = (chart: Chart) => Html;

const WIDE = 680;
const NARROW = 344;
const HEIGHT = 220;

/** Loads what draws: some 0.4 s. */
export async function loadDraw(): Promise<Draw> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<!doctype html><html></html>');
  return (chart) => {
    const height = chart.height ?? HEIGHT;
    const sizes: Size[] = [
      { width: WIDE, height, isNarrow: false },
      { width: NARROW, height, isNarrow: true },
    ];
    const pictures = sizes.map((size) => {
      const svg = plot.plot({ document, ...frame(size), ...chart.plot(plot, size) });
      return picture(svg as unknown as Drawn, chart, size);
    });
    const { title, note, legend = [] } = chart;
    return markup`<figure class="chart">
<figcaption><strong>${title}</strong>${note !== undefined && markup` <span class="note">${note}</span>`}</figcaption>
${legend.length > 0 && markup`<ul class="legend">${legend.map(legendItem)}</ul>`}
${pictures}</figure>`;
  };
}

function frame({ width, height, isNarrow }: Size): PlotModule.PlotOptions {
  return { width, height, marginLeft: isNarrow ? 44 : 52, marginRight: 12, marginTop: 22, marginBottom: 26 };
}

/** The little of an element that is needed; TypeScript is not told of a DOM here. */
interface Drawn {
  tagName: string;
  innerHTML: string;
  querySelectorAll(selector: string): Iterable<DrawnPart>;
}

interface DrawnPart {
  attributes: Iterable<{ name: string; value: string }>;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}

/** The outer tag is written here: its text comes from scenarios. */
function picture(svg: Drawn, { title, alt }: Chart, { width, height, isNarrow }: Size): Html {
  // With a legend or caption of its own Plot wraps the picture in a figure; the page makes those.
  if (svg.tagName.toLowerCase() !== 'svg') throw new Error(`Plot drew a ${svg.tagName}, not an svg`);
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const part of svg.querySelectorAll('*')) {
    for (const { name, value } of Array.from(part.attributes)) {
      if (name.startsWith('aria-')) part.removeAttribute(name);
      else if (NUMBERS.has(name) && !value.endsWith('em')) part.setAttribute(name, rounded(value));
    }
  }
  const label = `${title}. ${alt}`;
  const box = `0 0 ${width} ${height}`;
  return markup`<svg class="${isNarrow ? 'narrow' : 'wide'}" role="img" aria-label="${label}" viewBox="${box}" fill="currentColor" text-anchor="middle">
<title>${title}</title>${trusted(svg.innerHTML)}</svg>
`;
}

const NUMBERS = new Set('d transform x y x1 x2 y1 y2 dx dy cx cy r width height'.split(' '));

/** To a tenth of a pixel. */
function rounded(numbers: string): string {
  return numbers.replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1))));
}

function legendItem({ label, colour, look = 'line' }: LegendItem): Html {
  const dashes = typeof look === 'object' && markup` stroke-dasharray="${look.dashes}"`;
  const mark =
    look === 'area'
      ? markup`<rect width="18" height="10" fill="${colour}"/>`
      : markup`<path d="M0 5h18" stroke="${colour}" stroke-width="2"${dashes}/>`;
  return markup`<li><svg width="18" height="10" aria-hidden="true">${mark}</svg> ${label}</li>`;
}
