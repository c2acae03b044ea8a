import { describe, expect, test } from 'vitest';
import { VIEWS } from '../../../src/ui/keys.ts';
import { layout, screenLines } from '../../../src/ui/layout.ts';
import { lineWidth, plainText } from '../../../src/ui/line.ts';
import { initialState, type UiState } from '../../../src/ui/state.ts';
import { press, scaledInfo, scaledStateAt } from '../support/fixture-fleet.ts';
import { frameOf, stateAt, type Size } from '../support/frame.ts';

const sizes: Size[] = [
  { columns: 80, rows: 24 },
  { columns: 160, rows: 50 },
];
const afternoon = scaledStateAt(14 * 60 + 22, sizes[0]);
const textOf = (state: UiState): string => screenLines(state).map(plainText).join('\n');

describe.each(sizes)('at $columns×$rows', (size) => {
  test.each(VIEWS.slice(1))('the view %s looks like this', async (view) => {
    const state = { ...afternoon, ...size, view };
    const frame = frameOf(state);
    expect(frame).toHaveLength(size.rows);
    const file = `frames/${view}-${size.columns}x${size.rows}.txt`;
    await expect(`${frame.join('\n')}\n`).toMatchFileSnapshot(file);
  });

  test('a cell of the fleet, one of its replicas, and a moment of the past look like this', async () => {
    const fleet = press({ ...afternoon, ...size }, '3', 'down', 'enter', 'right', 'right', 'down');
    const past = press({ ...afternoon, ...size }, 'p', ...Array.from({ length: 30 }, () => 'left'), 'z');
    const frames = [fleet, press(fleet, 'enter'), past].flatMap((state) => frameOf(state));
    const file = `frames/drilled-${size.columns}x${size.rows}.txt`;
    await expect(`${frames.join('\n')}\n`).toMatchFileSnapshot(file);
  });
});

test('every view fills every size exactly, in every state', () => {
  const empty = initialState(scaledInfo, { ...sizes[0], keyboard: true });
  const drilled = press(afternoon, '3', 'enter', 'right');
  const searching = press(afternoon, '6', '/', 'm', 'x');
  const back = press(afternoon, 'p', 'left', 'left', 'z', 'z');
  const still = stateAt(200, sizes[0]);
  for (const state of [empty, afternoon, drilled, press(drilled, 'enter'), searching, back, still]) {
    for (const view of [...VIEWS, 'help'] as const) {
      const shown = view === 'help' ? { ...state, help: 1 as const } : { ...state, view };
      for (const columns of [60, 80, 109, 110, 150, 203]) {
        for (const rows of [15, 19, 24, 40, 57]) {
          const size = { ...shown, columns, rows };
          let height = 0;
          for (const slots of layout(size)) {
            height += slots[0].height;
            expect(slots.reduce((sum, slot) => sum + slot.width, 0)).toBe(columns);
            for (const slot of slots) {
              const lines = slot.panel(size, slot.width, slot.height);
              expect(lines).toHaveLength(slots[0].height);
              for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(slot.width);
            }
          }
          expect(height).toBe(rows);
          expect(textOf(size)).not.toMatch(/NaN|undefined|Infinity/);
        }
      }
    }
  }
});

test('a fleet without a controller says so, and draws no curve that it does not have', () => {
  const text = textOf({ ...stateAt(200, sizes[1]), ...sizes[1], view: 'scaling' });
  expect(text).toContain('Nothing scales here: 1700 replicas serve all the time.');
  expect(text).not.toContain('wanted');
});

test('the ledger marks the hour of the moment shown', () => {
  const past = press({ ...afternoon, ...sizes[1], view: 'cost' as const }, 'home');
  expect(textOf(past)).toContain('▸ 00:00');
  expect(textOf({ ...afternoon, ...sizes[1], view: 'cost' })).toContain('▸ 14:00');
});

test('the heat map shows states by signs: ready as bars, loading as ◌, off as ·', () => {
  const text = textOf(press({ ...scaledStateAt(12 * 60 + 2, sizes[1]), ...sizes[1] }, '3', 'enter'));
  expect(text).toMatch(/[▃▄▅▆▇█]{20}/);
  expect(text).toContain('◌');
  expect(text).toMatch(/·{20}/);
});
