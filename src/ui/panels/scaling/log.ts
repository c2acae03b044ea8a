// The decisions with their reasons, newest first: what was wanted, what the policy recommended, what was ready.
import { selectedPlace } from '../../actions/lists.ts';
import { clockMoment } from '../../clock.ts';
import { dim, fit, text, type Line } from '../../line.ts';
import type { Decision } from '../../model/decisions.ts';
import { poolName } from '../../model/reading.ts';
import type { UiState } from '../../state.ts';
import { aboveSelected, framed, inner, listWindow, type Panel } from '../panel.ts';
import { wrapped } from '../failure.ts';
import { scales } from './course.ts';

const TIME = 11;
const POOL = 10;
const CHANGE = 12;
const NUMBER = 6;
const LEFT = 2 + TIME + POOL + CHANGE + 2 * NUMBER;
/** Below this height the list needs every line. */
const REASON_ROOM = 7;

export const decisionsPanel: Panel = (state, width, height) => {
  const room = inner(width);
  if (!scales(state)) {
    const words = `Nothing scales here: ${state.info.replicas} replicas serve all the time.`;
    return framed({ title: 'Decisions', width, height }, [[], [dim(words)]]);
  }
  const list = state.decisions.list.toReversed();
  const place = selectedPlace(list, state.selected.scaling);
  const reason = height - 2 >= REASON_ROOM ? reasonLines(list[place], room) : [];
  const { first, count } = listWindow(list.length, place, height - 2 - reason.length);
  const hasPools = state.info.pools.length > 1;
  const body = list
    .slice(first, first + count)
    .map((decision, i) =>
      fit(decisionLine(state, decision, { hasPools, isSelected: first + i === place }), room),
    );
  const head =
    ' '.repeat(2 + TIME) +
    (hasPools ? 'pool'.padEnd(POOL) : '') +
    'wanted'.padStart(CHANGE - 2).padEnd(CHANGE) +
    'rec.'.padStart(NUMBER) +
    'ready'.padStart(NUMBER) +
    '  reason';
  const empty: Line[] = [[dim(state.snapshot === undefined ? '' : 'No change of what is wanted so far.')]];
  return framed(
    { title: `Decisions ${state.decisions.made || ''}`.trim(), head: [dim(head)], width, height },
    list.length > 0 ? aboveSelected(body, reason, height - 2) : empty,
  );
};

/** The selected one's reason in full, where the list cuts it. */
function reasonLines(decision: Decision | undefined, room: number): Line[] {
  if (decision === undefined || decision.reason.length < room - LEFT) return [];
  return [[], ...wrapped(`▸ ${decision.reason}`, room, 2).map((line) => [dim(line)])];
}

function decisionLine(
  { info }: UiState,
  decision: Decision,
  { hasPools, isSelected }: { hasPools: boolean; isSelected: boolean },
): Line {
  const { fromReplicas: from, toReplicas: to, recommendedReplicas, readyReplicas } = decision;
  const sign = to > from ? '▲' : to < from ? '▼' : '·';
  return [
    text(isSelected ? '▸ ' : '  ', 'bold'),
    text(clockMoment(info, decision.atSeconds).padEnd(TIME), isSelected ? 'bold' : 'dim'),
    ...(hasPools
      ? [
          text(
            poolName(info, decision.pool)
              .slice(0, POOL - 1)
              .padEnd(POOL),
          ),
        ]
      : []),
    text(`${sign} ${from}→${to}`.padEnd(CHANGE), 'bold'),
    dim(String(recommendedReplicas ?? 'hold').padStart(NUMBER)),
    dim(String(readyReplicas).padStart(NUMBER)),
    text(`  ${decision.reason}`),
  ];
}
