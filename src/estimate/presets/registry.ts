// The presets of `fleetday estimate`, in the order in which they are listed. A new one is a file and a line here.
import type { Preset } from '../preset.ts';
import { fivePart } from './five-part.ts';
import { taskCost } from './task-cost.ts';
import { training } from './training.ts';
import { visitors } from './visitors.ts';

export const PRESETS: readonly Preset[] = [visitors, training, taskCost, fivePart];
