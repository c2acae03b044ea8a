// Rows of panels with the least height each needs: what does not fit is dropped whole, in the order of the ranks, and
// what height is left is shared out. Pure; nothing is ever clipped.
import type { Line } from '../line.ts';
import type { Panel } from '../panels/panel.ts';
import type { UiState } from '../state.ts';

/** A panel and the cells it gets. */
export interface Slot {
  panel: Panel;
  width: number;
  height: number;
}

/** From top to bottom; the panels of a row stand side by side. Together they fill the screen exactly. */
export type Layout = readonly (readonly Slot[])[];

/** From here on panels stand in two columns. */
export const TWO_COLUMNS = 110;

export interface View {
  body: Layout;
  /** A line above the footer. */
  lastLine?: (state: UiState) => Line;
}

export interface Row {
  panels: readonly Panel[];
  heightMin: number;
  /** Part of the spare height. */
  growth: number;
  /** Beyond it there is nothing more to show. */
  heightMax: number;
  /** Rows with the greatest number are dropped first. */
  rank: number;
}

export function row(
  panels: readonly Panel[],
  rank: number,
  heightMin: number,
  look: Partial<Pick<Row, 'growth' | 'heightMax'>> = {},
): Row {
  return { panels, rank, heightMin, heightMax: Infinity, growth: 1, ...look };
}

/** The rows that fit, in their order on the screen. */
export function choose(rows: readonly Row[], height: number): Row[] {
  const kept = [...rows];
  const needed = (): number => kept.reduce((sum, { heightMin }) => sum + heightMin, 0);
  while (kept.length > 1 && needed() > height) {
    const last = Math.max(...kept.map(({ rank }) => rank));
    kept.splice(
      kept.findIndex(({ rank }) => rank === last),
      1,
    );
  }
  return kept;
}

/** Every spare line goes to the row that has had least of its share and still has use for it, else to the last. */
export function place(rows: readonly Row[], columns: number, height: number): Layout {
  const heights = rows.map(({ heightMin }) => heightMin);
  const thirst = (i: number): number => {
    const { growth, heightMin, heightMax } = rows[i];
    return heights[i] < heightMax ? (heights[i] + 1 - heightMin) / growth : Infinity;
  };
  for (let spare = height - heights.reduce((sum, lines) => sum + lines, 0); spare > 0; spare--) {
    let next = rows.length - 1;
    for (let i = 0; i < rows.length; i++) if (thirst(i) < thirst(next)) next = i;
    heights[next]++;
  }
  return rows.map(({ panels }, i) =>
    panels.map((panel, j) => {
      const left = Math.floor((columns * j) / panels.length);
      const right = Math.floor((columns * (j + 1)) / panels.length);
      return { panel, width: right - left, height: heights[i] };
    }),
  );
}

/** For views whose rows may go without a word. */
export function placed(rows: readonly Row[], columns: number, height: number): View {
  return { body: place(choose(rows, height), columns, height) };
}
