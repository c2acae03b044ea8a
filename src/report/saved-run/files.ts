// The texts of a run's result files: in a folder, or of a run that has just ended and has written none.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';

export interface SavedFiles {
  /** For messages. */
  dir: string;
  has(name: string): boolean;
  /** UserError where there is none. */
  text(name: string): string;
}

const BYTES_MAX = 256e6;

export function filesIn(dir: string): SavedFiles {
  const file = (name: string) => path.join(dir, name);
  return {
    dir,
    has: (name) => existsSync(file(name)),
    text: (name) => readTextFile(file(name), { bytesMax: BYTES_MAX, what: 'result' }),
  };
}

export function filesOfTexts(dir: string, texts: Readonly<Record<string, string | undefined>>): SavedFiles {
  return {
    dir,
    has: (name) => texts[name] !== undefined,
    text(name) {
      const text = texts[name];
      if (text === undefined)
        throw new UserError(`${path.join(dir, name)}: is missing; run the scenario again`);
      return text;
    },
  };
}
