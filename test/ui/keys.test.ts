import { describe, expect, it } from 'vitest';
import { actionOf, keyNames } from '../../src/ui/keys.ts';

describe('keys', () => {
  it('are told apart when several arrive at once', () => {
    expect(keyNames('qq', false, false)).toEqual(['q', 'q']);
    expect(keyNames(' ?', false, false)).toEqual(['space', '?']);
    expect(keyNames('\x03\x03', false, false)).toEqual(['ctrl-c', 'ctrl-c']);
  });

  it('have the names that Ink gives them', () => {
    expect(keyNames('c', true, false)).toEqual(['ctrl-c']);
    expect(keyNames('', false, true)).toEqual(['escape']);
    expect(keyNames('', false, false)).toEqual([]);
  });

  it('stop the run with q and ctrl-c', () => {
    expect(['q', 'ctrl-c'].map(actionOf)).toEqual(['stop', 'stop']);
  });
});
