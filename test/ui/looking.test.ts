// Looking back, zooming, pinning, selecting, searching: all of it in the reducer, without a screen.
import { describe, expect, test } from 'vitest';
import { frameSeconds, zoomMax } from '../../src/ui/model/time-frame.ts';
import { momentOf, momentTitle, pinnedMoment } from '../../src/ui/model/moment.ts';
import { foundEntries } from '../../src/ui/model/log.ts';
import { noteDecisions, emptyDecisions } from '../../src/ui/model/decisions.ts';
import { rowAt } from '../../src/ui/model/hours.ts';
import { cellOf, readGauges } from '../../src/ui/model/fleet.ts';
import { wantsFleet, type UiState } from '../../src/ui/state.ts';
import { flagshipDay, flagshipInfo, SPIKE_WINDOW } from './support/fixture.ts';
import { press, scaledStateAt } from './support/fixture-fleet.ts';
import { stateAt } from './support/frame.ts';

const size = { columns: 120, rows: 40 };
const noon = stateAt(719, size);
const times = (count: number, key: string): string[] => Array.from({ length: count }, () => key);

describe('looking back', () => {
  test('a step is a hundredth of the time shown, with shift a single window', () => {
    // The newest window ends at noon; its middle is half a minute before. A hundredth of a day is 14.4 min: 14 windows.
    expect(press(noon, 'left').cursorSeconds).toBe(43_200 - 30 - 14 * 60);
    expect(press(noon, 'shift-left').cursorSeconds).toBe(43_200 - 90);
    expect(press(noon, 'left', 'right').cursorSeconds).toBeUndefined();
  });

  test('ends at the first window, and what is newest is live again', () => {
    expect(press(noon, ...times(99, 'left')).cursorSeconds).toBe(30);
    expect(press(noon, 'home', 'end').cursorSeconds).toBeUndefined();
    expect(press(noon, 'home', 'escape').cursorSeconds).toBeUndefined();
  });

  test('shows the figures of that window and of its hour', () => {
    const state = { ...noon, cursorSeconds: SPIKE_WINDOW * 60 + 30 };
    const { kind, window, row } = momentOf(state);
    expect(kind).toBe('past');
    expect(window).toMatchObject({ startSeconds: SPIKE_WINDOW * 60 });
    expect(window!.ttft.p99Seconds).toBeGreaterThan(1.5);
    expect(row).toMatchObject({ startSeconds: 9 * 3600 });
    expect(momentTitle(state)).toBe('At 09:17');
  });

  test('stays at its moment while the run goes on', () => {
    const back = press(noon, 'left');
    const later = [...flagshipDay({ windows: 740 })]
      .slice(720, 740)
      .reduce((state: UiState, snapshot) => ({ ...state, snapshot }), back);
    expect(later.cursorSeconds).toBe(back.cursorSeconds);
  });

  test('before the first window there is nothing to look back at', () => {
    const fresh = stateAt(-1, size);
    for (const key of ['left', 'home', 'p']) {
      expect(press(fresh, key)).toMatchObject({ cursorSeconds: undefined, pinnedSeconds: undefined });
    }
  });
});

describe('the time axis', () => {
  test('zooms by halves around the moment shown, and never shows time outside the run', () => {
    const state = press(noon, ...times(20, 'left'), 'z', 'z');
    const { fromSeconds, toSeconds } = frameSeconds(state);
    expect(toSeconds - fromSeconds).toBe(21_600);
    expect(state.cursorSeconds).toBeGreaterThan(fromSeconds);
    expect(state.cursorSeconds).toBeLessThan(toSeconds);
    expect(frameSeconds(press(noon, 'home', 'z', 'z', 'z'))).toEqual({ fromSeconds: 0, toSeconds: 10_800 });
    expect(press(noon, ...times(50, 'z')).zoom).toBe(zoomMax(flagshipInfo));
    expect(press(noon, 'z', 'Z', 'Z').zoom).toBe(0);
  });

  test('live it keeps the newest moment in sight', () => {
    for (let window = 100; window < 720; window += 37) {
      const { fromSeconds, toSeconds } = frameSeconds(press(stateAt(window, size), 'z', 'z', 'z'));
      expect(fromSeconds).toBeLessThanOrEqual(window * 60);
      expect(toSeconds).toBeGreaterThanOrEqual((window + 1) * 60);
    }
  });
});

test('a pinned moment stays, to be compared with; pinning again lets it go', () => {
  const state = press(noon, 'p', ...times(10, 'left'));
  expect(pinnedMoment(state)?.window?.startSeconds).toBe(719 * 60);
  expect(momentOf(state).window?.startSeconds).toBe((719 - 140) * 60);
  expect(press(state, 'p').pinnedSeconds).toBeUndefined();
});

