// What electricity and a million output tokens cost, hour by hour.
import { chart, stretchBand, type ChartOptions } from '../../canvas/chart.ts';
import { trimmed } from '../../format.ts';
import type { Tone } from '../../line.ts';
import { ledgerOf } from '../../model/reading.ts';
import { timeFrame } from '../../model/time-frame.ts';
import type { UiState } from '../../state.ts';
import { stackedLayers } from './layers.ts';
import { framed, inner, type Panel } from '../panel.ts';
import { compact } from '../../format.ts';
import { dim, text } from '../../line.ts';

const charted = (options: Omit<ChartOptions, 'frame'>, state: UiState): ReturnType<typeof chart> =>
  chart({ ...options, frame: timeFrame(state) });

export const stackPanel: Panel = (state, width, height) => {
  const layers = stackedLayers(timeFrame(state), ledgerOf(state.snapshot));
  const body = charted({ layers, width: inner(width), height: height - 2, label: compact }, state);
  const head = [dim('             '), text('⠒⠒⠒', 'money'), dim(' electricity over '), dim('⠕⠕⠕ the rest')];
  return framed({ title: 'By hour, $/h', head, width, height }, body);
};

/** A value for every hour. */
function hourly(title: string, tone: Tone, values: (state: UiState) => readonly number[]): Panel {
  return (state, width, height) => {
    const rows = ledgerOf(state.snapshot);
    const frame = timeFrame(state);
    const stretches = values(state).map(
      (value, i) => [rows[i].startSeconds, rows[i].endSeconds, value, value] as const,
    );
    const layer = {
      name: title,
      tone,
      look: 'area' as const,
      band: (columns: number) => stretchBand(frame, columns, stretches),
    };
    const body = charted({ layers: [layer], width: inner(width), height: height - 2, label: trimmed }, state);
    return framed({ title, width, height }, body);
  };
}

export const tariffPanel: Panel = hourly('Tariff, $/kWh', 'money', ({ snapshot }) =>
  ledgerOf(snapshot).map(({ usdPerKwh }) => usdPerKwh),
);

/** The newest hour may know more windows than its row of the ledger: its value comes a little later. */
export const tokenPanel: Panel = hourly('$ per million tokens out', 'dim', ({ snapshot, hours }) =>
  ledgerOf(snapshot).map(({ totalUsd }, i) => {
    const tokens = hours[i]?.outputTokens ?? 0;
    return tokens > 0 ? (totalUsd / tokens) * 1e6 : NaN;
  }),
);
