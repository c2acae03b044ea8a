// Calibrated on real measurements, a stack is about as good as the preset that was fitted on them by hand.
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/accuracy/calibrate/calibrate.ts';
import { select } from '../../../src/accuracy/calibrate/select.ts';
import { readMeasurements } from '../../../src/accuracy/measurements.ts';
import { servedBy } from '../../../src/perf/served.ts';
import type { PhysicalPerfSpec } from '../../../src/perf/spec.ts';
import { referenceData, referenceDataMissing } from '../../support/reference-data.ts';

async function calibrated(file: string, model: string, stack?: string) {
  const rows = (await readMeasurements(referenceData(file))).map((row) => ({ ...row, file }));
  const spec: PhysicalPerfSpec = { kind: 'physical', model, gpu: 'a100-80gb', stack: 'vllm-0.2', tp: 8 };
  const selection = select(rows, { spec, tp: undefined, stack });
  const tps = [...new Set(selection.rows.map(({ tp }) => tp))];
  const served = new Map(tps.map((tp) => [tp, servedBy({ ...spec, tp })]));
  return { selection, ...calibrate(selection.observations, served) };
}

describe.skipIf(referenceDataMissing)('calibrated on published measurements, a stack predicts', () => {
  it('Llama-2-70B of Splitwise on configurations left out: decode to 3 / 7 %, prefill to 8 / 18 %', async () => {
    const { unseenErrors, selection } = await calibrated('a100_serving_measurements.csv', 'llama2-70b');
    expect(unseenErrors!.token!.medianPercent).toBeLessThan(3);
    expect(unseenErrors!.token!.p90Percent).toBeLessThan(7);
    expect(unseenErrors!.prompt!.medianPercent).toBeLessThan(8);
    expect(unseenErrors!.prompt!.p90Percent).toBeLessThan(18);
    // Overflow of the KV cache: line 21, seen by its flag and by the model.
    const overflow = selection.leftOut.find(({ reason }) => reason.startsWith('KV overflow'));
    expect(overflow?.places).toMatchObject([{ line: 21 }]);
  });

  it('BLOOM-176B of Splitwise as well', async () => {
    const { unseenErrors } = await calibrated('a100_serving_measurements.csv', 'bloom-176b');
    expect(unseenErrors!.token!.p90Percent).toBeLessThan(7);
    expect(unseenErrors!.prompt!.p90Percent).toBeLessThan(18);
  });

  it.each([
    ['gpt3-175b', 4, 8],
    ['gpt-20b', 5, 10],
  ])('whole batches of %s under FasterTransformer to %i / %i percent', async (model, medianMax, p90Max) => {
    const { unseenErrors } = await calibrated('a100_external_measurements.csv', model, 'fastertransformer');
    expect(unseenErrors!.total!.medianPercent).toBeLessThan(medianMax);
    expect(unseenErrors!.total!.p90Percent).toBeLessThan(p90Max);
  });

  it('nothing where rows of several stacks are mixed', async () => {
    await expect(calibrated('a100_external_measurements.csv', 'llama2-70b')).rejects.toThrow(
      /several stacks: .*--only-stack/,
    );
  });
});
