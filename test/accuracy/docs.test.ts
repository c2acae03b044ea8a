// docs/accuracy.md and its picture: tables between markers and the SVG are generated. `npm run docs:accuracy` writes them
// anew. The tables of the measured files are checked where those are.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { compare, type Comparison } from '../../src/accuracy/compare/compare.ts';
import { REFERENCES } from '../../src/accuracy/references.ts';
import { scatterSvg } from '../../src/accuracy/show/scatter.ts';
import { comparisonTables } from '../../src/accuracy/show/tables.ts';
import { markdownTables } from '../../src/accuracy/show/text.ts';
import { referenceDataMissing } from '../support/reference-data.ts';
import { measuredRows } from './measured-rows.ts';

const PAGE = path.resolve('docs/accuracy.md');
const PICTURE = path.resolve('docs/accuracy.svg');
const RENEW = 'out of date: renew it by `npm run docs:accuracy`';

/** The page with these tables in the place named. */
function withTables(page: string, place: string, comparison: Comparison): string {
  const between = new RegExp(`(<!-- ${place} -->\n\n)[^]*?(<!-- end -->)`);
  expect(page, `docs/accuracy.md has no place for ${place}`).toMatch(between);
  const tables = markdownTables(comparisonTables(comparison));
  return page.replace(between, (_, start: string, end: string) => `${start}${tables}\n${end}`);
}

it('shows what the model gives today', async () => {
  let page = withTables(readFileSync(PAGE, 'utf8'), 'references', compare(REFERENCES));
  if (!referenceDataMissing) page = withTables(page, 'measured files', compare(await measuredRows()));
  await expect(page, RENEW).toMatchFileSnapshot(PAGE);
  const picture = scatterSvg(compare(REFERENCES), 'built-in references, A100');
  await expect(picture, RENEW).toMatchFileSnapshot(PICTURE);
});
