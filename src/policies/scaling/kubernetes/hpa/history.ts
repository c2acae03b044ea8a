// What the horizontal autoscaler remembers: its recommendations before any limit, and its own scalings. An outdated
// record's place is taken by the new one, as in the original, so that a history does not grow with time.
// Source: Kubernetes pkg/controller/podautoscaler/horizontal.go (v1.34, 2025).

export interface Recommendation {
  replicas: number;
  /** Seconds. */
  at: number;
}

export interface ScaleEvent {
  /** By how many replicas: above 0 in both directions. */
  change: number;
  at: number;
}

/** The history with `record` in the place of the last outdated one, or else at its end. */
export function remember<T extends { at: number }>(
  history: readonly T[],
  record: T,
  isOutdated: (record: T) => boolean,
): T[] {
  const place = history.findLastIndex(isOutdated);
  return place < 0 ? [...history, record] : history.with(place, record);
}

/** Replicas added or removed by events younger than the period. */
export function changeWithin(events: readonly ScaleEvent[], now: number, periodSeconds: number): number {
  return events.reduce((sum, { change, at }) => (now - at < periodSeconds ? sum + change : sum), 0);
}
