// Keys are data: what they do is decided here, shown in the help and in the footer. An action is a word that the
// reducer understands. Names of keys are what a terminal sends, with `ctrl-` before control characters.

export type Action = 'toggle-pause' | 'toggle-help' | 'stop';

export interface Binding {
  keys: readonly string[];
  action: Action;
  /** In the footer: one word. */
  label: string;
  /** In the help: a sentence. */
  help: string;
}

export const BINDINGS: readonly Binding[] = [
  {
    keys: ['space'],
    action: 'toggle-pause',
    label: 'pause',
    help: 'Pauses the simulation, or resumes it. No result depends on it.',
  },
  { keys: ['?', 'h'], action: 'toggle-help', label: 'help', help: 'Shows this help, or leaves it.' },
  {
    keys: ['q', 'ctrl-c'],
    action: 'stop',
    label: 'quit',
    help: 'Stops the run; what was simulated so far is reported as partial. Twice: leaves at once.',
  },
];

export function actionOf(key: string): Action | undefined {
  return BINDINGS.find((binding) => binding.keys.includes(key))?.action;
}

/** Names of the keys that Ink reports at once: several, where somebody types quickly. */
export function keyNames(input: string, ctrl: boolean, escape: boolean): string[] {
  if (escape) return ['escape'];
  if (ctrl) return [`ctrl-${input}`];
  return Array.from(input, (character) => {
    if (character === ' ') return 'space';
    // A control character in the middle of others: 1 is ctrl-a.
    return character < ' ' ? `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}` : character;
  });
}
