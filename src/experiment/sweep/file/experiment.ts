// What a sweep is asked to do, from a file or from the command line. Plain data; every key of the file is in schema.ts.
import type { Axis } from '../design/axis.ts';
import type { Design } from '../design/designs.ts';
import type { Value } from '../point.ts';

export interface Constraint {
  /** As it was written. */
  text: string;
  key: string;
  operator: '>=' | '<=' | '>' | '<';
  limit: number;
}

/** Seeds are added to a variant until the interval of its mean is narrow enough. */
export interface StopRule {
  response: string;
  /** Half the interval's width, of the mean's absolute value, or in the response's own unit. */
  relativeHalfWidth?: number;
  absoluteHalfWidth?: number;
  seedsMax: number;
}

export interface Objective {
  key: string;
  sense: 'minimise' | 'maximise';
}

export interface Experiment {
  name: string;
  description: string;
  scenarioPath: string;
  /** As `--set` takes them; for all variants. */
  overrides: string[];
  axes: Axis[];
  design: Design;
  /** How many from the scenario's own seed on, or which. */
  seeds: number | number[];
  responses: string[];
  constraints: Constraint[];
  objectives: Objective[];
  stop: StopRule | undefined;
  /** Of intervals. */
  confidence: number;
  /** What differences are taken to: the variant with these assignments; undefined: the first. */
  baseline: Record<string, Value> | undefined;
}

export const DEFAULT_RESPONSES = [
  'total_usd',
  'slo_attainment',
  'p99_ttft_ms',
  'usd_per_million_output_tokens',
];
export const DEFAULT_OBJECTIVES: Objective[] = [
  { key: 'total_usd', sense: 'minimise' },
  { key: 'slo_attainment', sense: 'maximise' },
];
export const DEFAULT_CONFIDENCE = 0.95;
export const SEEDS_MAX = 10_000;
