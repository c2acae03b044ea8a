import { describe, expect, test } from 'vitest';
import { BINDINGS } from '../../src/ui/keys.ts';
import { initialState, isOver, isPaused, isStopping, reduce, type UiState } from '../../src/ui/state.ts';
import { shownWindow } from '../../src/ui/model/moment.ts';
import { flagshipDay, flagshipInfo } from './support/fixture.ts';

const size = { columns: 120, rows: 40, keyboard: true };
const fresh = (): UiState => initialState(flagshipInfo, size);
const press = (state: UiState, ...keys: string[]): UiState =>
  keys.reduce((before, key) => reduce(before, { type: 'key', key }), state);
const snapshots = [...flagshipDay({ windows: 30 })];

describe('keys', () => {
  test('space asks the run to pause, and again to go on', () => {
    const paused = press(fresh(), 'space');
    expect(paused.wish).toBe('pause');
    expect(isPaused(paused)).toBe(true);
    expect(press(paused, 'space').wish).toBe('run');
  });

  test('q and ctrl-c stop the run without a question, and the last screen does not wait for a key', () => {
    for (const key of ['q', 'ctrl-c']) {
      const state = press(fresh(), key);
      expect(state).toMatchObject({ wish: 'stop', dismissed: true, abandoned: false });
      expect(isStopping(state)).toBe(true);
    }
  });

  test('a second q leaves without waiting for the run', () => {
    expect(press(fresh(), 'q', 'q').abandoned).toBe(true);
  });

  test('a run that was asked to stop cannot be paused', () => {
    expect(press(fresh(), 'q', 'space').wish).toBe('stop');
  });

  test('? shows the help, and any key without a meaning of its own leaves it', () => {
    const help = press({ ...fresh(), columns: 80, rows: 24 }, '?');
    expect(help.help).toBe(1);
    // Where there is little room marks and terms have a page of their own.
    expect(press(help, '?').help).toBe(2);
    expect(press(help, '?', '?').help).toBe(0);
    expect(press({ ...help, columns: 160 }, '?').help).toBe(0);
    expect(press({ ...help, rows: 40 }, '?').help).toBe(0);
    expect(press(help, 'escape').help).toBe(0);
    expect(press(help, 'x').help).toBe(0);
  });

  test('after the end any key dismisses the screen, and only then', () => {
    const running = reduce(fresh(), { type: 'snapshot', snapshot: snapshots[3] });
    expect(press(running, 'x').dismissed).toBe(false);
    const over = snapshots.reduce(
      (state, snapshot) => reduce(state, { type: 'snapshot', snapshot }),
      fresh(),
    );
    expect(isOver(over)).toBe(true);
    expect(over.dismissed).toBe(false);
    expect(press(over, 'x').dismissed).toBe(true);
  });

  test('no key is bound twice', () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('snapshots', () => {
  test('the reducer changes neither the state nor the snapshot it is given', () => {
    const before = reduce(fresh(), { type: 'snapshot', snapshot: snapshots[0] });
    const copy = structuredClone(before);
    const snapshot = structuredClone(snapshots[1]);
    reduce(before, { type: 'snapshot', snapshot });
    expect(before).toEqual(copy);
    expect(snapshot).toEqual(snapshots[1]);
  });

  test('a snapshot that repeats the window (a change of status) counts it once', () => {
    let state = reduce(fresh(), { type: 'snapshot', snapshot: snapshots[0] });
    const once = state.history;
    state = reduce(state, { type: 'snapshot', snapshot: { ...snapshots[0], status: 'paused' } });
    expect(state.history).toEqual(once);
    expect(state.status).toBe('paused');
  });

  test('before the first window a snapshot tells only the status', () => {
    const state = reduce(fresh(), {
      type: 'snapshot',
      snapshot: { ...snapshots[0], windowIndex: -1, status: 'failed', message: 'no worker\x1b[2J started' },
    });
    expect(state).toMatchObject({ status: 'failed', snapshot: undefined, message: 'no worker?[2J started' });
    expect(state.history.bins).toHaveLength(0);
  });

  test('speed is simulated time per wall time: 30 windows of a minute in a second are 1,800 times', () => {
    let state = fresh();
    for (const snapshot of flagshipDay({ windows: 200 }))
      state = reduce(state, { type: 'snapshot', snapshot });
    expect(state.pace.factor).toBeCloseTo(1800, 6);
  });

  test('figures are those of the newest window, after the end those of the whole run', () => {
    let state = fresh();
    for (const snapshot of snapshots.slice(0, 5)) state = reduce(state, { type: 'snapshot', snapshot });
    expect(shownWindow(state)).toBe(snapshots[4].window);
    state = reduce(state, { type: 'snapshot', snapshot: { ...snapshots[4], status: 'stopped' } });
    expect(shownWindow(state)).toBe(snapshots[4].day);
  });
});

test('text from a scenario cannot move the cursor or shift columns', () => {
  const state = initialState({ ...flagshipInfo, name: 'a\x1b[2J漢\u0301b', pools: ['p\n1'] }, size);
  expect(state.info.name).toBe('a?[2J??b');
  expect(state.info.pools).toEqual(['p?1']);
});
