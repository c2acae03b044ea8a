// All sections, in the order in which they are printed: those that matter most first.
import type { Section } from '../report/figures.ts';
import { autoscaling } from './autoscaling.ts';
import type { Bench } from './bench.ts';
import { coldStart } from './cold-start.ts';
import { curve } from './curve.ts';
import { dashboard } from './dashboard.ts';
import { flagship } from './flagship.ts';
import { kernel } from './kernel.ts';
import { reference } from './reference.ts';
import { threads } from './threads.ts';
import { windows } from './windows.ts';

/** By name, as --only names them. */
export const SECTIONS: Record<string, (bench: Bench) => Section> = {
  kernel,
  reference,
  windows,
  threads,
  flagship,
  autoscaling,
  dashboard,
  cold: coldStart,
  curve,
};
