// The menu from which something is done to the run: what, and how much of it. Pure; the run itself says what it allows.
import type { RunInfo } from '../../run/snapshot.ts';
import type { EventChoices } from '../../scenario/events/check.ts';
import type { EventOrder } from '../../scenario/events/event.ts';
import { span } from '../format.ts';
import { poolName } from './reading.ts';

type Kind = EventOrder['kind'];

export interface EventMenu {
  /** Undefined until the run has told. */
  choices: EventChoices | undefined;
  /** The line that the arrow keys change. */
  line: number;
  /** Places in the lists of what there is to choose from. */
  kind: number;
  factor: number;
  duration: number;
  /** Among the pools that allow it. */
  pool: number;
  replicas: number;
  policy: number;
}

const FACTORS = [1.5, 2, 3, 5, 10, 20, 50];
const DURATIONS_SECONDS = [60, 300, 600, 1800, 3600, 7200, 14_400];
export const KIND_NAME: Record<Kind, string> = {
  burst: 'burst of traffic',
  replicas: 'number of replicas',
  policy: 'scaling policy',
};

/** `replicas`: how many there are now. */
export function openedMenu(choices: EventChoices | undefined, replicas: number): EventMenu {
  return { choices, line: 0, kind: 0, factor: 2, duration: 2, pool: 0, replicas, policy: 0 };
}

/** What the run allows. */
export function kindsOf({ bursts, pools }: EventChoices): Kind[] {
  const canSwitch = pools.some(({ policies }) => policies.length > 0);
  return [...(bursts ? ['burst' as const] : []), 'replicas', ...(canSwitch ? ['policy' as const] : [])];
}

function kindOf(menu: EventMenu, choices: EventChoices): Kind {
  return kindsOf(choices)[menu.kind];
}

/** That the kind concerns. */
function poolsFor(choices: EventChoices, kind: Kind) {
  return kind === 'policy' ? choices.pools.filter(({ policies }) => policies.length > 0) : choices.pools;
}

interface MenuLine {
  label: string;
  value: string;
  change(by: number): Partial<EventMenu>;
}

const turned = (place: number, by: number, length: number): number =>
  Math.max(0, Math.min(length - 1, place + Math.sign(by)));

export function menuLines(menu: EventMenu): MenuLine[] {
  const { choices } = menu;
  if (choices === undefined) return [];
  const kind = kindOf(menu, choices);
  const kinds = kindsOf(choices);
  const what: MenuLine = {
    label: 'what',
    value: KIND_NAME[kind],
    change: (by) => ({ kind: turned(menu.kind, by, kinds.length), pool: 0, policy: 0 }),
  };
  if (kind === 'burst') return [what, ...burstLines(menu)];
  const pools = poolsFor(choices, kind);
  const pool: MenuLine = {
    label: 'pool',
    value: pools[menu.pool].name,
    change: (by) => ({ pool: turned(menu.pool, by, pools.length), policy: 0 }),
  };
  return [what, ...(pools.length > 1 ? [pool] : []), poolLine(menu, kind, pools[menu.pool])];
}

function burstLines({ factor, duration }: EventMenu): MenuLine[] {
  return [
    {
      label: 'times',
      value: `×${FACTORS[factor]}`,
      change: (by) => ({ factor: turned(factor, by, FACTORS.length) }),
    },
    {
      label: 'for',
      value: span(DURATIONS_SECONDS[duration]),
      change: (by) => ({ duration: turned(duration, by, DURATIONS_SECONDS.length) }),
    },
  ];
}

function poolLine(
  menu: EventMenu,
  kind: 'replicas' | 'policy',
  pool: EventChoices['pools'][number],
): MenuLine {
  const { replicasMin, replicasMax, policies } = pool;
  if (kind === 'policy') {
    return {
      label: 'policy',
      value: policies[menu.policy],
      change: (by) => ({ policy: turned(menu.policy, by, policies.length) }),
    };
  }
  const within = (replicas: number): number => Math.max(replicasMin, Math.min(replicasMax, replicas));
  return {
    label: 'replicas',
    value: `${within(menu.replicas)}  of ${replicasMin} to ${replicasMax}`,
    change: (by) => ({ replicas: within(within(menu.replicas) + by) }),
  };
}

export function movedInMenu(menu: EventMenu, by: number): EventMenu {
  return { ...menu, line: Math.max(0, Math.min(menuLines(menu).length - 1, menu.line + by)) };
}

export function changedInMenu(menu: EventMenu, by: number): EventMenu {
  const next = { ...menu, ...menuLines(menu)[menu.line]?.change(by) };
  return { ...next, line: Math.min(next.line, Math.max(0, menuLines(next).length - 1)) };
}

/** What is to be done; undefined while nobody knows what can be. */
export function orderOf(menu: EventMenu): EventOrder | undefined {
  const { choices } = menu;
  if (choices === undefined) return undefined;
  const kind = kindOf(menu, choices);
  if (kind === 'burst')
    return { kind, factor: FACTORS[menu.factor], durationSeconds: DURATIONS_SECONDS[menu.duration] };
  const { pool, policies, replicasMin, replicasMax } = poolsFor(choices, kind)[menu.pool];
  if (kind === 'policy') return { kind, pool, policy: policies[menu.policy], parameters: {} };
  return { kind, pool, replicas: Math.max(replicasMin, Math.min(replicasMax, menu.replicas)) };
}

/** In a few words, for the log and for notices. */
export function orderText(order: EventOrder, info: RunInfo): string {
  if (order.kind === 'burst') return `burst ×${order.factor} for ${span(order.durationSeconds)}`;
  const where = info.pools.length > 1 ? ` in ${poolName(info, order.pool)}` : '';
  return order.kind === 'policy' ? `policy ${order.policy}${where}` : `${order.replicas} replicas${where}`;
}
