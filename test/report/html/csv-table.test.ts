// Reads what csv.ts writes, whatever text is in it, and says what is wrong with what somebody else has cut.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csv } from '../../../src/report/csv.ts';
import { field } from '../../../src/report/field.ts';
import { CsvTable } from '../../../src/report/html/read/csv-table.ts';

const COLUMNS = [0, 1].map((i) => field(`column ${i}`, '', '', (row: string[]) => row[i]));

/** What may go wrong, and some that should not. */
const LETTERS = fc.constantFrom(...'<>"\'&;,=a \0\u001b\n\r\t\u202e\ufffeé😀א', '\ud800', ']]>', '</script>');

it('gives back any text that was written, line ends and quotes included', () => {
  const rows = fc.array(fc.tuple(fc.string({ unit: LETTERS }), fc.string()), { maxLength: 20 });
  fc.assert(
    fc.property(rows, (written) => {
      const table = new CsvTable('x.csv', csv(COLUMNS, written));
      expect(table.rows).toEqual(written);
    }),
  );
});

it('has numbers where there are some, and no value where there is none', () => {
  const table = new CsvTable('x.csv', 'a,b\r\n1,x\r\n,2e3\r\n-0.5,\r\n');
  expect([...table.numbers('a')]).toEqual([1, NaN, -0.5]);
  expect([...table.numbers('b')]).toEqual([NaN, 2000, NaN]);
  expect([...table.numbers('c')]).toEqual([NaN, NaN, NaN]);
  expect(table.sum('a')).toBe(0.5);
  expect(table.text('b', 0)).toBe('x');
  expect(table.text('c', 0)).toBe('');
});

it('names the row of a file that is cut off, and of a quote that is not closed', () => {
  expect(() => new CsvTable('x.csv', 'a,b\r\n1,2\r\n3')).toThrow('x.csv: row 2 has 1 of 2 fields');
  expect(() => new CsvTable('x.csv', 'a,b\r\n1,"2\r\n3,4')).toThrow(
    'x.csv: row 1 has a quote that is not closed',
  );
  expect(() => new CsvTable('x.csv', '')).toThrow('x.csv: is empty');
});
