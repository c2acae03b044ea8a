// Replicas against need over the day in plain letters, without colour: what is ready and needed is full, what is ready
// and not needed light, what is needed and missing a cross. A column takes the windows of its time, at their mean.

export interface ReplicaSeries {
  /** Ends of the windows, and what is in each; `need` undefined where it is not known. */
  endsSeconds: readonly number[];
  ready: readonly number[];
  need: readonly number[] | undefined;
}

const USED = '█';
const SPARE = '░';
const MISSING = '×';

export const LEGEND = `${USED} ready and needed  ${SPARE} ready, not needed  ${MISSING} needed, missing`;

const LABEL = 6;

/** `rows` lines of `columns` letters with a scale at the left; `top` is the value at their upper edge. */
export function replicaChart(
  series: ReplicaSeries,
  { rows, columns, top }: { rows: number; columns: number; top: number },
): string[] {
  const ready = resampled(series.ready, series.endsSeconds, columns);
  const need = series.need && resampled(series.need, series.endsSeconds, columns);
  const height = (value: number) => Math.round((value / top) * rows);
  return Array.from({ length: rows }, (_, row) => {
    const level = rows - row;
    const letters = Array.from({ length: columns }, (__, column) => {
      const isReady = height(ready[column]) >= level;
      const isNeeded = need === undefined ? isReady : height(need[column]) >= level;
      if (isReady) return isNeeded ? USED : SPARE;
      return isNeeded ? MISSING : ' ';
    });
    const label = row === 0 ? String(Math.round(top)) : '';
    return `${label.padStart(LABEL)} ┤${letters.join('')}`.trimEnd();
  });
}

/** Means over columns of equal time; a window belongs to the column in which it ends. */
export function resampled(
  values: readonly number[],
  endsSeconds: readonly number[],
  columns: number,
): number[] {
  const last = endsSeconds[endsSeconds.length - 1];
  const sums = Array.from({ length: columns }, () => ({ value: 0, seconds: 0 }));
  for (const [i, value] of values.entries()) {
    const start = i === 0 ? 0 : endsSeconds[i - 1];
    const column = sums[Math.min(columns - 1, Math.max(0, Math.ceil((endsSeconds[i] / last) * columns) - 1))];
    const seconds = endsSeconds[i] - start;
    column.value += value * seconds;
    column.seconds += seconds;
  }
  let before = values[0];
  // Windows longer than a column leave some without an end in them.
  return sums.map(({ value, seconds }) => (before = seconds > 0 ? value / seconds : before));
}
