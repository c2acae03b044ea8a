// The house rules that a machine can check: rooms import downwards only, and only two rooms touch the wall clock.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** From top to bottom; a room imports from itself and from rooms below it. The library is a file above all rooms. */
const ROOMS = [
  'index.ts',
  'library',
  'cli',
  'ui',
  'report',
  'experiment',
  'run',
  'scenario',
  'estimate',
  'accuracy',
  'economics',
  'metrics',
  'control',
  'policies',
  'fleet',
  'workload',
  'perf',
  'settings',
  'catalog',
  'kernel',
];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({
    file: file.split(path.sep).join('/'),
    text: readFileSync(path.join('src', file), 'utf8'),
  }));

const roomOf = (file: string) => file.split('/')[0];

describe('architecture', () => {
  it('has no file outside a room', () => {
    for (const { file } of sources) expect(ROOMS).toContain(roomOf(file));
  });

  it('imports downwards only', () => {
    const upward: string[] = [];
    for (const { file, text } of sources) {
      for (const [, target] of text.matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)) {
        const imported = path.posix.join(path.posix.dirname(file), target);
        if (ROOMS.indexOf(roomOf(imported)) < ROOMS.indexOf(roomOf(file)))
          upward.push(`${file} → ${imported}`);
      }
    }
    expect(upward).toEqual([]);
  });

  it('reads the wall clock in cli and run only, and draws random numbers from named streams only', () => {
    const offenders = sources
      .filter(({ file }) => !['library', 'cli', 'run'].includes(roomOf(file)))
      .filter(({ text }) => /Date\.now|performance\.now|new Date\(\)|hrtime/.test(text))
      .map(({ file }) => file);
    const dice = sources.filter(({ text }) => text.includes('Math.random')).map(({ file }) => file);
    expect([...offenders, ...dice]).toEqual([]);
  });

  it('computes no result with powers whose last bit depends on the version of Node', () => {
    const offenders = sources
      .filter(({ file }) => !['cli', 'ui', 'report'].includes(roomOf(file)))
      .filter(({ text }) =>
        text
          .split('\n')
          .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
          // Powers of two are exact.
          .some((line) => /Math\.pow|Math\.cbrt|\*\*/.test(line.replace(/\b2 \*\* -?\w+/g, ''))),
      )
      .map(({ file }) => file);
    expect(offenders).toEqual([]);
  });

  it('opens every file with a comment on what it is', () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?(\/\/|\/\*)/.test(text)).map(({ file }) => file);
    expect(silent).toEqual([]);
  });
});
