// Arrivals over the day: what the workload's curve expects (dotted) and what has arrived (band of every window).
import { chart, stretchBand, trackLayer, type Layer } from '../canvas/chart.ts';
import { compact } from '../format.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import { dim, text, type Line } from '../line.ts';
import { trackBand, type History } from '../model/history.ts';
import { timeFrame, type TimeFrame } from '../model/time-frame.ts';
import { framed, inner, legendHead, type Panel } from './panel.ts';

export const trafficPanel: Panel = (state, width, height) => {
  const frame = timeFrame(state);
  const layers = [trackLayer(frame, state.history, 'arriving', { tone: 'traffic', look: 'area' })];
  if (state.info.expectedRequestsPerSecond.length > 0) layers.unshift(expectedLayer(frame, state.info));
  const { replicaCapacityPerSecond } = state.info;
  if (replicaCapacityPerSecond !== undefined)
    layers.unshift(capacityLayer(frame, state.history, replicaCapacityPerSecond));
  const body = chart({ frame, layers, width: inner(width), height: height - 2, label: compact });
  const title = 'Traffic';
  return framed({ title, head: legendHead(title, legend(state.info), width), width, height }, body);
};

function legend({
  expectedRequestsPerSecond: expected,
  replicaCapacityPerSecond: capacity,
}: RunInfo): Line[] {
  return [
    [text('⠒⠒⠒', 'traffic'), dim(' arriving, req/s')],
    ...(expected.length > 0 ? [[dim('⠂⠐⠂ expected')]] : []),
    ...(capacity === undefined ? [] : [[text('⠒⠒⠒', 'bold'), dim(' capacity')]]),
  ];
}

/** What the replicas that are ready could take within the SLO. */
function capacityLayer(frame: TimeFrame, history: History, perReplica: number): Layer {
  return {
    name: 'capacity',
    tone: 'bold',
    band: (columns) => {
      const band = trackBand(history, 'replicas', columns, frame);
      for (const values of [band.low, band.high])
        for (let i = 0; i < values.length; i++) values[i] *= perReplica;
      return band;
    },
  };
}

function expectedLayer(frame: TimeFrame, info: RunInfo): Layer {
  const { expectedRequestsPerSecond: expected, windowSeconds } = info;
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
