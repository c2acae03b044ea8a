// The short form of the experiment in kill-resume.ts.
import { expect, it } from 'vitest';
import { killAndResume } from './kill-resume.ts';

it('a run killed at random moments and gone on with ends with the same bytes', async () => {
  const { kills } = await killAndResume({ runs: 3, seed: 4, killsPerRunMax: 2 });
  expect(kills).toBeGreaterThanOrEqual(3);
});
