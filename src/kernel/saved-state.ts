// States are saved as plain data that structured clone can carry, opaque to whoever carries them: so each says what it
// is of, and whoever restores one checks that it is theirs. A mismatch is a bug, since files have been checked by then.

/** `state` as the state of a `kind`; throws where it is of something else. */
export function stateOf<State extends { kind: string }>(kind: State['kind'], state: unknown): State {
  const found = (state as Partial<State> | null | undefined)?.kind;
  if (found !== kind) throw new Error(`cannot restore a ${kind} from the state of ${found ?? typeof state}`);
  return state as State;
}
