// Measurements made of known constants, with noise or without.
import { NOTHING_ADDED, STACKS } from '../../../src/catalog/stacks.ts';
import { FIXED_CONSTANTS, type Constants } from '../../../src/accuracy/calibrate/constants.ts';
import {
  KINDS,
  predictor,
  type Kind,
  type Observation,
} from '../../../src/accuracy/calibrate/observations.ts';
import { RandomStream } from '../../../src/kernel/random.ts';
import { servedBy, type Served } from '../../../src/perf/served.ts';

export function servedWith(model: string, tps: readonly number[]): Map<number, Served> {
  return new Map(
    tps.map((tp) => [
      tp,
      servedBy({
        kind: 'physical',
        model,
        gpu: 'a100-80gb',
        stack: { ...STACKS.lmdeploy, ...NOTHING_ADDED },
        tp,
      }),
    ]),
  );
}

export interface Plan {
  prompts?: readonly number[];
  batches?: readonly number[];
  kinds?: readonly Kind[];
  outputTokens?: number;
}

/** Every prompt with every batch at every tp; times are still missing. */
export function plan(served: ReadonlyMap<number, Served>, of: Plan = {}): Observation[] {
  const { prompts = [128, 512, 1024, 2048], batches = [1, 4, 16, 64], kinds = KINDS.slice(0, 2) } = of;
  const observations: Observation[] = [];
  let row = 0;
  for (const tp of served.keys()) {
    for (const promptTokens of prompts) {
      for (const batch of batches) {
        for (const kind of kinds) {
          const { outputTokens = 128 } = of;
          observations.push({ kind, row, promptTokens, batch, outputTokens, tp, measuredSeconds: NaN });
        }
        row++;
      }
    }
  }
  return observations;
}

/** `noise`: standard deviation of the logarithm. */
export function measured(
  observations: readonly Observation[],
  served: ReadonlyMap<number, Served>,
  { truth, noise = 0, seed = 1 }: { truth: Constants; noise?: number; seed?: number },
): Observation[] {
  const random = new RandomStream(seed, 'made-up measurements');
  const seconds = predictor(observations, served)(truth);
  return observations.map((one, i) => {
    const normal = Math.sqrt(2 * random.exponential()) * Math.cos(2 * Math.PI * random.uniform());
    return { ...one, measuredSeconds: seconds[i] * Math.exp(noise * normal) };
  });
}

/** Of a preset, for models of `family`; what grows with the model is put into what does not. */
export function constantsOf(preset: string, { model: { family, hidden } }: Served): Constants {
  const stack = STACKS[preset];
  const constants = Object.fromEntries(
    Object.keys(FIXED_CONSTANTS).map((field) => {
      const value = stack[field as keyof Constants];
      return [field, typeof value === 'number' ? value : value[family]];
    }),
  ) as Constants;
  constants.launchSecondsPerLayer += stack.launchSecondsPerLayerAndHidden * hidden;
  return constants;
}
