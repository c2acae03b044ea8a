// All rows of the measured files, which are not part of the repository.
import { readMeasurements, type Measurement } from '../../src/accuracy/measurements.ts';
import { referenceData } from '../support/reference-data.ts';

const FILES = ['a100_serving_measurements.csv', 'a100_external_measurements.csv'];

export async function measuredRows(): Promise<Measurement[]> {
  const rows = await Promise.all(FILES.map((file) => readMeasurements(referenceData(file))));
  return rows.flat().map((row) => ({ gpu: 'a100-80gb', ...row }));
}
