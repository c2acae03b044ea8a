// How V8 is to compile the kernel; imported before anything is simulated and before a worker is started, because flags
// hold for the whole process from then on.
import { setFlagsFromString } from 'node:v8';

// The kernel's functions are small so that they can be read, and a call costs more than what most of them do: more of
// them are to be compiled into their callers. Measured on Node 20: 12 % of the time per request.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
setFlagsFromString('--max-inlined-bytecode-size=2000');
setFlagsFromString('--min-inlining-frequency=0.02');

// Workers compile in their own thread. A compilation in the background that is still under way when a worker is
// terminated can abort the whole process (NodePlatform::ForIsolate, "data.first != nullptr"; seen on Node 20).
setFlagsFromString('--no-concurrent-recompilation');
