// What must hold of every screen: it fills its terminal exactly whatever the size, its colours stand out from light and
// dark, and a terminal that hardly reads keeps nobody waiting.
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/kernel/random.ts';
import type { Snapshot } from '../../../src/run/snapshot.ts';
import { VIEWS } from '../../../src/ui/keys.ts';
import { screenLines } from '../../../src/ui/layout.ts';
import { OF_256, paletteOf, plainText, toAnsi } from '../../../src/ui/line.ts';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import { Screen } from '../../../src/ui/terminal/screen.ts';
import { scaledDay, scaledInfo } from '../support/fixture-fleet.ts';

function fed(windows: number): UiState {
  let state = initialState(scaledInfo, { columns: 80, rows: 24, keyboard: true, canInject: true });
  for (const snapshot of scaledDay() as Iterable<Snapshot>) {
    if (snapshot.windowIndex >= windows) break;
    const buckets = Array.from({ length: 60 }, (_, i) => 0.01 * 2 ** (i / 8));
    const of = { edgesSeconds: [...buckets, 2], counts: buckets.map((_, i) => (i * 7) % 11) };
    const distributions = windowsWithout.has(windows) ? undefined : { ttft: of, tpot: of, e2e: of };
    state = reduce(state, { type: 'snapshot', snapshot: { ...snapshot, distributions } });
  }
  return state;
}

/** Of these, no histogram is known. */
const windowsWithout = new Set([90]);

test('resizing at random never breaks a view', () => {
  const random = new RandomStream(20, 'sizes');
  const states = [fed(0), fed(1), fed(90), fed(700)];
  const between = (low: number, high: number): number =>
    low + Math.floor(random.uniform() * (high - low + 1));
  for (let i = 0; i < 600; i++) {
    const size = { columns: between(20, 300), rows: between(5, 100) };
    const view = VIEWS[i % VIEWS.length];
    const looks = { view, zoom: between(0, 3), help: between(0, 9) === 0 ? (1 as const) : (0 as const) };
    const state = reduce({ ...states[i % states.length], ...looks }, { type: 'resize', ...size });
    const lines = screenLines(state).map(plainText);
    const where = `${view} at ${size.columns}×${size.rows}`;
    expect(lines, where).toHaveLength(size.rows);
    for (const line of lines)
      if (line.length !== size.columns) expect(line, where).toHaveLength(size.columns);
  }
});

describe('colours', () => {
  /** Of WCAG 2.1. */
  const luminance = ([r, g, b]: readonly number[]): number => {
    const [R, G, B] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  /** The cube and the greys of xterm's 256. */
  const rgb = (index: number): number[] => {
    if (index >= 232) return [0, 1, 2].map(() => 8 + 10 * (index - 232));
    const steps = [0, 95, 135, 175, 215, 255];
    const place = index - 16;
    return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((step) => steps[step]);
  };

  test.each(Object.entries(OF_256))('%s stands out from white and from black', (_, index) => {
    const value = luminance(rgb(index));
    expect(1.05 / (value + 0.05)).toBeGreaterThanOrEqual(3);
    expect((value + 0.05) / 0.05).toBeGreaterThanOrEqual(3);
  });

  test('are as many as the terminal has, and none where nobody wants any', () => {
    expect(paletteOf({ TERM: 'xterm-256color' })).toBe('256');
    expect(paletteOf({ TERM: 'xterm', COLORTERM: 'truecolor' })).toBe('256');
    expect(paletteOf({ TERM: 'linux' })).toBe('16');
    expect(paletteOf({ TERM: 'xterm-256color', NO_COLOR: '1' })).toBe('none');
    const line = [{ text: 'a', tone: 'broken' as const }];
    expect(toAnsi(line, '256')).toBe('\x1b[38;5;160ma\x1b[39m');
    expect(toAnsi(line, 'none')).toBe('a');
  });
});

test('a terminal that takes a kilobyte a second is left behind: frames are dropped, nobody waits, the newest is shown', async () => {
  const taken: string[] = [];
  let done: (() => void) | undefined;
  const slow = new Writable({
    decodeStrings: false,
    write: (chunk: string, _, written) => {
      taken.push(chunk);
      done = written;
    },
  });
  const screen = new Screen(slow, { columns: 80, rows: 24 });
  for (let frame = 1; frame <= 10_000; frame++) screen.show([`frame ${frame}`, 'x'.repeat(1000)]);
  // The first is still on its way; of all the others one waits.
  expect(taken).toHaveLength(1);
  expect(screen.isBusy).toBe(true);
  done!();
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toHaveLength(2);
  expect(taken[1]).toContain('frame 10000');
});
