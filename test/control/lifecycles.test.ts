// The actuator by hand. Eight places in two cells of four, two to a node: nodes 0 and 1 are the first cell's. A node
// takes 100 s to come, a replica 50 s to load there, 20 s on a node that was on; an empty node stays on for 600 s.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lifecycles } from '../../src/control/lifecycles.ts';
import type { Account, LifecycleOptions, PlannedChange } from '../../src/control/lifecycles.ts';
import type { AutoscalingSpec } from '../../src/control/spec.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { autoscaling } from './spec.ts';

function create(options: Partial<AutoscalingSpec> = {}, fleet: Partial<LifecycleOptions> = {}): Lifecycles {
  return new Lifecycles({
    spec: autoscaling({ initialReplicas: 2, ...options }),
    cellEnds: [4, 8],
    replicasPerNode: 2,
    random: new RandomStream(1, 'lifecycles'),
    ...fleet,
  });
}

const told = (changes: PlannedChange[]) =>
  changes.map(({ atSeconds, kind, replica }) => `${atSeconds} ${kind} ${replica}`);

/** By number, without those that are off. */
function states(lifecycles: Lifecycles): Record<number, string> {
  const on = [...lifecycles.replicas.entries()].filter(([, { state }]) => state !== 'off');
  return Object.fromEntries(on.map(([replica, { state }]) => [replica, state]));
}

/** Up to 165 s with seven replicas on four nodes, and back to four. */
function upAndDown(lifecycles: Lifecycles): PlannedChange[] {
  const changes = lifecycles.changesUntil(10);
  lifecycles.reconcile(5, 10);
  changes.push(...lifecycles.changesUntil(20));
  lifecycles.reconcile(6, 20);
  changes.push(...lifecycles.changesUntil(25));
  lifecycles.reconcile(7, 25);
  changes.push(...lifecycles.changesUntil(165));
  lifecycles.reconcile(4, 165);
  return changes;
}

describe('orders', () => {
  it('go to the emptiest cell, and there to the lowest place, so that nodes fill up', () => {
    const lifecycles = create();
    expect(told(upAndDown(lifecycles))).toEqual([
      '0 open 0',
      '0 open 4',
      // On nodes that are on.
      '30 open 1',
      '30 open 5',
      // 2 had its node provisioned from 10 to 110; 3, ordered at 25, waited for the same node.
      '160 open 2',
      '160 open 3',
    ]);
  });

  it('find a node that is on at once, one that is coming when it has come, and have others provisioned', () => {
    const lifecycles = create();
    lifecycles.reconcile(7, 10);
    expect(states(lifecycles)).toEqual({
      0: 'ready',
      1: 'loading',
      2: 'provisioning',
      3: 'provisioning',
      4: 'ready',
      5: 'loading',
      6: 'provisioning',
    });
    lifecycles.changesUntil(109);
    expect(lifecycles.counts()).toEqual({ provisioning: 3, loading: 0, ready: 4, draining: 0 });
    lifecycles.changesUntil(110);
    expect(lifecycles.counts()).toEqual({ provisioning: 0, loading: 3, ready: 4, draining: 0 });
    expect(told(lifecycles.changesUntil(159))).toEqual([]);
    expect(told(lifecycles.changesUntil(160))).toEqual(['160 open 2', '160 open 3', '160 open 6']);
  });

  it('that find no place are not forgotten by whoever asks again', () => {
    const lifecycles = create({ initialReplicas: 8 });
    lifecycles.changesUntil(10);
    lifecycles.reconcile(7, 10);
    lifecycles.reconcile(8, 20);
    expect(lifecycles.counts()).toEqual({ provisioning: 0, loading: 0, ready: 7, draining: 1 });
    lifecycles.drained(7, 25);
    lifecycles.reconcile(8, 40);
    expect(states(lifecycles)[7]).toBe('loading');
  });

  it('of nodes may find no capacity, which is counted', () => {
    const coldStart = { ...autoscaling().coldStart, noCapacityProbability: 0.5 };
    const lifecycles = create({ initialReplicas: 0, coldStart }, { replicasPerNode: 1 });
    lifecycles.reconcile(8, 0);
    const opens = lifecycles.changesUntil(1e6).map(({ atSeconds }) => atSeconds);
    const refusals = opens.map((seconds) => (seconds - 150) / 60);
    expect(refusals.every(Number.isInteger)).toBe(true);
    expect(lifecycles.refusals).toBe(refusals.reduce((sum, n) => sum + n, 0));
    expect(lifecycles.refusals).toBeGreaterThan(0);
  });
});

