// A square panel of an SVG with the same logarithmic scale on both axes: frame, ticks, the line where prediction and
// measurement agree, and the band of ±10 % around it.

export interface Panel {
  /** Upper left corner and side of the square, in pixels. */
  x: number;
  y: number;
  side: number;
  min: number;
  max: number;
}

/** Half the width of the band. */
const BAND = 0.1;

/** Room around the values, so that none lies on the frame; the ends also hold equal values apart. */
export function panelAround(place: Pick<Panel, 'x' | 'y' | 'side'>, values: readonly number[]): Panel {
  const room = 1.25;
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return { ...place, min: least / room, max: most * room };
}

export function panelX(panel: Panel, value: number): number {
  return panel.x + panel.side * position(panel, value);
}

export function panelY(panel: Panel, value: number): number {
  return panel.y + panel.side * (1 - position(panel, value));
}

/** 0 at the lower end of the scale, 1 at the upper. */
function position({ min, max }: Panel, value: number): number {
  return Math.log(value / min) / Math.log(max / min);
}

export function drawPanel(panel: Panel, unit: string): string[] {
  const { x, y, side } = panel;
  const clip = `clip-${Math.round(x)}`;
  return [
    `<clipPath id="${clip}"><rect x="${x}" y="${y}" width="${side}" height="${side}"/></clipPath>`,
    ...ticks(panel).flatMap((value) => drawTick(panel, value)),
    `<g clip-path="url(#${clip})">${band(panel)}${agreement(panel)}</g>`,
    `<rect class="frame" x="${x}" y="${y}" width="${side}" height="${side}"/>`,
    `<text class="axis" x="${x + side / 2}" y="${y + side + 38}" text-anchor="middle">measured, ${unit}</text>`,
    `<text class="axis" transform="translate(${x - 50} ${y + side / 2}) rotate(-90)" text-anchor="middle">` +
      `predicted, ${unit}</text>`,
  ];
}

function drawTick(panel: Panel, value: number): string[] {
  const { x, y, side } = panel;
  const [left, top] = [panelX(panel, value), panelY(panel, value)].map(pixels);
  const label = value.toLocaleString('en-US');
  return [
    `<path class="grid" d="M${left} ${y}V${y + side}M${x} ${top}H${x + side}"/>`,
    `<text x="${left}" y="${y + side + 18}" text-anchor="middle">${label}</text>`,
    `<text x="${x - 8}" y="${top}" dy="0.35em" text-anchor="end">${label}</text>`,
  ];
}

/** Round numbers, the finer the fewer decades the scale covers. */
export function ticks({ min, max }: Pick<Panel, 'min' | 'max'>): number[] {
  const decades = Math.log(max / min) / Math.LN10;
  const steps = decades < 0.8 ? [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8] : decades < 2.5 ? [1, 2, 5] : [1, 3];
  const found: number[] = [];
  // One decade below, so that the first is not missed by rounding.
  let decade = Math.floor(Math.log(min) / Math.LN10) - 1;
  for (let unit = Number(`1e${decade}`); unit <= max; unit = Number(`1e${++decade}`)) {
    found.push(...steps.map((step) => Number((step * unit).toPrecision(2))));
  }
  return found.filter((value) => value >= min && value <= max);
}

function band(panel: Panel): string {
  const { min, max } = panel;
  const corner = (value: number, factor: number) =>
    `${pixels(panelX(panel, value))},${pixels(panelY(panel, value * factor))}`;
  const points = [corner(min, 1 - BAND), corner(max, 1 - BAND), corner(max, 1 + BAND), corner(min, 1 + BAND)];
  return `<polygon class="band" points="${points.join(' ')}"/>`;
}

function agreement({ x, y, side }: Panel): string {
  return `<path class="agreement" d="M${x} ${y + side}L${x + side} ${y}"/>`;
}

/** To a tenth of a pixel. */
export function pixels(value: number): number {
  return Math.round(value * 10) / 10;
}
