// Work that an AbortSignal may end early.

/** Stops `stoppable` when the signal comes, waits until it has ended, and then throws the signal's reason. */
export async function whileUnaborted<T>(
  signal: AbortSignal | undefined,
  stoppable: { stop(): void },
  work: () => Promise<T>,
): Promise<T> {
  const stop = () => stoppable.stop();
  signal?.throwIfAborted();
  signal?.addEventListener('abort', stop);
  try {
    const result = await work();
    signal?.throwIfAborted();
    return result;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
