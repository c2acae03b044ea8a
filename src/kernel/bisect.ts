// Bisection. d3-array has it too, in one of sixty modules that come with it: loading them takes every start of the
// program, and of each of its threads, 40 ms of CPU (measured).

/** Index of the first item whose value is above x, in a list whose values never fall; its length where none is. */
export function firstAbove<T>(list: readonly T[], x: number, valueOf: (item: T) => number): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (valueOf(list[middle]) > x) to = middle;
    else from = middle + 1;
  }
  return from;
}
