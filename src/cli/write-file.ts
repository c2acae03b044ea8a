// A file that the user asked for by name, besides what a command prints.
import { writeFileSync } from 'node:fs';
import { UserError } from '../kernel/user-error.ts';

/** `option` names it in the message of the UserError for a file that cannot be written. */
export function writeFile(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'its folder does not exist' : message;
    throw new UserError(`${option} ${file}: cannot be written: ${why}; give another path`);
  }
}
