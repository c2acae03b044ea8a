// fleetday as a library: the same engine, results and errors as those of the command line. docs/library.md has examples,
// docs/api.md everything that is exported here.
export { compare } from './library/compare.ts';
export { estimate } from './library/estimate.ts';
export { loadScenario } from './library/scenario.ts';
export { simulate } from './library/simulate.ts';
export { sweep } from './library/sweep.ts';
export { UserError } from './kernel/user-error.ts';
export { loadScalingPolicies } from './policies/scaling/registry.ts';
export { RULES } from './policies/scaling/rules.ts';

export type { ComparedPolicy, CompareOptions, CompareProgress, Comparison } from './library/compare.ts';
export type { Estimate, EstimateOptions } from './library/estimate.ts';
export type { LoadedScenario, LoadOptions, ScenarioSource } from './library/scenario.ts';
export type { SimulateOptions, SimulateProgress, Simulation } from './library/simulate.ts';
export type { Sweep, SweepOptions, SweepRow, SweptVariant } from './library/sweep.ts';

export type { OwnPolicy } from './control/external/own-policy.ts';
export type { ScalingDecision } from './control/controller.ts';
export type { Measures } from './experiment/compare/measures.ts';
export type { PairedDifference } from './experiment/compare/paired.ts';
export type { Interval } from './experiment/sweep/analysis/interval.ts';
export type { LevelEffect, MainEffect } from './experiment/sweep/analysis/main-effects.ts';
export type { PointError, Summary, Value } from './experiment/sweep/point.ts';
export type { SweepProgress } from './experiment/sweep/sweep.ts';
export type { LatencySummary, WindowMetrics } from './metrics/window-metrics.ts';
export type {
  Observation,
  PoolFacts,
  RateObservation,
  Recommendation,
  ReplicaObservation,
  ScalingPolicy,
  SignalNeed,
} from './policies/scaling/policy.ts';
export type { Rule } from './policies/scaling/rule.ts';
