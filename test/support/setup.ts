// Property tests draw the same cases every time, so that a green run stays green; FUZZ_SEED draws others, and a failure
// prints the seed and path that repeat it.
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FUZZ_SEED ?? 20230130) });
