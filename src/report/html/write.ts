// Puts a report where it belongs: written aside and renamed, so that a page is never cut off.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { explanation } from '../files.ts';

/** In the folder of its run; of several beside the first one's. `out` wins. */
export function writeReport(
  dirs: readonly string[],
  text: string,
  out: string | undefined,
): { file: string; bytes: number } {
  const beside = path.join(path.dirname(path.resolve(dirs[0])), 'comparison.html');
  const usual = dirs.length === 1 ? path.join(dirs[0], 'report.html') : path.relative('', beside);
  const file = out ?? usual;
  const part = `${file}.part`;
  try {
    writeFileSync(part, text, { flush: true });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw explanation(`cannot write the report to ${file}`, error);
  }
  return { file, bytes: Buffer.byteLength(text) };
}
