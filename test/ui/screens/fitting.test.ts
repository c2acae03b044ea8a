// What is shown where there is little room, and what where there is much of it.
import { describe, expect, test } from 'vitest';
import { screenLines } from '../../../src/ui/layout.ts';
import { plainText, text } from '../../../src/ui/line.ts';
import { legendHead } from '../../../src/ui/panels/panel.ts';
import { barSize, heatBar, signBar } from '../../../src/ui/panels/fleet/glyphs.ts';
import { reduce, type UiState } from '../../../src/ui/state.ts';
import { stateAt } from '../support/frame.ts';

const small = { columns: 80, rows: 24 };
const shown = (state: UiState): string => screenLines(state).map(plainText).join('\n');

test('a legend leaves out what has no room beside the title, the last entries first', () => {
  const entries = ['arriving', 'expected', 'capacity'].map((name) => [text(name)]);
  const legend = (width: number): string => plainText(legendHead('Traffic', entries, width));
  expect(legend(60)).toBe('arriving  expected  capacity'.padStart(56));
  // Within the frame 4 cells fewer; the title and a gap take 9 of them.
  expect(legend(4 + 9 + 27)).toBe('arriving  expected'.padStart(9 + 27));
  expect(legend(20).trim()).toBe('');
});

describe('bars of replicas', () => {
  const heights = (share: number, rows: number): string[] =>
    heatBar(share, 'kv', { width: 1, rows }).map((span) => span.text);

  test('are as wide as there is room for, and at most four cells', () => {
    expect(barSize(16, 100, 3)).toEqual({ width: 4, rows: 3 });
    expect(barSize(40, 100, 3)).toEqual({ width: 2, rows: 3 });
    expect(barSize(500, 100, 1)).toEqual({ width: 1, rows: 1 });
  });

  test('grow by eighths of a row, and one that is empty is seen', () => {
    expect(heights(0, 2)).toEqual([' ', '▁']);
    expect(heights(0.5, 2)).toEqual(['▁', '█']);
    expect(heights(1, 2)).toEqual(['█', '█']);
    expect(heights(0.3, 1)).toEqual(['▃']);
  });

  test('what does not serve has its sign at the foot, and a gap to its neighbour', () => {
    expect(signBar('loading', { width: 3, rows: 2 }).map((span) => span.text)).toEqual(['   ', '◌◌ ']);
  });
});

describe('the fleet without gauges', () => {
  const fleet = { ...stateAt(200, small), view: 'fleet' as const };

  test('says what to press where the run stands still', () => {
    expect(shown({ ...fleet, wish: 'pause' })).toContain('press . for it.');
  });

  test('says that a run which is watched again has none, and shows courses', () => {
    const watched = shown({ ...fleet, tellsReplicas: false });
    expect(watched).toContain('The files of a run tell of the fleet as a whole');
    expect(watched).toContain('┌ How full');
  });
});

test('80×24 tells the newest event and the SLO', () => {
  expect(shown(stateAt(863, small))).toMatch(/\n [·●▲✖] \d\d:\d\d .+ SLO [●▲✖] +\d\d\.\d\d % *\n/);
});

test('the narrowest header keeps the name of the run', () => {
  expect(plainText(screenLines(stateAt(863, { columns: 60, rows: 20 }))[0])).toMatch(/^ chatgpt-2023 /);
});

test('help and the menu of events stand above a chart that goes on', () => {
  const state = { ...stateAt(200, { columns: 160, rows: 50 }), canInject: true };
  expect(shown(reduce(state, { type: 'key', key: '?' }))).toMatch(/┌ Help[\s\S]*┌ Traffic/);
  const choices = {
    bursts: true,
    pools: [{ pool: 0, name: 'main', replicasMin: 1, replicasMax: 9, policies: [] }],
  };
  const open = reduce({ ...state, ...small, choices }, { type: 'key', key: 'e' });
  expect(shown(open)).toMatch(/┌ Inject an event[\s\S]*┌ Traffic/);
});
