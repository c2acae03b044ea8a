// Arrivals over the day: what the workload's curve expects (dotted) and what has arrived (band of every window).
import { chart, trackLayer, type Layer } from '../canvas/chart.ts';
import { compact } from '../format.ts';
import { dim, text, type Line } from '../line.ts';
import { Band } from '../model/band.ts';
import type { UiState } from '../state.ts';
import { framed, inner, type Panel } from './panel.ts';

export const trafficPanel: Panel = (state, width, height) => {
  const { info, history } = state;
  const layers = [trackLayer(info, history, 'arriving', { tone: 'traffic', look: 'area' })];
  if (info.expectedRequestsPerSecond.length > 0) layers.unshift(expectedLayer(state));
  const body = chart({ info, layers, width: inner(width), height: height - 2, label: compact });
  return framed({ title: 'Traffic', head: legend(layers.length > 1, inner(width)), width, height }, body);
};

function legend(hasCurve: boolean, width: number): Line {
  const curve = hasCurve ? [dim(' '), dim('⠒⠂⠒ expected')] : [];
  const entries = [text('⠒⠒⠒', 'traffic'), dim(' arriving, req/s '), ...curve];
  const used = entries.reduce((sum, { text }) => sum + text.length, 0);
  return [text(' '.repeat(Math.max(0, width - used))), ...entries];
}

function expectedLayer({ info }: UiState): Layer {
  const { expectedRequestsPerSecond: expected, windowSeconds, durationSeconds } = info;
  return {
    tone: 'dim',
    look: 'dots',
    band: (columns) => {
      const band = new Band(columns);
      const scale = (windowSeconds * columns) / durationSeconds;
      expected.forEach((rate, i) => band.widen(i * scale, (i + 1) * scale, rate, rate));
      return band;
    },
  };
}
