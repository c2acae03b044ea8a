import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.ts';
import { apiReference, exportsOf } from './api-reference.ts';

const exported = exportsOf('dist/index.d.ts');

describe('docs/api.md', () => {
  it('says what the library exports', async () => {
    const renew = 'out of date: renew it by `npx vitest run test/docs/api.test.ts -u`';
    await expect(await apiReference(), renew).toMatchFileSnapshot(path.resolve('docs/api.md'));
  });

  it('knows every value that there is', () => {
    const values = exported.filter(({ isType }) => !isType).map(({ name }) => name);
    expect(values.toSorted()).toEqual(Object.keys(library).toSorted());
  });

  it('has the five functions of the commands', () => {
    for (const name of ['simulate', 'compare', 'sweep', 'estimate', 'loadScenario'])
      expect(library).toHaveProperty(name, expect.any(Function));
  });
});
