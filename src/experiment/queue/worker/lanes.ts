// Whoever may kill the worker gets it for himself. A point in whose simulation a worker died is simulated alone when it
// is tried again, so that it takes no innocent neighbours with it a second time.

export interface Lanes {
  /** Beside others, or alone: then it waits for them to end, and later ones wait for it. */
  run<T>(isAlone: boolean, work: () => Promise<T>): Promise<T>;
}

export function createLanes(): Lanes {
  /** Those whom the next one alone has to wait for. */
  let beside: Promise<unknown>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (isAlone, work) => {
      const before = isAlone ? Promise.all([last, ...beside]) : last;
      const result = before.then(work);
      const ended = result.catch(() => {});
      if (isAlone) {
        last = ended;
        beside = [];
      } else {
        beside.push(ended);
        void ended.then(() => (beside = beside.filter((one) => one !== ended)));
      }
      return result;
    },
  };
}
