import { expect, it } from 'vitest';
import { markdownTables, textTables } from '../../src/accuracy/show/text.ts';

const table = {
  title: 'Words',
  columns: [{ title: 'word' }, { title: 'n', isNumber: true }],
  rows: [
    ['a|b', '1'],
    ['longer', '22'],
  ],
};

it('aligns text on the left and numbers on the right', () => {
  expect(textTables([table])).toBe('Words\nword     n\na|b      1\nlonger  22\n');
});

it('pads Markdown as prettier does and escapes what would end a cell', () => {
  expect(markdownTables([table]).split('\n')).toEqual([
    '### Words',
    '',
    '| word   |   n |',
    '| ------ | --: |',
    '| a\\|b   |   1 |',
    '| longer |  22 |',
    '',
  ]);
});
