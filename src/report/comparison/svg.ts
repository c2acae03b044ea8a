// What the SVGs of a comparison share: a frame with round ticks, colours for a light and a dark screen (after Okabe and
// Ito's palette, which the colour-blind can tell apart), no scripts and no fonts to load.

export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Values at the left and right, at the bottom and top edge. */
  fromX: number;
  toX: number;
  fromY: number;
  toY: number;
}

export function xOf(frame: Frame, value: number): number {
  return pixels(frame.x + (frame.width * (value - frame.fromX)) / (frame.toX - frame.fromX));
}

export function yOf(frame: Frame, value: number): number {
  return pixels(frame.y + frame.height * (1 - (value - frame.fromY) / (frame.toY - frame.fromY)));
}

/** To a tenth of a pixel. */
export function pixels(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Round values from `from` to `to`, at most so many steps between. */
export function ticks(from: number, to: number, stepsMax: number): number[] {
  let step = 1;
  while (step * stepsMax < to - from) step *= 10;
  while (step * stepsMax >= 10 * (to - from)) step /= 10;
  for (const part of [0.5, 0.2, 0.1]) if (step * part * stepsMax >= to - from) step *= part;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const STYLE = `<style>
.page { fill: #ffffff; } text { fill: #57606a; } .title, .name { fill: #1f2328; } .title { font-size: 15px; font-weight: 600; }
.frame { fill: none; stroke: #8c959f; } .grid { stroke: #d8dee4; } .need { fill: #8c959f; opacity: 0.35; }
.ready { fill: none; stroke: #d55e00; stroke-width: 1.4; } .front { fill: none; stroke: #00805a; stroke-dasharray: 4 3; }
.policy { fill: #0072b2; } .bound { fill: none; stroke: #8c959f; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } text { fill: #9198a1; } .title, .name { fill: #e6edf3; } .grid { stroke: #262c36; }
.ready { stroke: #ff8a3d; } .front { stroke: #2fc79a; } .policy { fill: #56b4e9; }
}
</style>`;

export function svgPage(
  { width, height, title }: { width: number; height: number; title: string },
  parts: readonly string[],
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" ` +
    `font-size="12">\n<title>${escaped(title)}</title>\n${STYLE}\n` +
    `<rect class="page" width="${width}" height="${height}" rx="8"/>\n` +
    `<text class="title" x="24" y="26">${escaped(title)}</text>\n${parts.join('\n')}\n</svg>\n`
  );
}

export function frameOf({ x, y, width, height }: Frame): string {
  return `<rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
