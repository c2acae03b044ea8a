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

/** The name of a key as Ink reports it. */
export function keyName(input: string, ctrl: boolean, escape: boolean): string {
  if (escape) return 'escape';
  if (input === ' ') return 'space';
  return ctrl ? `ctrl-${input}` : input;
}
