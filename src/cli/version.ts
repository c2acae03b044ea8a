// The program's version, from package.json: two folders up from here, in the sources and in what is built of them.
import { readFileSync } from 'node:fs';

export function version(): string {
  const url = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}
