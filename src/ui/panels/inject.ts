// The menu of events: what is done to the run, line by line; beside it what that means.
import { dim, fit, text, type Line } from '../line.ts';
import { menuLines, orderOf } from '../model/event-menu.ts';
import type { EventOrder } from '../../scenario/events/event.ts';
import { wrapped } from './failure.ts';
import { framed, inner, type Panel } from './panel.ts';

const LABEL = 12;
const LINES_MAX = 4;

const MEANING: Record<EventOrder['kind'], string> = {
  burst: 'Further requests on top of those that come anyway, as a random process of their own.',
  replicas:
    'Of a pool of constant size, so many serve from then on. Of one that scales, so many are wanted at once, and never fewer.',
  policy: 'Another policy decides from then on, with its default parameters and from nothing.',
};

const RECORDED =
  'It takes effect when all cells stop next, is kept in events.yaml, and can be done again with --events.';

/** A line stays where it is whatever is chosen: room for the longest. */
export function menuHeight(columns: number): number {
  const room = inner(columns);
  const meanings = Object.values(MEANING).map((meaning) => wrapped(meaning, room, LINES_MAX).length);
  return 2 + 1 + 3 + 1 + Math.max(...meanings) + wrapped(RECORDED, room, LINES_MAX).length;
}

export const injectPanel: Panel = ({ menu }, width, height) => {
  const room = inner(width);
  const order = menu && orderOf(menu);
  if (menu === undefined || order === undefined)
    return framed({ title: 'Inject an event', width, height }, [
      [],
      [dim('asking the run what it allows …')],
    ]);
  const lines = menuLines(menu).map(({ label, value }, i): Line => {
    const isHere = i === menu.line;
    return [
      text(isHere ? '▸ ' : '  ', 'bold'),
      dim(label.padEnd(LABEL)),
      text(isHere ? '‹ ' : '  ', 'bold'),
      text(value, isHere ? 'bold' : undefined),
      text(isHere ? ' ›' : '', 'bold'),
    ];
  });
  const meaning = wrapped(MEANING[order.kind], room, LINES_MAX).map((line): Line => [dim(line)]);
  const recorded = wrapped(RECORDED, room, LINES_MAX).map((line): Line => [dim(line)]);
  const body = [[], ...lines, [], ...meaning, ...recorded];
  return framed(
    { title: 'Inject an event', width, height },
    body.map((line) => fit(line, room)),
  );
};
