// From a forecast to replicas, and the safety net below it: what arrives now and what waits already, whatever was
// forecast.

export interface ReplicasInput {
  /** Requests per second; below 0 counts as 0. */
  forecast: number;
  /** Part of the forecast added to it. */
  headroom: number;
  capacityPerReplica: number;
}

export function replicasFor({ forecast, headroom, capacityPerReplica }: ReplicasInput): number {
  return Math.ceil((Math.max(0, forecast) * (1 + headroom)) / capacityPerReplica);
}

export interface SafetyNetInput {
  arrivedPerSecond: number;
  /** Requests that wait, to be worked off in that time beside what arrives. */
  waiting: number;
  queueDrainSeconds: number;
  capacityPerReplica: number;
}

export function safetyNet(input: SafetyNetInput): number {
  const { arrivedPerSecond, waiting, queueDrainSeconds, capacityPerReplica } = input;
  return Math.ceil((arrivedPerSecond + waiting / queueDrainSeconds) / capacityPerReplica);
}