describe('dismissals', () => {
  it('take the provisioning, then the loading, then the newest ready; of equals the last ordered', () => {
    const lifecycles = create();
    lifecycles.changesUntil(0);
    lifecycles.reconcile(7, 0);
    const order: number[] = [];
    for (let wanted = 6; wanted >= 0; wanted--) {
      const before = states(lifecycles);
      lifecycles.reconcile(wanted, 10);
      const after = states(lifecycles);
      order.push(
        ...Object.keys(before)
          .map(Number)
          .filter((replica) => before[replica] !== after[replica]),
      );
    }
    // Ordered as 1, 5, 2, 6, 3; of those 2, 6 and 3 were provisioning; at the start 0, then 4.
    expect(order).toEqual([3, 6, 2, 5, 1, 4, 0]);
    expect(states(lifecycles)).toEqual({ 0: 'draining', 4: 'draining' });
  });

  it('of ready ones close them, and take them away after the grace period unless they were drained before', () => {
    const lifecycles = create();
    upAndDown(lifecycles);
    expect(states(lifecycles)).toEqual({
      0: 'ready',
      1: 'ready',
      2: 'draining',
      3: 'draining',
      4: 'ready',
      5: 'ready',
    });
    expect(told(lifecycles.changesUntil(180))).toEqual(['165 close 3', '165 close 2']);
    lifecycles.drained(3, 170);
    expect(told(lifecycles.changesUntil(200))).toEqual(['195 kill 2']);
    lifecycles.drained(2, 195);
    expect(lifecycles.counts().draining).toBe(0);
    expect(() => lifecycles.drained(2, 196)).toThrow('replica 2 was not draining');
  });

  it('are final: a draining replica does not come back', () => {
    const lifecycles = create();
    upAndDown(lifecycles);
    lifecycles.changesUntil(170);
    lifecycles.reconcile(5, 170);
    // The first cell is full of draining ones; node 3 was left by 6 at 165 and is still on.
    expect(states(lifecycles)).toMatchObject({ 2: 'draining', 3: 'draining', 6: 'loading' });
    expect(told(lifecycles.changesUntil(190)).at(-1)).toBe('190 open 6');
  });
});

