// Fewer points for a line than there are windows, without losing a spike: of every bin of the axis the least and the
// largest value are kept, in the order in which they come. Where there is no value the line is broken, and a value between
// two such gaps is told apart, because a line of one point cannot be seen.

export interface Point {
  x: number;
  /** NaN: a gap. */
  y: number;
}

export interface Series {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

export interface Bins {
  from: number;
  to: number;
  count: number;
}

/** x must not fall. Points beyond the bins are left out. */
export function thinned({ x, y }: Series, bins: Bins): Point[] {
  const points: Point[] = [];
  for (const [first, end] of stretches(x, bins)) {
    let least = -1;
    let most = -1;
    for (let i = first; i < end; i++) {
      if (Number.isNaN(y[i])) continue;
      if (least < 0 || y[i] < y[least]) least = i;
      if (most < 0 || y[i] > y[most]) most = i;
    }
    if (least < 0) {
      // One gap is as good as several.
      if (points.length > 0 && !Number.isNaN(points[points.length - 1].y))
        points.push({ x: x[first], y: NaN });
      continue;
    }
    const kept = least === most ? [least] : [Math.min(least, most), Math.max(least, most)];
    for (const i of kept) points.push({ x: x[i], y: y[i] });
  }
  return points;
}

export interface BandPoint {
  x: number;
  low: number;
  high: number;
}

/** Between the least of the lower and the largest of the upper values of each bin. */
export function thinnedBand(
  x: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  bins: Bins,
) {
  const points: BandPoint[] = [];
  for (const [first, end] of stretches(x, bins)) {
    const point = { x: x[first], low: NaN, high: NaN };
    for (let i = first; i < end; i++) {
      if (!(point.low <= low[i])) point.low = Number.isNaN(low[i]) ? point.low : low[i];
      if (!(point.high >= high[i])) point.high = Number.isNaN(high[i]) ? point.high : high[i];
    }
    points.push(point);
  }
  return points;
}

/** Of points with a gap, or nothing, on both sides. */
export function isolated(points: readonly Point[]): Point[] {
  const isGap = (i: number) => points[i] === undefined || Number.isNaN(points[i].y);
  return points.filter((_, i) => !isGap(i) && isGap(i - 1) && isGap(i + 1));
}

/** Positions [first, end) of the points of every bin that has some. */
function* stretches(x: ArrayLike<number>, { from, to, count }: Bins): Iterable<[number, number]> {
  const binOf = (i: number) => Math.min(count - 1, Math.floor(((x[i] - from) / (to - from)) * count));
  let first = 0;
  while (first < x.length && x[first] < from) first++;
  for (let i = first; i < x.length && x[first] <= to; i++) {
    const isLast = i + 1 >= x.length || x[i + 1] > to || binOf(i + 1) !== binOf(first);
    if (!isLast) continue;
    yield [first, i + 1];
    first = i + 1;
  }
}
