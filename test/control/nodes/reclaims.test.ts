// When spot nodes are taken back, against theory: a Poisson process over the hours that nodes are there, in a pool of
// constant size that orders another as soon as one is gone.
import { describe, expect, it } from 'vitest';
import { Lifecycles } from '../../../src/control/lifecycles.ts';
import type { ReclaimNews } from '../../../src/control/nodes/reclaim-log.ts';
import { isSpotNode, Reclaims } from '../../../src/control/nodes/reclaims.ts';
import { RandomStream } from '../../../src/kernel/random.ts';
import { autoscaling } from '../spec.ts';

const spotAmong = (share: number, nodes: number) =>
  Array.from({ length: nodes }, (_, node) => node).filter((node) => isSpotNode(share, node));

describe('spot nodes', () => {
  it('are evenly spread over the numbers, the first ones being on demand', () => {
    expect(spotAmong(0.5, 8)).toEqual([1, 3, 5, 7]);
    expect(spotAmong(0.25, 8)).toEqual([3, 7]);
    expect(spotAmong(0.75, 8)).toEqual([1, 2, 3, 5, 6, 7]);
    expect(spotAmong(1, 3)).toEqual([0, 1, 2]);
  });

  it.each([0.1, 0.29, 0.3, 0.58, 0.7, 1 / 3, 0.999])('are a share of %s, rounded down', (share) => {
    for (const nodes of [1, 10, 100, 1000])
      expect(spotAmong(share, nodes)).toHaveLength(Math.floor(Number((share * nodes).toFixed(6))));
  });
});

describe('the time until a node is taken back', () => {
  const draw = (rate: number, seed = 1) =>
    new Reclaims({ share: 0.5, reclaimsPerNodeHour: rate, noticeSeconds: 120 }, { seed, name: 'test' });

  it('is of the node and of its life alone, whoever is asked first', () => {
    const [one, other] = [draw(0.1), draw(0.1)];
    const forwards = [1, 3, 5].map((node) => one.secondsOf(node, 1));
    const backwards = [5, 3, 1].map((node) => other.secondsOf(node, 1));
    expect(backwards.toReversed()).toEqual(forwards);
    expect(new Set([...forwards, one.secondsOf(1, 2), draw(0.1, 2).secondsOf(1, 1)]).size).toBe(5);
  });

  it('never comes for nodes on demand, or where nobody takes any', () => {
    expect(draw(0.1).secondsOf(0, 1)).toBe(Infinity);
    expect(draw(0).secondsOf(1, 1)).toBe(Infinity);
  });

  it('is exponential: mean, and parts beyond one and two means, within 99.9 % of what theory allows', () => {
    const reclaims = draw(0.25);
    const n = 20_000;
    const means = Array.from({ length: n }, (_, i) => reclaims.secondsOf(1, i + 1) / (4 * 3600));
    expect(Math.abs(means.reduce((sum, x) => sum + x, 0) / n - 1)).toBeLessThan(3.29 / Math.sqrt(n));
    for (const beyond of [1, 2]) {
      const p = Math.exp(-beyond);
      const part = means.filter((x) => x > beyond).length / n;
      expect(Math.abs(part - p)).toBeLessThan(3.29 * Math.sqrt((p * (1 - p)) / n));
    }
  });
});

describe('reclaims of a pool of constant size', () => {
  const NODES = 400;
  const HOURS = 200;
  const RATE = 0.1;

  /** Nobody has requests: a closed replica is empty at once. */
  function news(): ReclaimNews[] {
    const spot = { share: 1, reclaimsPerNodeHour: RATE, noticeSeconds: 120 };
    const lifecycles = new Lifecycles({
      spec: autoscaling({ initialReplicas: NODES }),
      cellEnds: [NODES],
      replicasPerNode: 1,
      random: new RandomStream(1, 'cold-start'),
      reclaims: new Reclaims(spot, { seed: 1, name: 'pool/0/spot' }),
      replacesReclaimed: true,
    });
    const all: ReclaimNews[] = [];
    for (let hour = 1; hour <= HOURS; hour++) {
      const changes = lifecycles.changesUntil(hour * 3600);
      for (const { kind, replica, atSeconds } of changes)
        if (kind === 'close') lifecycles.drained(replica, atSeconds);
      all.push(...lifecycles.takeReclaims());
    }
    return all;
  }

  const told = news();
  const notices = told.filter(({ kind }) => kind === 'notice');

  it('are as many as the stated rate says, of the hours that nodes are there', () => {
    let hours = (NODES * HOURS * 3600) / 3600;
    // From the notice to the coming of the next: 120 s of notice, 100 s for the node. Of the last ones as far as they go.
    for (const { atSeconds } of notices) hours -= Math.min(220, HOURS * 3600 - atSeconds) / 3600;
    const expected = RATE * hours;
    expect(Math.abs(notices.length - expected)).toBeLessThan(3.29 * Math.sqrt(expected));
    expect(told.length - notices.length).toBeGreaterThan(notices.length - 5);
  });

  it('scatter from hour to hour as a Poisson process does', () => {
    const byHour = Array.from({ length: HOURS }, () => 0);
    for (const { atSeconds } of notices) byHour[Math.floor(atSeconds / 3600)]++;
    const mean = notices.length / HOURS;
    const dispersion = byHour.reduce((sum, count) => sum + (count - mean) ** 2, 0) / mean;
    // Chi-squared with 199 degrees of freedom.
    expect(Math.abs(dispersion - (HOURS - 1))).toBeLessThan(3.29 * Math.sqrt(2 * (HOURS - 1)));
  });

  it('are told in order of time', () => {
    expect(told.map(({ atSeconds }) => atSeconds)).toEqual(
      told.map(({ atSeconds }) => atSeconds).toSorted((a, b) => a - b),
    );
  });
});
