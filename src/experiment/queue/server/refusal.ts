// What a server answers that will not do as it is told: its memory or disk is full, it is a copy of another, or the user
// lacks a right. The owner's to mend, and no bug of this program.
import { UserError } from '../../../kernel/user-error.ts';

const ADVICE: readonly [RegExp, string][] = [
  [/^OOM/, 'its memory is full: raise maxmemory there, or take an emptier server'],
  [/^MISCONF/, 'it cannot write to its disk: make room there'],
  [/^READONLY/, 'it is a copy of another server: name that one'],
  [/^NOPERM/, 'the user may not: give the right to all keys and commands (~* &* +@all)'],
];

export function isRefusal(error: Error): boolean {
  return error.name === 'ReplyError';
}

export function refusalText({ message }: Error): string {
  const advice = ADVICE.find(([pattern]) => pattern.test(message))?.[1] ?? 'look after it';
  return `refuses: ${message.replace(/\.? script: .*/, '')}; ${advice}`;
}

/** Others are passed on. */
export async function orRefusal<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && isRefusal(error))
      throw new UserError(`--queue: ${shown} ${refusalText(error)}`);
    throw error;
  }
}
