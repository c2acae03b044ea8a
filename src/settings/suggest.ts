// "Did you mean": the known name nearest to what was written, by edit distance, without case and punctuation.
import { normaliseName } from '../catalog/lookup.ts';

/** `; did you mean "x"? known: …`, without the question when nothing is near. */
export function suggestion(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return `${near === undefined ? '' : `did you mean "${near}"? `}known: ${known.join(', ')}`;
}

export function nearest(written: string, known: readonly string[]): string | undefined {
  const from = normaliseName(written);
  // A third of the letters may be wrong; more is another word.
  let best = Math.max(1, Math.floor(from.length / 3)) + 1;
  let found: string | undefined;
  for (const name of known) {
    const to = normaliseName(name);
    const distance = Math.abs(to.length - from.length) >= best ? best : editDistance(from, to);
    if (distance < best) {
      best = distance;
      found = name;
    }
  }
  return found;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
