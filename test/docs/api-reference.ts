// docs/api.md from the declarations that the build makes of src/index.ts: every exported name with its declaration and
// doc comment, as tsc wrote them. Functions first, then what they take and give, in the order of the exports.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

const ENTRY = 'dist/index.d.ts';

interface Exported {
  name: string;
  file: string;
  isType: boolean;
}

export async function apiReference(): Promise<string> {
  const exported = exportsOf(ENTRY);
  const part = (title: string, of: readonly Exported[]) =>
    `## ${title}\n\n${of.map((one) => `### ${one.name}\n\n\`\`\`ts\n${declarationOf(one)}\n\`\`\`\n`).join('\n')}`;
  const page = [
    '# What the library exports\n',
    'Generated from the declarations (`npx vitest run test/docs/api.test.ts -u`). [library.md](library.md) has examples.\n',
    part(
      'Values',
      exported.filter(({ isType }) => !isType),
    ),
    part(
      'Types',
      exported.filter(({ isType }) => isType),
    ),
  ].join('\n');
  return format(page, { ...(await resolveConfig('docs/api.md')), filepath: 'docs/api.md' });
}

export function exportsOf(entry: string): Exported[] {
  const text = readFileSync(entry, 'utf8');
  return [...text.matchAll(/^export (type )?\{([^}]*)\} from '([^']*)';/gm)].flatMap(
    ([, type, names, from]) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((name) => ({
          name,
          isType: type !== undefined,
          file: path.join(path.dirname(entry), from.replace(/\.ts$/, '.d.ts')),
        })),
  );
}

/** With its comment, and without `export declare`. */
export function declarationOf({ name, file }: Exported): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  const head = new RegExp(`^export (declare )?(abstract )?(function|interface|type|class|const) ${name}\\b`);
  const first = lines.findIndex((line) => head.test(line));
  if (first < 0) throw new Error(`${file} declares no ${name}`);
  // A declaration ends at the line that closes it, which is not indented.
  const length = lines
    .slice(first)
    .findIndex((line, i) => line.startsWith('}') || (i === 0 ? endsAtOnce(line) : /^\S.*;$/.test(line)));
  let from = first;
  if (lines[first - 1]?.endsWith('*/'))
    do from--;
    while (!lines[from].startsWith('/**'));
  return lines
    .slice(from, first + length + 1)
    .join('\n')
    .replace(/^export (declare )?/m, '');
}

function endsAtOnce(line: string): boolean {
  return line.endsWith(';') || line.endsWith('{}');
}
