// `--checkpoint every=5m` saves after every five minutes of simulated time, `wall=30s` after every thirty real seconds.
import { UserError } from '../../kernel/user-error.ts';
import type { Schedule } from '../../run/saving/saver.ts';
import { parseQuantity } from '../../settings/quantities.ts';

const CLOCKS: Record<string, Schedule['clock']> = { every: 'simulated', wall: 'wall' };
const FORM = 'write every=5m (simulated time) or wall=30s (real time)';

export const CHECKPOINT_FLAG = '--checkpoint <every=time>';
export const CHECKPOINT_HELP = 'save the state regularly: every=5m (simulated) or wall=30s (real time)';

/** For commander, at once when the option is read. */
export function checkpointSchedule(text: string): Schedule {
  const [key, ...rest] = text.split('=');
  const clock = Object.hasOwn(CLOCKS, key) ? CLOCKS[key] : undefined;
  if (clock === undefined || rest.length === 0) throw new UserError(`--checkpoint: ${FORM}, got "${text}"`);
  const seconds = parseQuantity(rest.join('='), 'seconds');
  if (typeof seconds !== 'number') throw new UserError(`--checkpoint ${key}: ${seconds.problem}`);
  if (seconds < 1) throw new UserError(`--checkpoint ${key}: must be at least 1 s, got "${rest.join('=')}"`);
  return { clock, everySeconds: seconds };
}
