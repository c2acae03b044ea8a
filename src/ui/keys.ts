// Keys are data: what they do is decided here, shown in the help and in the footer. An action is a word that the
// reducer understands. Names of keys are what a terminal sends, with `ctrl-` and `shift-` before what is modified.

export type ViewName = 'overview' | 'latency' | 'fleet' | 'scaling' | 'cost' | 'events';

export const VIEWS: readonly ViewName[] = ['overview', 'latency', 'fleet', 'scaling', 'cost', 'events'];

export type Action =
  | ViewName
  | 'next-view'
  | 'previous-view'
  | 'toggle-pause'
  | 'step'
  | 'faster'
  | 'slower'
  | 'left'
  | 'right'
  | 'left-one'
  | 'right-one'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'live'
  | 'zoom-in'
  | 'zoom-out'
  | 'pin'
  | 'measure'
  | 'search'
  | 'inject'
  | 'enter'
  | 'back'
  | 'save'
  | 'toggle-help'
  | 'stop';

export interface Binding {
  keys: readonly string[];
  action: Action;
  /** In the footer: one word; left out where the footer has no room for it. */
  label?: string;
  /** Where in the footer it is of use; everywhere if left out. */
  views?: readonly ViewName[];
  /** Only where something can be done to the run. */
  injects?: boolean;
  /** In the help; empty: told with the one before. */
  help: string;
}

const LISTS = ['scaling', 'events'] as const;
const SELECTING = ['fleet', ...LISTS] as const;
const TIMED = ['overview', 'latency', 'scaling', 'cost', 'events'] as const;

const views: Binding[] = VIEWS.map((view, i) => ({
  keys: [String(i + 1)],
  action: view,
  help: i === 0 ? 'overview, latency, fleet, scaling, cost, events' : '',
}));

export const BINDINGS: readonly Binding[] = [
  ...views,
  { keys: ['tab'], action: 'next-view', help: '' },
  { keys: ['shift-tab'], action: 'previous-view', help: '' },
  {
    keys: ['space'],
    action: 'toggle-pause',
    label: 'pause',
    help: 'Pauses, or resumes. No result depends on it.',
  },
  { keys: ['.'], action: 'step', help: 'Pauses; then simulates one window at a time.' },
  {
    keys: ['+', '='],
    action: 'faster',
    label: 'speed',
    help: 'Speed: max, 1 h/s, 10 min/s, 1 min/s, real time.',
  },
  { keys: ['-'], action: 'slower', help: '' },
  {
    keys: ['left'],
    action: 'left',
    label: 'look back',
    views: TIMED,
    help: 'Looks back; the simulation goes on meanwhile.',
  },
  { keys: ['right'], action: 'right', help: '' },
  { keys: ['shift-left'], action: 'left-one', help: 'The same by one window.' },
  { keys: ['shift-right'], action: 'right-one', help: '' },
  { keys: ['home', 'g'], action: 'first', help: 'To the beginning; to what is simulated now.' },
  { keys: ['end', 'G'], action: 'live', help: '' },
  {
    keys: ['z'],
    action: 'zoom-in',
    label: 'zoom',
    views: TIMED,
    help: 'Zooms the time axis in, and out.',
  },
  { keys: ['Z'], action: 'zoom-out', help: '' },
  {
    keys: ['p'],
    action: 'pin',
    label: 'pin',
    views: ['overview', 'latency', 'cost'],
    help: 'Pins the moment shown to compare with; or lets go.',
  },
  {
    keys: ['up', 'k'],
    action: 'up',
    label: 'select',
    views: SELECTING,
    help: 'Selects in lists and in the fleet.',
  },
  { keys: ['down', 'j'], action: 'down', help: '' },
  { keys: ['pageup'], action: 'page-up', help: '' },
  { keys: ['pagedown'], action: 'page-down', help: '' },
  {
    keys: ['enter'],
    action: 'enter',
    label: 'open',
    views: SELECTING,
    help: 'Jumps to an event’s moment; opens a cell, a replica.',
  },
  {
    keys: ['escape', 'backspace'],
    action: 'back',
    help: 'Back from a replica, a search, the past.',
  },
  {
    keys: ['m'],
    action: 'measure',
    label: 'measure',
    views: ['fleet'],
    help: 'Fleet: what heights mean: KV in use, batch, queue.',
  },
  { keys: ['/'], action: 'search', label: 'search', views: ['events'], help: 'Searches the events.' },
  {
    keys: ['e'],
    action: 'inject',
    label: 'event',
    injects: true,
    help: 'Injects a burst, replicas, a policy; recorded.',
  },
  { keys: ['s'], action: 'save', help: 'Saves the screen as text and SVG beside the results.' },
  { keys: ['?', 'h'], action: 'toggle-help', label: 'help', help: 'Shows this help, or leaves it.' },
  {
    keys: ['q', 'ctrl-c'],
    action: 'stop',
    label: 'quit',
    help: 'Stops; what there is counts as partial. Twice: now.',
  },
];

/** Those that do something: of a finished run nothing can be changed. */
export function bindingsFor({ canInject }: { canInject: boolean }): readonly Binding[] {
  return canInject ? BINDINGS : BINDINGS.filter(({ injects }) => !injects);
}

export function actionOf(key: string): Action | undefined {
  return BINDINGS.find((binding) => binding.keys.includes(key))?.action;
}

/** What Ink tells of a key, as far as it is of use here. */
export interface InkKey {
  upArrow?: boolean;
  downArrow?: boolean;
  leftArrow?: boolean;
  rightArrow?: boolean;
  pageUp?: boolean;
  pageDown?: boolean;
  home?: boolean;
  end?: boolean;
  return?: boolean;
  escape?: boolean;
  tab?: boolean;
  backspace?: boolean;
  delete?: boolean;
  ctrl?: boolean;
  shift?: boolean;
}

const NAMED: readonly (readonly [keyof InkKey, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  // Terminals send DEL where the key says backspace.
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** Names of the keys that Ink reports at once: several, where somebody types quickly. */
export function keyNames(input: string, key: InkKey): string[] {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) {
    const isShifted = key.shift && ['left', 'right', 'tab'].includes(named[1]);
    return [isShifted ? `shift-${named[1]}` : named[1]];
  }
  if (key.ctrl) return [`ctrl-${input}`];
  return Array.from(input, (character) => {
    if (character === ' ') return 'space';
    if (character === '\r' || character === '\n') return 'enter';
    if (character === '\t') return 'tab';
    if (character === '\x7f') return 'backspace';
    // A control character in the middle of others: 1 is ctrl-a.
    return character < ' ' ? `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}` : character;
  });
}
