// Serving software described in the scenario itself, in place of the name of a preset; the same mapping is what a
// stack file holds (`fleetday calibrate --out stack.yaml`), which a scenario names and the resolved scenario then holds.
import type { z } from 'zod';
import { COMPUTE_FORMATS, KV_FORMATS, WEIGHT_FORMATS } from '../../catalog/formats.ts';
import { GPUS } from '../../catalog/gpus.ts';
import { forAnyFamily, type Stack } from '../../catalog/stacks.ts';
import { catalogName, choice, derived, list, quantity, section, text } from '../../settings/keys.ts';

const seconds = (max: number, description: string) => quantity('seconds', { min: 0, max }, description);
const percent = (description: string) => quantity('count', { min: 0, max: 1000 }, description);
const tps = quantity('count', { min: 1, max: 8, whole: true }, 'Tensor-parallel degree.');

const calibration = section(
  {
    files: list(text('File.', 'bench.csv'), { min: 1, max: 1000 }, 'Files of the measurements.'),
    rows: quantity('count', { min: 1, max: 1e9, whole: true }, 'Rows that were fitted.'),
    dates: derived(text('Days of the measurements.', '2024-05-17 to 2024-05-19'), 'unknown'),
    gpu: catalogName(GPUS, 'GPU', 'GPU measured.'),
    tp: list(tps, { min: 1, max: 8 }, 'Tensor-parallel degrees measured.'),
    weights: choice(WEIGHT_FORMATS, 'Format of the weights measured.').default('fp16'),
    compute: choice(COMPUTE_FORMATS, 'Format of the matrix products measured.').default('fp16'),
    kvCache: choice(KV_FORMATS, 'Format of the KV cache measured.').default('fp16'),
    notShown: list(
      text('Constant.', 'clientDelaySeconds'),
      { min: 0, max: 20 },
      'Constants that the measurements do not show: they stand at their defaults.',
    ).default([]),
    decodeErrorPercent: derived(
      percent('90th percentile of the error of decode steps left out of the fit.'),
      'unknown',
    ),
    prefillErrorPercent: derived(
      percent('90th percentile of the error of prompts left out of the fit.'),
      'unknown',
    ),
    totalErrorPercent: derived(
      percent('90th percentile of the error of whole requests left out of the fit.'),
      'unknown',
    ),
  },
  'Where the constants come from; the errors are shown beside results.',
);

export const stackMapping = section(
  {
    title: text('Its name in results.', 'our vLLM').regex(/^[^\p{Cc}]{1,100}$/u, {
      error: () => 'must be 1–100 printable characters; rename it',
    }),
    fittedModels: list(
      text('Model.', 'llama2-70b'),
      { min: 0, max: 100 },
      'Models on which it was measured: names of the catalog, or titles.',
    ).default([]),
    gpuTimeFactor: quantity('factor', { above: 0, max: 100 }, 'κ: factor on the GPU time of a step.'),
    launchSecondsPerLayer: seconds(1, 't_k: GPU time per layer for kernel launches and gaps.'),
    launchSecondsPerLayerAndHidden: seconds(
      1e-3,
      't_d: the same per element of the hidden vector, where gaps grow with the model.',
    ).prefault(0),
    batchedWeightsFactor: quantity(
      'factor',
      { above: 0, max: 100 },
      'Time to read the weights for several rows, over that for one.',
    ).prefault(1),
    severalPromptsFactor: quantity(
      'factor',
      { above: 0, max: 100 },
      'GPU time of a step with several prompts, over that of one prompt of as many tokens.',
    ).prefault(1),
    cpuSecondsPerLayer: seconds(1, 't_cpu: host time per layer to issue a step, beside the GPU.'),
    secondsPerSequence: seconds(10, 'c_B: per sequence in the step.'),
    secondsPerContextToken: seconds(
      1,
      'c_ctx: host time per cached token of the decoding sequences.',
    ).prefault(0),
    clientDelaySeconds: seconds(3600, 'c_0: seen by the client of every request once.'),
    clientDelaySecondsPerParameter: seconds(1e-6, 'c_W: the same per parameter of the layers.').prefault(0),
    decodeAttentionEfficiency: quantity(
      'share',
      { above: 0, max: 1 },
      'Part of the memory bandwidth that attention reaches in decode.',
    ),
    calibration: derived(calibration, 'unknown'),
  },
  'Serving software of one’s own.',
);

export type StackFile = z.output<typeof stackMapping>;

/** Its numbers hold for models of any family. */
export function stackFromFile({ cpuSecondsPerLayer, severalPromptsFactor, ...file }: StackFile): Stack {
  return {
    ...file,
    source: file.calibration ? `measurements in ${file.calibration.files.join(', ')}` : 'the scenario',
    cpuSecondsPerLayer: forAnyFamily(cpuSecondsPerLayer),
    severalPromptsFactor: forAnyFamily(severalPromptsFactor),
  };
}
