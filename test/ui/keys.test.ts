import { describe, expect, it } from 'vitest';
import { actionOf, keyNames } from '../../src/ui/keys.ts';

describe('keys', () => {
  it('are told apart when several arrive at once', () => {
    expect(keyNames('qq', {})).toEqual(['q', 'q']);
    expect(keyNames(' ?', {})).toEqual(['space', '?']);
    expect(keyNames('\x03\x03', {})).toEqual(['ctrl-c', 'ctrl-c']);
  });

  it('have the names that Ink gives them', () => {
    expect(keyNames('c', { ctrl: true })).toEqual(['ctrl-c']);
    expect(keyNames('', { escape: true })).toEqual(['escape']);
    expect(keyNames('', {})).toEqual([]);
  });

  it('stop the run with q and ctrl-c', () => {
    expect(['q', 'ctrl-c'].map(actionOf)).toEqual(['stop', 'stop']);
  });
});
