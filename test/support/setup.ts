// Property tests draw the same cases every time, so that a green run stays green; FUZZ_SEED draws others, and a failure
// prints the seed and path that repeat it.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { preloadAll } from '../../src/scenario/load/preload.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FUZZ_SEED ?? 20230130) });

// loadScenario wants policies to be there that a scenario names; loading them takes a while, so only where some may be.
const { testPath } = expect.getState();
if (/autoscaling|failures|simulate\(|scaling|shipped/i.test(readFileSync(testPath!, 'utf8')))
  await preloadAll();
