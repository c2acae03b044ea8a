// What a fit predicts is what `fleetday perf` answers.
import { describe, expect, it } from 'vitest';
import { stackWith } from '../../../src/accuracy/calibrate/constants.ts';
import { predictor } from '../../../src/accuracy/calibrate/observations.ts';
import { uniformBatch } from '../../../src/perf/uniform-batch.ts';
import { constantsOf, plan, servedWith } from './made-up.ts';

describe('the predictions of a fit', () => {
  it.each(['vllm-0.2', 'lmdeploy'])(
    'are those of a uniform batch, to the 0.1 %% of its secants: %s',
    (preset) => {
      const served = servedWith('llama2-70b', [2, 8]);
      const constants = constantsOf(preset, served.get(8)!);
      const stack = stackWith(constants);
      const observations = plan(served, {
        kinds: ['prompt', 'token', 'total'],
        batches: [1, 3, 40],
        outputTokens: 200,
      });
      const seconds = predictor(observations, served)(constants);
      for (const [i, { kind, tp, ...batch }] of observations.entries()) {
        const answer = uniformBatch(
          { kind: 'physical', model: 'llama2-70b', gpu: 'a100-80gb', stack, tp },
          batch,
        );
        const asked = { prompt: answer.promptSeconds, token: answer.tokenSeconds!, total: answer.e2eSeconds }[
          kind
        ];
        expect(Math.abs(seconds[i] / asked - 1)).toBeLessThan(1.1e-3);
      }
    },
  );
});
