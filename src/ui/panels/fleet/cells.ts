// The fleet by cells: a line for each with its figures, and its replicas as a strip, the mean of several of them in a
// column where there are many.
import { count, figure, percent } from '../../format.ts';
import { dim, fit, text, type Line, type Span } from '../../line.ts';
import {
  cellFigures,
  heat,
  readGauges,
  replicasOf,
  topsIn,
  type Fleet,
  type ReplicaGauges,
} from '../../model/fleet.ts';
import { poolName } from '../../model/reading.ts';
import type { FleetCell, RunInfo } from '../../../run/snapshot.ts';
import { framed, inner, listWindow, type Panel } from '../panel.ts';
import { heatGlyph, STATE_SIGN } from './glyphs.ts';

const NAME = 16;
const NUMBER = 9;

export const cellsPanel: Panel = ({ fleet, info }, width, height) => {
  const cells = fleet.gauges ?? [];
  const room = inner(width);
  const { first, count: shown } = listWindow(cells.length, fleet.cell, height - 2);
  const body = cells.slice(first, first + shown).map((cell, i) => {
    const isSelected = first + i === fleet.cell;
    const left = figuresOf(cell, { info, place: first + i, isSelected });
    const used = left.reduce((sum, span) => sum + span.text.length, 0);
    return [...left, ...strip(cell, fleet, Math.max(0, room - used))];
  });
  const columns = ['ready', 'batch', 'KV', 'queue'].map((head) => head.padStart(NUMBER)).join('');
  const head = [dim(`${' '.repeat(NAME)}${columns}   replicas`)];
  return framed({ title: `${count(cells.length)} cells`, head, width, height }, body);
};

function figuresOf(
  cell: FleetCell,
  { info, place, isSelected }: { info: RunInfo; place: number; isSelected: boolean },
): Line {
  const { states, batch, kv, waiting } = cellFigures(cell);
  const values = [
    count(states.ready),
    Number.isNaN(batch) ? '—' : figure(batch),
    percent(kv),
    count(waiting),
  ].map((value) => value.padStart(NUMBER));
  const name = `${isSelected ? '▸' : ' '} ${cellName(info, cell, place)}`;
  return [...fit([text(name, isSelected ? 'bold' : undefined)], NAME), text(values.join('')), text('   ')];
}

export function cellName(info: RunInfo, { pool }: FleetCell, place: number): string {
  return info.pools.length > 1 ? `${poolName(info, pool)} ${place + 1}` : `cell ${place + 1}`;
}

/** As many replicas to a column as need be. */
function strip(cell: FleetCell, { gauges, measure }: Fleet, room: number): Span[] {
  const replicas = replicasOf(cell);
  const columns = Math.min(room, replicas);
  const tops = topsIn(gauges ?? []);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((replicas * column) / columns);
    const to = Math.floor((replicas * (column + 1)) / columns);
    let sum = 0;
    let ready = 0;
    let state: ReplicaGauges['state'] = 'off';
    for (let place = from; place < to; place++) {
      const each = readGauges(cell, place);
      if (each.state === 'ready') {
        sum += heat(each, measure, tops);
        ready++;
      } else if (state === 'off') state = each.state;
    }
    if (ready > 0) return heatGlyph(sum / ready, measure);
    return state === 'off' ? dim(STATE_SIGN.off) : text(STATE_SIGN[state]);
  });
}
