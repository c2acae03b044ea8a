// The whole fleet in two lines: how many replicas are in which state, and what the heat map's signs mean. Where there
// is nothing to show it says why.
import { clockMoment } from '../../clock.ts';
import { count } from '../../format.ts';
import { dim, text, type Line, type Span } from '../../line.ts';
import { cellFigures, topsIn } from '../../model/fleet.ts';
import { isOver, isPaused, type UiState } from '../../state.ts';
import { framed, type Panel } from '../panel.ts';
import { MEASURE_NAME, measureTop, STATE_SIGN } from './glyphs.ts';

export const SUMMARY_HEIGHT = 4;

export const fleetSummaryPanel: Panel = (state, width, height) => {
  const at = state.fleet.gauges === undefined ? '' : ` at ${clockMoment(state.info, state.fleet.atSeconds)}`;
  const body = state.fleet.gauges === undefined ? [[dim(whyEmpty(state))]] : [states(state), legend(state)];
  return framed({ title: `Fleet${at}`, width, height }, body);
};

function whyEmpty(state: UiState): string {
  if (!state.tellsReplicas) return 'The files of a run tell of the fleet as a whole, not of single replicas.';
  if (isOver(state))
    return 'A run that is over keeps no gauges of single replicas: look at this view while it runs.';
  return isPaused(state)
    ? 'The run tells of its replicas after the next window: press . for it.'
    : 'The run tells of its replicas at the end of the next window.';
}

function states({ fleet }: UiState): Line {
  const sums = { ready: 0, provisioning: 0, loading: 0, draining: 0, off: 0 };
  for (const cell of fleet.gauges ?? []) {
    const figures = cellFigures(cell).states;
    for (const state of Object.keys(sums) as (keyof typeof sums)[]) sums[state] += figures[state];
  }
  const there = Object.entries(sums).filter(([state, replicas]) => replicas > 0 || state === 'ready');
  return there.flatMap(([state, replicas]): Span[] => [
    text(`${STATE_SIGN[state as keyof typeof sums]} `, state === 'ready' ? 'traffic' : undefined),
    text(count(replicas), 'bold'),
    dim(` ${state}    `),
  ]);
}

function legend({ fleet }: UiState): Line {
  const tops = topsIn(fleet.gauges ?? []);
  return [
    dim('height: '),
    text(MEASURE_NAME[fleet.measure], 'bold'),
    dim('  0 '),
    text('▁▂▃▄▅▆▇█', 'traffic'),
    dim(` ${measureTop(fleet.measure, tops)}   `),
    dim('m changes it'),
  ];
}
