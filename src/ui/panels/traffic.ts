// Arrivals over the day: what the workload's curve expects (dotted) and what has arrived (band of every window).
import { chart, stretchBand, trackLayer, type Layer } from '../canvas/chart.ts';
import { compact } from '../format.ts';
import { dim, text, type Line } from '../line.ts';
import { timeFrame, type TimeFrame } from '../model/time-frame.ts';
import { framed, inner, type Panel } from './panel.ts';

export const trafficPanel: Panel = (state, width, height) => {
  const frame = timeFrame(state);
  const layers = [trackLayer(frame, state.history, 'arriving', { tone: 'traffic', look: 'area' })];
  if (state.info.expectedRequestsPerSecond.length > 0) layers.unshift(expectedLayer(frame));
  const body = chart({ frame, layers, width: inner(width), height: height - 2, label: compact });
  return framed({ title: 'Traffic', head: legend(layers.length > 1, inner(width)), width, height }, body);
};

function legend(hasCurve: boolean, width: number): Line {
  const curve = hasCurve ? [dim(' '), dim('⠒⠂⠒ expected')] : [];
  const entries = [text('⠒⠒⠒', 'traffic'), dim(' arriving, req/s '), ...curve];
  const used = entries.reduce((sum, { text }) => sum + text.length, 0);
  return [text(' '.repeat(Math.max(0, width - used))), ...entries];
}

function expectedLayer(frame: TimeFrame): Layer {
  const { expectedRequestsPerSecond: expected, windowSeconds } = frame.info;
  return {
    name: 'expected',
    tone: 'dim',
    look: 'dots',
    band: (columns) =>
      stretchBand(
        frame,
        columns,
        expected.map((rate, i) => [i * windowSeconds, (i + 1) * windowSeconds, rate, rate] as const),
      ),
  };
}
