// The rate that one replica holds, against queueing theory: with fixed service times and one request at a time a replica
// is the server of a textbook queue, and the tail of its waiting time is known.
import { describe, expect, it } from 'vitest';
import { replicaCapacityPerSecond, withReplicaCapacities } from '../../src/experiment/capacity.ts';
import { UserError } from '../../src/kernel/user-error.ts';
import { loaded } from '../scenario/scenario-text.ts';

interface Server {
  distribution?: string;
  slo: string;
  autoscaling?: string;
  replicas?: number;
}

/** A server that takes a second for each request, on average. */
function server({ distribution = 'constant', slo, autoscaling, replicas = 3 }: Server) {
  return loaded(`
duration: 10m
workload:
  arrivals: { kind: constant, requestsPerSecond: 1 }
  promptTokens: 1
  outputTokens: 1
fleet:
  pools:
    - performance: { kind: fixed, secondsPerRequest: 1, secondsPerOutputToken: 0, distribution: ${distribution} }
      replicas: ${replicas}
      batching: { policy: none }
      queueLimit: 100000
      ${autoscaling ? `autoscaling: ${autoscaling}` : ''}
slo: ${slo}
`);
}

/** P(W > t) of the M/D/1 queue with service 1, load below 1 (C. D. Crommelin, 1932). */
function waitBeyond(t: number, load: number): number {
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(t); k++) {
    if (k > 0) factorial *= k;
    const x = load * (k - t);
    sum += (x ** k / factorial) * Math.exp(-x);
  }
  return 1 - (1 - load) * sum;
}

/** Where a falling or rising function of the load passes a value. */
function loadWhere(isTooMuch: (load: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (isTooMuch(middle)) high = middle;
    else low = middle;
  }
  return low;
}

describe('the capacity of a replica', () => {
  it('is that of the M/D/1 queue whose wait exceeds the rest of the SLO for one request in a hundred', () => {
    for (const ttftSeconds of [3, 6]) {
      const { scenario } = server({ slo: `{ ttft: ${ttftSeconds}s, tpot: null }` });
      const exact = loadWhere((load) => waitBeyond(ttftSeconds - 1, load) > 0.01);
      expect(replicaCapacityPerSecond(scenario, 0) / exact).toBeGreaterThan(0.95);
      expect(replicaCapacityPerSecond(scenario, 0) / exact).toBeLessThan(1.05);
    }
  });

  it('is that of the M/M/1 queue, 1 - ln(100)/t for a second of service', () => {
    const { scenario } = server({ distribution: 'exponential', slo: '{ ttft: 20s, tpot: null }' });
    const found = replicaCapacityPerSecond(scenario, 0);
    expect(Math.abs(found / (1 - Math.log(100) / 20) - 1)).toBeLessThan(0.05);
  });

  it('depends neither on the fleet nor on the seed', () => {
    const slo = '{ ttft: 4s, tpot: null }';
    const one = server({ slo }).scenario;
    const other = { ...server({ slo, replicas: 50 }).scenario, seed: 99 };
    expect(replicaCapacityPerSecond(other, 0)).toBe(replicaCapacityPerSecond(one, 0));
  });

  it('is found before the run for policies that need it, unless the scenario says it, and for no other', () => {
    const slo = '{ ttft: 4s, tpot: null }';
    const capacity = (policy: string) =>
      withReplicaCapacities(server({ slo, autoscaling: `{ policy: ${policy} }` })).scenario.pools[0]
        .autoscaling!.replicaCapacityPerSecond;
    expect(capacity('oracle')).toBeGreaterThan(0.3);
    expect(capacity('predictive')).toBe(capacity('oracle'));
    expect(capacity('oracle, replicaCapacity: 0.5')).toBe(0.5);
    expect(capacity('hpa')).toBeUndefined();
  });

  it('does not exist where a request alone misses the SLO', () => {
    const { scenario } = server({ slo: '{ ttft: 0.5s, tpot: null }' });
    expect(() => replicaCapacityPerSecond(scenario, 0)).toThrow(UserError);
    expect(() => replicaCapacityPerSecond(scenario, 0)).toThrow(/even if they come one by one; loosen it/);
  });

  it('does not exist without an SLO', () => {
    const { scenario } = server({ slo: '{ ttft: null, tpot: null }' });
    expect(() => replicaCapacityPerSecond(scenario, 0)).toThrow(/slo: without a threshold any rate will do/);
  });
});
