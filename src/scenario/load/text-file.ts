// The text of a scenario file, or of one that it names.
import { readTextFile } from '../../kernel/text-file.ts';

export { fileProblem } from '../../kernel/text-file.ts';

const BYTES_MAX = 1_000_000;

export function readScenarioText(filePath: string, what = 'scenario'): string {
  return readTextFile(filePath, { bytesMax: BYTES_MAX, what });
}