describe('a node', () => {
  const one = { initialReplicas: 0 };

  it('stays on for a while after its last replica, and needs no provisioning then', () => {
    const lifecycles = create({ ...one, initialReplicas: 1 });
    lifecycles.changesUntil(0);
    lifecycles.reconcile(0, 100);
    expect(told(lifecycles.changesUntil(110))).toEqual(['100 close 0']);
    lifecycles.drained(0, 105);
    lifecycles.reconcile(1, 705);
    expect(told(lifecycles.changesUntil(800))).toEqual(['725 open 0']);
    lifecycles.reconcile(0, 800);
    lifecycles.changesUntil(810);
    lifecycles.drained(0, 800);
    lifecycles.reconcile(1, 1401);
    expect(told(lifecycles.changesUntil(2000))).toEqual(['1551 open 0']);
  });

  it('that is not wanted any more before it has come does not come', () => {
    const lifecycles = create(one);
    lifecycles.reconcile(1, 0);
    lifecycles.changesUntil(50);
    lifecycles.reconcile(0, 50);
    expect(lifecycles.takeAccount(60)).toEqual(account({ provisioning: 50, nodes: 50, nodeLives: [50] }));
    lifecycles.reconcile(1, 60);
    expect(told(lifecycles.changesUntil(1000))).toEqual(['210 open 0']);
  });

  it('that is coming for one replica comes for the other though the first is dismissed', () => {
    const lifecycles = create({ ...one }, { cellEnds: [2] });
    lifecycles.reconcile(1, 0);
    lifecycles.reconcile(2, 40);
    lifecycles.reconcile(1, 50);
    expect(states(lifecycles)).toEqual({ 0: 'provisioning' });
    lifecycles.reconcile(2, 60);
    expect(told(lifecycles.changesUntil(1000))).toEqual(['150 open 0', '150 open 1']);
  });

  it('that is there already is not provisioned: nothing is said to be', () => {
    const { coldStart } = autoscaling();
    const warm = { ...coldStart, provision: { meanSeconds: 0, sdSeconds: 0 } };
    const lifecycles = create({ ...one, coldStart: warm });
    lifecycles.reconcile(1, 10);
    expect(lifecycles.counts()).toEqual({ provisioning: 0, loading: 1, ready: 0, draining: 0 });
    expect(told(lifecycles.changesUntil(60))).toEqual(['60 open 0']);
  });
});

function account(seconds: Partial<Account>): Account {
  return { provisioning: 0, loading: 0, ready: 0, draining: 0, nodes: 0, nodeLives: [], ...seconds };
}

/** What `upAndDown` leaves is drained at 170 and, by force, at 195. */
function drain(lifecycles: Lifecycles): void {
  lifecycles.changesUntil(180);
  lifecycles.drained(3, 170);
  lifecycles.changesUntil(200);
  lifecycles.drained(2, 195);
}

interface NodeNow {
  hasCome: boolean;
  /** Infinity while it holds a replica. */
  heldUntil: number;
}

/** The nodes after what has happened now, by rules of their own. */
function lookAtNodes(nodes: NodeNow[], { replicas }: Lifecycles, now: number): void {
  const replicasPerNode = replicas.length / nodes.length;
  for (const [i, node] of nodes.entries()) {
    if (now >= node.heldUntil) node.hasCome = false;
    const places = replicas.slice(i * replicasPerNode, (i + 1) * replicasPerNode);
    const on = places.filter(({ state }) => state !== 'off');
    if (on.some(({ state }) => state !== 'provisioning')) node.hasCome = true;
    if (on.length > 0) node.heldUntil = Infinity;
    else if (node.heldUntil === Infinity) node.heldUntil = node.hasCome ? now + 90 : now;
  }
}

