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

/**
 * Loading the program would leave the main thread with a nursery of 16 or 32 MB, and what is simulated or written later
 * with one as large: now it stays at 2 MB, at no measurable cost. To be repeated, as starting a thread seems to undo it.
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

const COLLECT_EVERY_MS = 1000;
/** Of the collections every so many-th is of the whole heap. */
const COLLECT_ALL_EVERY = 20;

/**
 * The buffers of workers' reports lie beside the nursery and do not fill it: collected every second, which takes a
 * millisecond, they are freed. What has survived that by chance becomes some 10 MB in minutes: now and then all is
 * collected, which takes 10 ms. Returns how to end it.
 */
export function keepHeapSmall(): () => void {
  setFlagsFromString('--expose-gc');
  // Without options of the whole heap: Node 20 takes any for `minor`.
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  let collections = 0;
  const timer = setInterval(() => {
    keepNurserySmall();
    if (++collections % COLLECT_ALL_EVERY === 0) collect();
    else collect({ type: 'minor' });
  }, COLLECT_EVERY_MS);
  return () => {
    clearInterval(timer);
    keepNurserySmall();
    collect();
  };
}
