import { describe, expect, test } from 'vitest';
import { roundScale, timeAxis } from '../../src/ui/canvas/axis.ts';
import { BrailleCanvas } from '../../src/ui/canvas/braille.ts';
import { bumpLayer, chart, trackLayer } from '../../src/ui/canvas/chart.ts';
import { lineWidth, plainText } from '../../src/ui/line.ts';
import { Band } from '../../src/ui/model/band.ts';
import { timeFrame } from '../../src/ui/model/time-frame.ts';
import { flagshipInfo, SPIKE_WINDOW, wholeOf } from './support/fixture.ts';
import { stateAt } from './support/frame.ts';

const drawn = (canvas: BrailleCanvas): string[] => canvas.lines().map(plainText);

function bandOf(...values: number[]): Band {
  const band = new Band(values.length);
  values.forEach((value, i) => band.widen(i, i + 1, value, value));
  return band;
}

describe('braille canvas', () => {
  test('the eight dots of a cell are the bits of Unicode', () => {
    for (const [x, y, character] of [
      [0, 0, '⠁'],
      [0, 1, '⠂'],
      [0, 2, '⠄'],
      [0, 3, '⡀'],
      [1, 0, '⠈'],
      [1, 1, '⠐'],
      [1, 2, '⠠'],
      [1, 3, '⢀'],
    ] as const) {
      const canvas = new BrailleCanvas(1, 1);
      canvas.set(x, y, undefined);
      expect(drawn(canvas)).toEqual([character]);
    }
  });

  test('dots outside are left out', () => {
    const canvas = new BrailleCanvas(1, 1);
    canvas.set(-1, 0, undefined);
    canvas.set(2, 0, undefined);
    canvas.set(0, 4, undefined);
    expect(drawn(canvas)).toEqual([' ']);
  });

  test('a column reaches from its least to its greatest value and joins its neighbours', () => {
    const canvas = new BrailleCanvas(2, 1);
    // 0, 3, 0, 0 on a scale of 3: up and down in one column.
    canvas.band(bandOf(0, 3, 0, 0), { top: 3, topDot: 0, zeroDot: 3 }, { tone: undefined });
    expect(drawn(canvas)).toEqual(['⣸⣇']);
  });

  test('a gap stays a gap', () => {
    const canvas = new BrailleCanvas(3, 1);
    canvas.band(bandOf(1, 1, NaN, NaN, 1, 1), { top: 1, topDot: 0, zeroDot: 3 }, { tone: undefined });
    expect(drawn(canvas)).toEqual(['⠉ ⠉']);
  });
});