describe('the account', () => {
  it('is of seconds in each state, and of nodes that are on, held ones included', () => {
    const lifecycles = create();
    upAndDown(lifecycles);
    drain(lifecycles);
    expect(lifecycles.takeAccount(200)).toEqual({
      // 2: 10–110, 6: 20–120, 3: 25–110.
      provisioning: 100 + 100 + 85,
      // 1 and 5: 10–30, 2 and 3: 110–160, 6: 120–165.
      loading: 20 + 20 + 50 + 50 + 45,
      // 0 and 4 always, 1 and 5 from 30 on, 2 and 3: 160–165.
      ready: 200 + 200 + 170 + 170 + 5 + 5,
      // 3: 165–170, 2: 165–195.
      draining: 5 + 30,
      // 0 and 2 always, 1 from 10 on, 3 from 20 on.
      nodes: 200 + 200 + 190 + 180,
      nodeLives: [],
    });
    // Node 1 is held from 10 until 795, node 3 from 20 until 765.
    const later = account({
      ready: 4 * 800,
      nodes: 800 + 800 + 595 + 565,
      nodeLives: [785, 745],
    });
    expect(lifecycles.takeAccount(1000)).toEqual(later);
  });

  it('is the same sum however often it is taken', () => {
    const whole = create();
    upAndDown(whole);
    drain(whole);
    const often = create();
    const sum = account({});
    const take = (seconds: number) => {
      const taken = often.takeAccount(seconds);
      for (const name of ['provisioning', 'loading', 'ready', 'draining', 'nodes'] as const)
        sum[name] += taken[name];
      sum.nodeLives.push(...taken.nodeLives);
    };
    const steps: [number, number | undefined][] = [10, 20, 25, 40, 110, 130, 160, 165].map((at) => {
      return [at, { 10: 5, 20: 6, 25: 7, 165: 4 }[at]];
    });
    for (const [at, wanted] of steps) {
      often.changesUntil(at);
      if (wanted !== undefined) often.reconcile(wanted, at);
      take(at);
    }
    often.changesUntil(180);
    often.drained(3, 170);
    take(180);
    often.changesUntil(200);
    often.drained(2, 195);
    take(1000);
    expect(sum).toEqual(whole.takeAccount(1000));
  });

  it('is the sum over seconds of what is on, whatever is wanted when', () => {
    const wants = fc.array(fc.tuple(fc.integer({ min: 1, max: 130 }), fc.nat(8), fc.nat(40)), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(wants, fc.constantFrom(1, 2, 4), (steps, replicasPerNode) => {
        const lifecycles = create({ emptyNodeSeconds: 90 }, { replicasPerNode });
        const expected = account({});
        const nodes = Array.from({ length: 8 / replicasPerNode }, () => ({ hasCome: false, heldUntil: 0 }));
        let now = 0;
        let draining: number[] = [];
        let drainedAt = 0;
        const happen = () => {
          lifecycles.changesUntil(now);
          lookAtNodes(nodes, lifecycles, now);
          if (now === drainedAt) for (const replica of draining.splice(0)) lifecycles.drained(replica, now);
          lookAtNodes(nodes, lifecycles, now);
        };
        for (const [seconds, wanted, drainSeconds] of [...steps, [300, 0, 9]]) {
          happen();
          lifecycles.reconcile(wanted, now);
          lookAtNodes(nodes, lifecycles, now);
          drainedAt = now + Math.min(drainSeconds, 30);
          draining = [...lifecycles.replicas.keys()].filter((replica) => {
            return lifecycles.replicas[replica].state === 'draining';
          });
          // All that drain have gone before the next change, or go at its time.
          for (const end = Math.max(now + seconds, drainedAt); now < end; now++) {
            happen();
            for (const { state } of lifecycles.replicas) if (state !== 'off') expected[state]++;
            expected.nodes += nodes.filter(({ heldUntil }) => now < heldUntil).length;
          }
        }
        happen();
        const { nodeLives, ...taken } = lifecycles.takeAccount(now);
        expect({ ...taken, nodeLives: [] }).toEqual(expected);
        // All have gone by now: their lives make up all the time that nodes were on.
        const lived = nodeLives.reduce((sum, seconds) => sum + seconds, 0);
        expect(lived).toBe(taken.nodes);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from a saved state, and so does all else', () => {
    const coldStart = { ...autoscaling().coldStart, reload: { meanSeconds: 20, sdSeconds: 5 } };
    const original = create({ coldStart });
    upAndDown(original);
    const restored = create({ coldStart, initialReplicas: 0 });
    restored.restore(structuredClone(original.save()));
    const goOn = (lifecycles: Lifecycles) => {
      const changes = lifecycles.changesUntil(170);
      lifecycles.drained(3, 170);
      lifecycles.reconcile(8, 170);
      changes.push(...lifecycles.changesUntil(1000));
      lifecycles.drained(2, 195);
      return { changes, counts: lifecycles.counts(), account: lifecycles.takeAccount(1000) };
    };
    expect(goOn(restored)).toEqual(goOn(original));
  });
});