describe('lists', () => {
  const scaled = scaledStateAt(800, size);

  test('enter jumps to the window that ended with the event', () => {
    const events = press(scaled, '6', 'down', 'down');
    const entry = foundEntries(scaled.log, '')[2];
    const jumped = press(events, 'enter');
    expect(jumped.view).toBe('overview');
    expect(jumped.cursorSeconds).toBe(entry.atSeconds - 30);
  });

  test('a selection stays where it is when something new comes, on top it follows', () => {
    const selected = press(scaled, '6', 'down').selected.events;
    expect(selected).toBe(foundEntries(scaled.log, '')[1].id);
    expect(press(scaled, '6', 'down', 'up').selected.events).toBeUndefined();
  });

  test('a search takes letters that are keys elsewhere, and every word must be there', () => {
    const found = press(scaled, '6', '/', ...'13: kv q', 'backspace', 'backspace', 'enter');
    expect(found.search).toEqual({ query: '13: kv', isTyping: false });
    expect(found.wish).toBe('run');
    const entries = foundEntries(found.log, found.search.query);
    expect(entries.length).toBeGreaterThan(0);
    for (const { at, text } of entries) expect(`${at} ${text}`).toMatch(/13:.*KV/);
    expect(press(found, 'escape').search.query).toBe('');
  });

  test('while searching ctrl-c still stops', () => {
    expect(press(scaled, '6', '/', 'ctrl-c').wish).toBe('stop');
  });

  test('decisions that a snapshot repeats are counted once', () => {
    const [snapshot] = flagshipDay({ windows: 1 });
    const decision = {
      pool: 0,
      fromReplicas: 1,
      toReplicas: 2,
      recommendedReplicas: 2,
      readyReplicas: 1,
      reason: 'load',
    };
    const first = { ...snapshot, scaling: [{ ...decision, atSeconds: 30 }] };
    const both = { ...snapshot, scaling: [...first.scaling, { ...decision, atSeconds: 90 }] };
    const once = noteDecisions(noteDecisions(emptyDecisions, first), first);
    expect(once).toMatchObject({ made: 1, newest: [] });
    expect(noteDecisions(once, both)).toMatchObject({ made: 2, newest: [{ id: 1, atSeconds: 90 }] });
  });
});

describe('the fleet', () => {
  const scaled = press(scaledStateAt(800, size), '3');

  test('is asked for only while somebody looks at it', () => {
    expect(wantsFleet(scaled)).toBe(true);
    expect(wantsFleet(press(scaled, 'tab'))).toBe(false);
    expect(wantsFleet({ ...scaled, status: 'finished' })).toBe(false);
  });

  test('opens a cell, a replica, and goes back; the selection never leaves the cell', () => {
    const cell = press(scaled, 'down', 'down', 'enter');
    expect(cell.fleet).toMatchObject({ level: 'replicas', cell: 2, replica: 0 });
    const far = press(cell, ...times(30, 'pagedown'));
    expect(far.fleet.replica).toBe(cellOf(cell.fleet)!.replicas - 1);
    const one = press(cell, 'right', 'enter');
    expect(one.fleet).toMatchObject({ level: 'replica', replica: 1 });
    expect(readGauges(cellOf(one.fleet)!, 1).state).toBe('ready');
    expect(press(one, 'escape', 'escape').fleet.level).toBe('cells');
  });
});

describe('speed', () => {
  test('goes from as fast as it can to real time and no further', () => {
    expect(press(noon, '+').speed).toBe(0);
    expect(press(noon, '-', '-').speed).toBe(2);
    expect(press(noon, ...times(9, '-')).speed).toBe(4);
  });

  test('a step first pauses, then asks for a window at a time', () => {
    const once = press(noon, '.');
    expect(once).toMatchObject({ wish: 'pause', steps: 0 });
    expect(press(once, '.', '.').steps).toBe(2);
  });
});

test('rows of the ledger follow the clock on the wall: in Kolkata (UTC+5:30) the first hour is half as long', () => {
  const india = { ...flagshipInfo, timeZone: 'Asia/Kolkata' };
  expect([0, 1799, 1800, 5399, 5400].map((seconds) => rowAt(india, seconds))).toEqual([0, 0, 1, 1, 2]);
  expect([0, 3599, 3600].map((seconds) => rowAt(flagshipInfo, seconds))).toEqual([0, 0, 1]);
});
