// CSV as RFC 4180 has it, read back row by row.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/user-error.ts';
import { csvLine } from '../../../src/report/csv.ts';
import { csvRows } from '../../../src/report/export/csv-rows.ts';

const read = (text: string) => [...csvRows('x.csv', text)];
const problem = (text: string) => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'no problem';
};

describe('rows of CSV', () => {
  it('takes quotes off and keeps commas, quotes and line ends within them', () => {
    const text = 'a,b\r\n"x,""y""",2\r\n"two\r\nlines",3\r\nlast,4\r\n';
    expect(read(text)).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['x,"y"', '2'] },
      { line: 3, fields: ['two\r\nlines', '3'] },
      { line: 5, fields: ['last', '4'] },
    ]);
  });

  it('reads the line ends of every system, and a last line without one', () => {
    for (const end of ['\r\n', '\n', '\r'])
      expect(read(`a,b${end}1,${end}3,4`).map(({ fields }) => fields)).toEqual([
        ['a', 'b'],
        ['1', ''],
        ['3', '4'],
      ]);
  });

  it('tells of a row that is cut off, and of a quote that is not closed', () => {
    expect(problem('a,b\r\n1,2\r\n3')).toBe(
      'x.csv:3: has 1 of 2 fields; the file is truncated or damaged, run the scenario again',
    );
    expect(problem('a,b\r\n1,"2\r\n')).toContain('x.csv:2: has a quote that is not closed');
  });

  it('reads whatever is written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\r', '\n', ' ', 'é') });
    const rows = fc.array(fc.tuple(fc.constant('x'), cell, cell), { minLength: 1 });
    fc.assert(
      fc.property(rows, (written) => {
        expect(read(written.map(csvLine).join('')).map(({ fields }) => fields)).toEqual(written);
      }),
    );
  });
});
