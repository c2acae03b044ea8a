// The menu of events: keys in, an order out; what happened is told in the log, on the axis and in the list of decisions.
import { describe, expect, test } from 'vitest';
import type { EventChoices } from '../../../src/scenario/events/check.ts';
import type { RunEvent } from '../../../src/scenario/events/event.ts';
import { screenLines } from '../../../src/ui/layout.ts';
import { plainText } from '../../../src/ui/line.ts';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import { flagshipDay, flagshipInfo } from '../support/fixture.ts';

const choices: EventChoices = {
  bursts: true,
  pools: [
    { pool: 0, name: 'one', replicasMin: 8, replicasMax: 1700, policies: [] },
    { pool: 1, name: 'two', replicasMin: 0, replicasMax: 20, policies: ['hpa', 'kpa'] },
  ],
};
const screen = { columns: 120, rows: 40, keyboard: true };
const fresh = (canInject = true): UiState =>
  reduce(initialState(flagshipInfo, { ...screen, canInject }), { type: 'choices', choices });
const pressed = (state: UiState, ...keys: string[]): UiState =>
  keys.reduce((now, key) => reduce(now, { type: 'key', key }), state);
const text = (state: UiState): string => screenLines(state).map(plainText).join('\n');

describe('the menu of events', () => {
  test('orders a burst', () => {
    const { orders, menu } = pressed(fresh(), 'e', 'down', 'right', 'down', 'left', 'enter');
    expect(menu).toBeUndefined();
    expect(orders).toEqual({ count: 1, newest: { kind: 'burst', factor: 5, durationSeconds: 300 } });
  });

  test('orders replicas of the chosen pool, within what it allows', () => {
    const first = pressed(fresh(), 'e', 'right', 'down', 'down', 'left', 'shift-left', 'enter');
    expect(first.orders.newest).toEqual({ kind: 'replicas', pool: 0, replicas: 1689 });
    const second = pressed(fresh(), 'e', 'right', 'down', 'right', 'down', 'right', 'enter');
    expect(second.orders.newest).toEqual({ kind: 'replicas', pool: 1, replicas: 20 });
  });

  test('orders a policy for a pool that scales', () => {
    const state = pressed(fresh(), 'e', 'right', 'right', 'down', 'right', 'enter');
    expect(state.orders.newest).toEqual({ kind: 'policy', pool: 1, policy: 'kpa', parameters: {} });
  });

  test('is left without an order by escape, and pausing works in it', () => {
    const state = pressed(fresh(), 'e', 'space', 'escape');
    expect(state).toMatchObject({ menu: undefined, wish: 'pause', orders: { count: 0 } });
  });

  test('waits for what the run allows', () => {
    const state = pressed(
      initialState(flagshipInfo, { ...screen, canInject: true }),
      'e',
      'down',
      'right',
      'enter',
    );
    expect(state.orders.count).toBe(0);
    expect(text(state)).toContain('asking the run');
  });

  test('does not exist where nothing can be done: no key, no word of it', () => {
    const state = pressed(fresh(false), 'e');
    expect(state.menu).toBeUndefined();
    expect(text(pressed(state, '?'))).not.toContain('Injects');
    expect(text(pressed(fresh(), '?'))).toContain('Injects');
  });

  test('fills every screen exactly', () => {
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [120, 40],
      [250, 70],
    ]) {
      const lines = screenLines({ ...pressed(fresh(), 'e', 'right'), columns, rows });
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(plainText(line)).toHaveLength(columns);
    }
  });
});

test('what was done stands in the log and on the axes', () => {
  const events: RunEvent[] = [{ atSeconds: 600, kind: 'burst', factor: 3, durationSeconds: 600 }];
  let state = fresh();
  for (const snapshot of flagshipDay({ windows: 20 })) {
    const told = snapshot.windowIndex >= 10 ? events : [];
    state = reduce(state, { type: 'snapshot', snapshot: { ...snapshot, events: told } });
  }
  expect(state.log.entries.filter(({ text: entry }) => entry.includes('injected'))).toMatchObject([
    { atSeconds: 600, text: '↯ injected: burst ×3 for 10 min' },
  ]);
  expect(text(state)).toContain('↯');
});
