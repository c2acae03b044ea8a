import { describe, expect, it } from 'vitest';
import { readManifests, type ManifestPath } from '../../../src/policies/scaling/manifest-yaml.ts';

const TEXT = `kind: First
spec:
  list:
    - name: a
    - name: "b"
  block:
    x: 1
  flow: { y: 2 }
  empty:
---
# nothing
---
kind: Second
`;

describe('a manifest file', () => {
  const [first, second, ...rest] = readManifests(TEXT, 'm.yaml');

  it('has its documents, without the empty ones', () => {
    expect(first.data).toMatchObject({ kind: 'First', spec: { flow: { y: 2 } } });
    expect(second.data).toEqual({ kind: 'Second' });
    expect(rest).toEqual([]);
  });

  it.each<[string, ManifestPath, 'key' | 'value', string]>([
    ['a value', ['kind'], 'value', '1:7'],
    ['its key', ['kind'], 'key', '1:1'],
    ['in a list', ['spec', 'list', 1, 'name'], 'value', '5:13'],
    ['a key of an item', ['spec', 'list', 1, 'name'], 'key', '5:7'],
    ['a block: its key', ['spec', 'block'], 'value', '6:3'],
    ['a flow mapping', ['spec', 'flow'], 'value', '8:9'],
    ['an empty value: its key', ['spec', 'empty'], 'value', '9:3'],
    ['something missing: what is above it', ['spec', 'block', 'z'], 'value', '6:3'],
    ['something missing in a list', ['spec', 'list', 7, 'name'], 'value', '3:3'],
    ['the whole', [], 'value', '1:1'],
  ])('knows the place of %s', (_, path, target, place) => {
    expect(first.place(path, target)).toBe(`m.yaml:${place}`);
  });

  it('knows places in its later documents', () => {
    expect(second.place(['kind'])).toBe('m.yaml:13:7');
  });

  it('may begin with a byte order mark and end lines as Windows does', () => {
    const [only] = readManifests(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`, 'm.yaml');
    expect(only.data).toMatchObject({ kind: 'First' });
  });

  it('with aliases that would blow up is refused', () => {
    const lines = ['a0: &a0 [x]'];
    for (let i = 1; i < 20; i++) lines.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
    expect(() => readManifests(lines.join('\n'), 'm.yaml')).toThrowError(/m\.yaml: cannot be read/);
  });
});
