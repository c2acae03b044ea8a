// How many replicas a load needs, and what somebody who knows the load to come would order. Replicas take a cold start
// to come and go at once, so an order looks one lead time ahead; a replica that is not needed for a while is kept if it
// is needed again before releasing it would have paid off. Left out: queues (a load is held at once or not at all), and
// that cold starts vary.

/** c: the highest rate that one replica holds within the SLO. */
export function needOf(arrivalsPerSecond: number, capacityPerReplica: number): number {
  return Math.ceil(arrivalsPerSecond / capacityPerReplica);
}

export interface Foreseen {
  /** Of the steps from now on. */
  arrivalsPerSecond: readonly number[];
  stepSeconds: number;
  capacityPerReplica: number;
}

/** The largest need of the first `steps` steps; 0 of none. */
function largestNeed({ arrivalsPerSecond, capacityPerReplica }: Foreseen, steps: number): number {
  const most = arrivalsPerSecond.slice(0, steps).reduce((largest, rate) => Math.max(largest, rate), 0);
  return needOf(most, capacityPerReplica);
}

/** Steps that begin before then; the one that is now always does. */
const stepsBefore = (seconds: number, { stepSeconds }: Foreseen) =>
  Math.max(1, Math.ceil(seconds / stepSeconds));

/** Steps that begin then or before. */
const stepsUntil = (seconds: number, { stepSeconds }: Foreseen) => Math.floor(seconds / stepSeconds) + 1;

export interface OracleInput extends Foreseen {
  current: number;
  coldStartSeconds: number;
  /** Until the next decision. */
  intervalSeconds: number;
  /** A replica is released if it is not needed for longer than that. */
  breakEvenSeconds: number;
}

export interface OracleOutput {
  desiredReplicas: number;
  /** Needed at some time before what is ordered at the next decision can be there. */
  ahead: number;
  /** Needed at some time within the break-even. */
  keep: number;
}

/** What is ordered at the next decision is there an interval and a cold start from now: until then now's order has to do. */
export function oracle(input: OracleInput): OracleOutput {
  const { current, coldStartSeconds, intervalSeconds, breakEvenSeconds } = input;
  const ahead = largestNeed(input, stepsBefore(coldStartSeconds + intervalSeconds, input));
  const keep = largestNeed(input, stepsUntil(breakEvenSeconds, input));
  return { desiredReplicas: Math.max(ahead, Math.min(current, keep)), ahead, keep };
}

/** As many as are needed at some time before the next decision. */
export function zeroLead(input: Foreseen & { intervalSeconds: number }): number {
  return largestNeed(input, stepsBefore(input.intervalSeconds, input));
}
