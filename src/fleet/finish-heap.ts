// A binary min-heap of float64s that lies inside a larger array: the finish numbers of one replica.

/** Adds `value` to the heap of `size` entries at `heap`. */
export function heapPush(doubles: Float64Array, heap: number, size: number, value: number): void {
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = doubles[heap + parent];
    if (above <= value) break;
    doubles[heap + hole] = above;
    hole = parent;
  }
  doubles[heap + hole] = value;
}

/** Removes the least of `size` entries (it is at `doubles[heap]`). */
export function heapPop(doubles: Float64Array, heap: number, size: number): void {
  const last = doubles[heap + size - 1];
  const end = size - 1;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= end) break;
    if (child + 1 < end && doubles[heap + child + 1] < doubles[heap + child]) child++;
    const below = doubles[heap + child];
    if (below >= last) break;
    doubles[heap + hole] = below;
    hole = child;
  }
  doubles[heap + hole] = last;
}
