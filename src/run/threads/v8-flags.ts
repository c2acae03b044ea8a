// How V8 is to compile the kernel of a long run: called before a worker is started, as flags hold for the whole process
// from then on. A short run is simulated in the main thread, and over before so much compiling pays: 10,000 requests
// take 0.1 s of CPU less without.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export function compileForLongRuns(): void {
  // The kernel's functions are small so that they can be read, and a call costs more than what most of them do: more of
  // them are to be compiled into their callers. Measured on Node 20: 12 % of
  // the time per request where the engine does it all, 2 % with the compiled kernel.
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
  setFlagsFromString('--max-inlined-bytecode-size=2000');
  setFlagsFromString('--min-inlining-frequency=0.02');

  // Workers compile in their own thread. A compilation in the background that is still under way when a worker is
  // terminated can abort the whole process (NodePlatform::ForIsolate, "data.first != nullptr"; seen on Node 20).
  setFlagsFromString('--no-concurrent-recompilation');
  // For the same reason WebAssembly is compiled once and well, not first quickly and again in the background.
  setFlagsFromString('--no-liftoff');

  // Buffers that a thread has made are freed by it too: freed by another one at the same time, the two wait for each
  // other in malloc. Measured on Node 20: 2 µs for each window.
  setFlagsFromString('--no-concurrent-array-buffer-sweeping');
}

const COLLECT_EVERY_MS = 1000;

/**
 * Loading the program leaves the main thread with a nursery of 16 or 32 MB. What little it allocates while workers
 * simulate, and the buffers of their reports beside it, would fill that over some seconds until V8 collects them.
 * Collected every second, which takes a millisecond, it stays a few MB. Returns how to end it.
 */
export function keepNurserySmall(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  const timer = setInterval(() => collect({ type: 'minor' }), COLLECT_EVERY_MS);
  return () => clearInterval(timer);
}
