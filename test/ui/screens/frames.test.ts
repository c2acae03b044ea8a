import type { LedgerRow } from '../../../src/economics/spec.ts';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { layout } from '../../../src/ui/layout.ts';
import { lineWidth, plainText } from '../../../src/ui/line.ts';
import type { Palette } from '../../../src/ui/line.ts';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import type { RunStatus } from '../../../src/run/snapshot.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';
import { frameOf, stateAt, styledFrameOf, type Size } from '../support/frame.ts';

const sizes: Size[] = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 160, rows: 50 },
  { columns: 200, rows: 60 },
];
const rejections = { from: 840, to: 850, perWindow: 120 };
const afternoon = stateAt(14 * 60 + 22, sizes[1], { rejections });
const whole = stateAt(9999, sizes[1], { rejections });

describe.each(sizes)('at $columns×$rows', (size) => {
  const { columns, rows } = size;

  test('the afternoon of the day looks like this', async () => {
    const frame = frameOf({ ...afternoon, ...size });
    expect(frame).toHaveLength(rows);
    for (const line of frame) expect(line.length).toBeLessThanOrEqual(columns);
    await expect(`${frame.join('\n')}\n`).toMatchFileSnapshot(`frames/${columns}x${rows}.txt`);
  });

  test('no figure moves while the day goes on', () => {
    // Blank out digits and what is drawn: what is left are words and borders.
    const skeleton = (windowIndex: number): string[] =>
      frameOf(stateAt(windowIndex, size)).map((line) =>
        line.replace(/[\u2800-\u28ff━─□■]/g, ' ').replace(/[\d.,—]+/g, (digits) => ' '.repeat(digits.length)),
      );
    const words = (line: string): number[] =>
      [...line.matchAll(/req\/s|tok\/s|in use|kWh|SLO|p99|UTC|left/g)].map(({ index }) => index);
    const [early, late] = [skeleton(100), skeleton(300)];
    early.forEach((line, row) => {
      if (!`${line}${late[row]}`.includes('busiest')) expect(words(line)).toEqual(words(late[row]));
    });
  });
});

test('every size is filled exactly: no panel is clipped, overlaps or leaves a hole', () => {
  const failed = { ...afternoon, status: 'failed' as const, message: 'x'.repeat(700) };
  for (const state of [
    afternoon,
    whole,
    failed,
    initialState(flagshipInfo, { ...sizes[0], keyboard: false }),
  ]) {
    for (let columns = 1; columns <= 260; columns += columns < 125 ? 3 : 19) {
      for (let rows = 1; rows <= 80; rows += rows < 45 ? 1 : 7) {
        const size = { ...state, columns, rows };
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
      }
    }
  }
});

test('as the screen shrinks whole panels go, in the stated order', () => {
  const titles = (rows: number): string =>
    frameOf({ ...afternoon, columns: 80, rows })
      .flatMap((line) => /^┌ (\w+)/.exec(line)?.[1] ?? [])
      .join(' ');
  expect(titles(50)).toBe('Traffic Now Latency Cost SLO Events');
  expect(titles(31)).toBe('Traffic Now Latency Cost SLO');
  expect(titles(24)).toBe('Traffic Now Latency Cost');
  expect(titles(19)).toBe('Now Latency Cost');
  expect(titles(15)).toBe('Now Latency');
});

test('below 60×15 one line gives the time and asks for more room', () => {
  for (const size of [
    { columns: 59, rows: 40 },
    { columns: 120, rows: 14 },
  ]) {
    const frame = frameOf({ ...afternoon, ...size });
    expect(frame[0]).toBe('14:23  please enlarge to 60×15');
    expect(frame.slice(1).join('')).toBe('');
  }
});