describe('charts', () => {
  test('a spike of one window in a day is seen in a chart of 40 cells', () => {
    const state = stateAt(1439, { columns: 80, rows: 24 });
    const frame = timeFrame(state);
    const lines = chart({
      frame,
      layers: [trackLayer(frame, state.history, 'ttftP99', { tone: undefined })],
      width: 46,
      height: 9,
      label: String,
    }).map(plainText);
    const cell = 6 + Math.floor((SPIKE_WINDOW / 1440) * 40);
    const topmost = (column: number): number =>
      lines.findIndex((line) => /[\u2801-\u28ff]/.test(line[column] ?? ' '));
    expect(topmost(cell)).toBeLessThan(topmost(cell - 1));
    expect(topmost(cell)).toBeLessThan(topmost(cell + 1));
  });

  test('every line has the asked width, at any size', () => {
    const state = stateAt(700, { columns: 80, rows: 24 });
    const frame = timeFrame(state);
    for (let width = 10; width < 120; width += 7) {
      for (let height = 1; height < 20; height += 3) {
        const layers = [trackLayer(frame, state.history, 'arriving', { tone: 'traffic', look: 'area' })];
        const lines = chart({ frame, layers, width, height, label: String });
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  test('steps are round, as high as whole rows, and hold the largest value', () => {
    // Of 8 rows: 2 a step reach 4000 (97 % of the height used), 4 a step the same with fewer labels.
    expect(roundScale(3870, 8)).toEqual({ step: 1000, steps: 4, rowsPerStep: 2 });
    expect(roundScale(12, 4, true)).toEqual({ step: 5, steps: 4, rowsPerStep: 1 });
    expect(roundScale(0.3, 3, true)).toEqual({ step: 1, steps: 1, rowsPerStep: 3 });
    // In three rows 2000 a row would leave a third of the height empty.
    expect(roundScale(3870, 3)).toEqual({ step: 4000, steps: 1, rowsPerStep: 3 });
    expect(roundScale(3870, 2)).toEqual({ step: 2000, steps: 2, rowsPerStep: 1 });
    expect(roundScale(2, 5)).toEqual({ step: 0.5, steps: 5, rowsPerStep: 1 });
    expect(roundScale(75, 3)).toEqual({ step: 25, steps: 3, rowsPerStep: 1 });
    expect(roundScale(0.5, 1)).toEqual({ step: 0.5, steps: 1, rowsPerStep: 1 });
    expect(roundScale(0, 5)).toEqual({ step: 1, steps: 1, rowsPerStep: 5 });
    expect(roundScale(NaN, 5)).toEqual({ step: 1, steps: 1, rowsPerStep: 5 });
  });

  test('whatever there is to show reaches about half of the chart and not beyond it', () => {
    for (let rows = 2; rows < 60; rows++) {
      for (const max of [1e-7, 0.0131, 0.7, 1, 3.3, 48, 51, 99.9, 100, 1234, 5.1e9]) {
        const { step, steps, rowsPerStep } = roundScale(max, rows);
        const share = max / step / (rows / rowsPerStep);
        expect(share, `${max} in ${rows}`).toBeGreaterThan(0.45);
        expect(share, `${max} in ${rows}`).toBeLessThanOrEqual(1 + 1e-9);
        expect(steps * rowsPerStep).toBeLessThanOrEqual(rows);
        expect(steps).toBeLessThanOrEqual(5);
      }
    }
  });

  test('what is zero most of the time is drawn where it is not, with its feet', () => {
    const rejections = { from: 845, to: 870, perWindow: 120 };
    const state = stateAt(1439, { columns: 80, rows: 24 }, { rejections });
    const frame = timeFrame(state);
    const { low, high } = bumpLayer(frame, state.history, 'rejected', { tone: undefined }).band(1440);
    const whole = trackLayer(frame, state.history, 'rejected', { tone: undefined }).band(1440);
    expect(whole.high.filter((value) => value === 0).length).toBeGreaterThan(1000);
    expect(high.filter((value) => value > 0).length).toBeGreaterThan(0);
    for (let i = 1; i < 1439; i++) {
      const isNear = [i - 1, i, i + 1].some((at) => whole.high[at] > 0);
      expect(low[i]).toEqual(isNear ? whole.low[i] : NaN);
      expect(high[i]).toEqual(isNear ? whole.high[i] : NaN);
    }
  });
});

describe('time axis', () => {
  test('names whole hours of the scenario’s zone and dashes the night', () => {
    const { line, night } = timeAxis(wholeOf(flagshipInfo), 48);
    expect(plainText(line)).toBe('00┄┄┄┄03┄┄┄┄06────09────12────15────18────21┄┄┄┄');
    expect(night.filter(Boolean)).toHaveLength(16);
  });

  test('follows the zone: in Kolkata (UTC+5:30) the day that begins at midnight UTC begins at half past five', () => {
    const { line } = timeAxis(wholeOf({ ...flagshipInfo, timeZone: 'Asia/Kolkata' }), 48);
    expect(plainText(line).slice(0, 12)).toBe('┄06────09───');
  });

  test('follows daylight saving: on 26 March 2023 Berlin has no 2 o’clock', () => {
    const info = {
      ...flagshipInfo,
      timeZone: 'Europe/Berlin',
      startEpochMs: Date.UTC(2023, 2, 25, 23),
      durationSeconds: 23 * 3600,
    };
    const axis = plainText(timeAxis(wholeOf(info), 23 * 5).line);
    expect(axis.indexOf('03')).toBe(2 * 5);
    expect(axis).not.toContain('02');
    expect(axis.indexOf('12')).toBe(11 * 5);
  });

  test('a mark takes a whole clock time with it, and leaves the others', () => {
    const marks = [{ atSeconds: 3.4 * 3600, sign: '▲' as const }];
    const { line } = timeAxis({ ...wholeOf(flagshipInfo), marks }, 48);
    expect(plainText(line).slice(0, 24)).toBe('00┄┄┄┄▲┄┄┄┄┄06────09────');
  });

  test('a week is divided into days', () => {
    const axis = plainText(timeAxis(wholeOf({ ...flagshipInfo, durationSeconds: 7 * 86_400 }), 70).line);
    expect(axis).toContain('Mon 30');
    expect(axis).toContain('Sun 5');
  });

  test('ten minutes are divided into minutes', () => {
    const axis = plainText(timeAxis(wholeOf({ ...flagshipInfo, durationSeconds: 600 }), 50).line);
    expect(axis.slice(0, 15)).toBe('00:00┄┄┄┄┄00:02');
  });
});
