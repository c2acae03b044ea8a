// `--requests sample=1%|all` and `--trace from=08:00,to=08:05[,replicas=0-3]`: which requests are recorded, and of which
// stretch every step.
import { UserError } from '../../kernel/user-error.ts';
import { parseQuantity } from '../../settings/quantities.ts';

export const REQUESTS_FLAG = '--requests <which>';
export const REQUESTS_HELP = 'record requests one by one in requests.parquet: sample=1%, or all';
export const TRACE_FLAG = '--trace <stretch>';
export const TRACE_HELP =
  'trace single steps in trace.json: from=08:00,to=08:05[,replicas=0-3] (default: 0-7)';

const REPLICAS_BY_DEFAULT = '0-7';
const TRACE_FORM = 'write from=08:00,to=08:05, and ,replicas=0-3 for others than the first 8 of each pool';

/** For commander, at once when the option is read: the part of all requests, in (0, 1]. */
export function recordedPart(text: string): number {
  if (text === 'all') return 1;
  const [key, ...rest] = text.split('=');
  if (key !== 'sample' || rest.length === 0)
    throw new UserError(`--requests: write sample=1% or all, got "${text}"`);
  const part = parseQuantity(rest.join('='), 'share');
  if (typeof part !== 'number') throw new UserError(`--requests sample: ${part.problem}`);
  if (!(part > 0 && part <= 1)) {
    throw new UserError(`--requests sample: must be more than 0 and at most 100%, got "${rest.join('=')}"`);
  }
  return part;
}

/** As it is written: its times mean something only once the scenario is known. */
export interface WrittenTrace {
  from: string;
  to: string;
  replicas: string;
}

/** For commander. */
export function writtenTrace(text: string): WrittenTrace {
  const written: Record<string, string> = { replicas: REPLICAS_BY_DEFAULT };
  for (const part of text.split(',')) {
    const [key, ...rest] = part.split('=');
    const value = rest.join('=').trim();
    if (!['from', 'to', 'replicas'].includes(key.trim()) || value === '')
      throw new UserError(`--trace: ${TRACE_FORM}, got "${text}"`);
    written[key.trim()] = value;
  }
  const { from, to, replicas } = written;
  if (from === undefined || to === undefined) throw new UserError(`--trace: ${TRACE_FORM}, got "${text}"`);
  return { from, to, replicas };
}