describe('every status has its own look', () => {
  const at = (status: RunStatus, message?: string): UiState => {
    const snapshot = { ...[...flagshipDay({ windows: 90 })][80], status, message };
    return reduce(stateAt(80, sizes[1]), { type: 'snapshot', snapshot });
  };
  const press = (state: UiState, key: string): UiState => reduce(state, { type: 'key', key });
  const first = (state: UiState): string => frameOf(state)[0];
  const last = (state: UiState): string => frameOf(state).at(-1) ?? '';

  test('starting: dashes for figures, the expected curve, what the fleet is', () => {
    const frame = frameOf(initialState(flagshipInfo, { ...sizes[1], keyboard: true }));
    expect(frame[0]).toContain('◌ starting');
    const text = frame.join('\n');
    expect(text).toMatch(/arriving\s+— req\/s/);
    expect(text).toContain('1,700 replicas, 13,600 GPUs');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
    expect(text).toMatch(/[\u2801-\u28ff]/);
  });

  test('running, paused, stopping, stopped', () => {
    expect(first(afternoon)).toMatch(/▶ 1,800× .*59 % +6.94M req\/s +0:19 left$/);
    expect(first(press(afternoon, 'space'))).toContain('❚❚ paused');
    expect(last(press(afternoon, 'space'))).toContain('space resume');
    expect(first(at('paused'))).toContain('❚❚ paused');
    expect(first(press(afternoon, 'q'))).toContain('■ stopping');
    expect(first(at('stopped'))).toMatch(/■ stopped .* partial$/);
  });

  test('draining, finished', () => {
    expect(first(at('draining'))).toContain('▽ draining');
    expect(first(whole)).toMatch(/✔ finished .*100 % +took 0:48$/);
    expect(last(whole)).toMatch(/ press any key for the summary$/);
    const text = frameOf(whole).join('\n');
    expect(text).toContain('Whole run');
    expect(text).toContain('$/h mean');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('failed: the whole reason stands first, also where there is little room', () => {
    const reason = `cell 3: the worker thread ended with code 1 ${'and more '.repeat(12)}`.trim();
    for (const size of [sizes[0], sizes[1], { columns: 60, rows: 15 }]) {
      const frame = frameOf({ ...at('failed', reason), ...size });
      expect(frame[0]).toContain('✖ failed');
      expect(frame[1]).toContain('✖ The run failed');
      expect(frame.join('').replace(/[│┌┐└┘─]|\s+/g, '')).toContain(reason.replaceAll(' ', ''));
    }
  });

  test('help lists every key', () => {
    for (const size of sizes) {
      const small = { ...afternoon, ...size };
      const text = [press(small, '?'), press(press(small, '?'), '?')]
        .flatMap((state) => frameOf(state))
        .join('\n');
      for (const key of ['space', 'shift-tab', 'z Z', 'escape', '?', 'q ctrl-c']) expect(text).toContain(key);
      expect(text).toContain('TTFT');
    }
  });

  test('without a keyboard the footer does not offer keys', () => {
    expect(last({ ...afternoon, keyboard: false })).toContain('no keyboard');
  });
});

describe('colour', () => {
  test('is never alone: without it the frame holds the same characters', () => {
    const bare = (palette: Palette): string => stripVTControlCharacters(styledFrameOf(afternoon, palette));
    for (const palette of ['16', '256'] as const) expect(bare(palette)).toBe(bare('none'));
  });

  test('is one of the sixteen where there are no more, never a background, and absent when it is not wanted', () => {
    const codes = (palette: Palette): string[] =>
      styledFrameOf(afternoon, palette)
        .split('\x1b[')
        .slice(1)
        .map((piece) => piece.slice(0, piece.indexOf('m')));
    for (const code of codes('16'))
      expect(['1', '2', '22', '31', '32', '33', '35', '36', '39', '94', '95']).toContain(code);
    for (const code of codes('256')) expect(code).toMatch(/^(1|22|39|38;5;\d+)$/);
    for (const code of codes('none')) expect(['1', '2', '22']).toContain(code);
  });

  test('a broken limit is marked ✖, one within 10 % ▲, a held one ●', () => {
    const ttft = (p99Seconds: number): string => {
      const snapshot = [...flagshipDay({ windows: 3 })][2];
      const window = { ...snapshot.window, ttft: { ...snapshot.window.ttft, p99Seconds } };
      const state = reduce(initialState(flagshipInfo, { ...sizes[1], keyboard: true }), {
        type: 'snapshot',
        snapshot: { ...snapshot, window },
      });
      return frameOf(state).find((line) => line.includes('TTFT s')) ?? '';
    };
    expect(ttft(1.5)).toContain('1.50 ● < 2');
    expect(ttft(1.9)).toContain('1.90 ▲ < 2');
    expect(ttft(2.1)).toContain('2.10 ✖ < 2');
  });
});

test('a scenario without SLO, without an expected curve, with rent, over two weeks, is drawn without holes', () => {
  const info = {
    ...flagshipInfo,
    slo: {},
    expectedRequestsPerSecond: [],
    durationSeconds: 14 * 86_400,
    timeZone: 'America/New_York',
  };
  let state = initialState(info, { columns: 120, rows: 40, keyboard: true });
  for (const snapshot of flagshipDay({ windows: 2000 })) {
    if (snapshot.windowIndex > 1990) break;
    const rented = (row: LedgerRow): LedgerRow => ({ ...row, rentUsd: 500, amortizationUsd: 0 });
    const [hours, hour] = [snapshot.hours.map(rented), rented(snapshot.hour)];
    state = reduce(state, { type: 'snapshot', snapshot: { ...snapshot, hours, hour } });
  }
  const text = frameOf(state).join('\n');
  expect(text).toContain('none set');
  expect(text).toContain('rent');
  expect(text).not.toContain('amortization');
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(plainText(layout(state)[0][0].panel(state, 120, 1)[0])).toContain('Tue 31 Jan 2023  04:11 EST');
});
