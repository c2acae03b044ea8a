// Which combinations of levels a sweep simulates: every one (grid; the last axis changes fastest), the first levels of all
// axes together, then the second … (list), or a sample (Latin hypercube).
import { UserError } from '../../../kernel/user-error.ts';
import type { Axis, DiscreteAxis, Level } from './axis.ts';
import { latinHypercube, type HypercubeSpec } from './latin-hypercube.ts';

export type Design = { kind: 'grid' } | { kind: 'list' } | ({ kind: 'latin-hypercube' } & HypercubeSpec);

/** Variants. */
export const VARIANTS_MAX = 20_000;

/** By variant: a level of every axis. UserError where the axes do not suit the design. */
export function combinations(axes: readonly Axis[], design: Design): Level[][] {
  if (design.kind === 'latin-hypercube') return latinHypercube(axes, design);
  const open = axes.filter(({ kind }) => kind === 'continuous');
  if (open.length > 0) {
    const names = open.map(({ name }) => name).join(', ');
    throw new UserError(
      `${names}: a range without steps is for a Latin hypercube; write from..to:step, or design: { kind: latin-hypercube, points: 20 }`,
    );
  }
  const discrete = axes as readonly DiscreteAxis[];
  return design.kind === 'grid' ? grid(discrete) : list(discrete);
}

function grid(axes: readonly DiscreteAxis[]): Level[][] {
  const count = axes.reduce((product, { levels }) => product * levels.length, 1);
  if (count > VARIANTS_MAX)
    throw new UserError(
      `the grid has ${count} variants, at most ${VARIANTS_MAX} are swept; write fewer values`,
    );
  return axes.reduce<Level[][]>(
    (rows, { levels }) => rows.flatMap((row) => levels.map((level) => [...row, level])),
    [[]],
  );
}

function list(axes: readonly DiscreteAxis[]): Level[][] {
  const lengths = new Set(axes.map(({ levels }) => levels.length));
  if (lengths.size > 1) {
    const each = axes.map(({ name, levels }) => `${name} ${levels.length}`).join(', ');
    throw new UserError(
      `design list: all parameters need as many values, these have: ${each}; write as many`,
    );
  }
  const [count = 1] = lengths;
  return Array.from({ length: count }, (_, i) => axes.map(({ levels }) => levels[i]));
}
