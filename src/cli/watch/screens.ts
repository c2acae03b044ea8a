// Pictures of the screen that somebody asked for: a text and an SVG, in `screens/` beside the results.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../report/files.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import type { Line } from '../../ui/line.ts';
import { screenSvg, screenText } from '../../ui/terminal/svg.ts';

export function screenSaver({ name, outDir }: Pick<RunInfo, 'name' | 'outDir'>) {
  return (lines: readonly Line[], picture: string): string => {
    const folder = path.join(outDir, 'screens');
    makeFolder(folder);
    const file = path.join(folder, picture);
    writeFileSync(`${file}.txt`, screenText(lines));
    writeFileSync(`${file}.svg`, screenSvg(lines, `fleetday: ${name}`));
    return `${file}.txt and .svg`;
  };
}
