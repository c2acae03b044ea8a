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
  sink(doubles, heap, size - 1, 0, doubles[heap + size - 1]);
}

/** Removes the entry at `index` of `size`. */
export function heapRemove(doubles: Float64Array, heap: number, size: number, index: number): void {
  const last = doubles[heap + size - 1];
  if (index === size - 1) return;
  if (last < doubles[heap + index]) heapPush(doubles, heap, index, last);
  else sink(doubles, heap, size - 1, index, last);
}

/** Puts `value` into the hole of a heap that has `size` entries with it, moving the hole down as far as need be. */
function sink(doubles: Float64Array, heap: number, size: number, hole: number, value: number): void {
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && doubles[heap + child + 1] < doubles[heap + child]) child++;
    const below = doubles[heap + child];
    if (below >= value) break;
    doubles[heap + hole] = below;
    hole = child;
  }
  doubles[heap + hole] = value;
}
