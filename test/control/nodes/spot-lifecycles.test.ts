// What a reclaim does to replicas and nodes, by hand. Four places on two nodes, the second of them a spot node, whose notice
// is given when the test says; a node takes 100 s to come, a replica 50 s to load there, and there are 30 s of notice.
import { describe, expect, it } from 'vitest';
import { Lifecycles } from '../../../src/control/lifecycles.ts';
import type { LifecycleOptions, PlannedChange } from '../../../src/control/lifecycles.ts';
import { Reclaims } from '../../../src/control/nodes/reclaims.ts';
import type { AutoscalingSpec } from '../../../src/control/spec.ts';
import { RandomStream } from '../../../src/kernel/random.ts';
import { autoscaling } from '../spec.ts';

/** Its lives end with a notice after so many seconds, the later ones never. */
class Scheduled extends Reclaims {
  readonly #seconds: number[];
  constructor(...seconds: number[]) {
    super({ share: 0.5, reclaimsPerNodeHour: 1, noticeSeconds: 30 }, { seed: 1, name: '' });
    this.#seconds = seconds;
  }
  override secondsOf(node: number, life: number): number {
    return node === 1 ? (this.#seconds[life - 1] ?? Infinity) : Infinity;
  }
}

function create(
  seconds: number[],
  options: Partial<AutoscalingSpec> = {},
  fleet: Partial<LifecycleOptions> = {},
): Lifecycles {
  return new Lifecycles({
    spec: autoscaling({ initialReplicas: 4, ...options }),
    cellEnds: [4],
    replicasPerNode: 2,
    random: new RandomStream(1, 'lifecycles'),
    reclaims: new Scheduled(...seconds),
    replacesReclaimed: true,
    ...fleet,
  });
}

const told = (changes: PlannedChange[]) =>
  changes.map(({ atSeconds, kind, replica }) => `${atSeconds} ${kind} ${replica}`);

describe('a node that is taken back', () => {
  it('closes its replicas at the notice, takes them away at its end, and is ordered again then', () => {
    const lifecycles = create([200]);
    lifecycles.changesUntil(0);
    expect(told(lifecycles.changesUntil(210))).toEqual(['200 close 2', '200 close 3']);
    lifecycles.drained(2, 205);
    expect(lifecycles.counts()).toEqual({ provisioning: 0, loading: 0, ready: 2, draining: 1 });
    expect(told(lifecycles.changesUntil(240))).toEqual(['230 kill 3']);
    lifecycles.drained(3, 230, 7);
    expect(lifecycles.counts()).toEqual({ provisioning: 2, loading: 0, ready: 2, draining: 0 });
    expect(told(lifecycles.changesUntil(1000))).toEqual(['380 open 2', '380 open 3']);
    expect(lifecycles.reclaimed).toEqual({ reclaims: 1, killed: 7 });
    expect(lifecycles.takeReclaims()).toEqual([
      {
        node: 1,
        kind: 'notice',
        atSeconds: 200,
        readyReplicas: 2,
        replicas: 2,
        killed: 0,
        isReplaced: false,
      },
      { node: 1, kind: 'gone', atSeconds: 230, readyReplicas: 2, replicas: 1, killed: 7, isReplaced: true },
    ]);
    expect(lifecycles.takeAccount(1000)).toEqual({
      ready: 2 * 1000 + 2 * (200 + 620),
      draining: 5 + 30,
      provisioning: 2 * 100,
      loading: 2 * 50,
      // The next is on from its order: from 230 as the one before was until then.
      nodes: 2 * 1000,
      nodeLives: [230],
      spot: { nodes: 1000, nodeLives: [230] },
    });
  });

  it('is the same whether it is looked at once or often', () => {
    const once = create([200, 400]);
    const changes = told(once.changesUntil(2000));
    for (const [replica, at] of [2, 3, 2, 3].map((place, i) => [place, i < 2 ? 201 + place : 738 + place]))
      once.drained(replica, at);
    const often = create([200, 400]);
    const seen: string[] = [];
    for (let end = 1; end <= 2000; end++) {
      seen.push(...told(often.changesUntil(end)));
      // A replica that was drained before has no more to be taken away.
      if (end === 204)
        for (const [place, at] of [
          [2, 203],
          [3, 204],
        ])
          often.drained(place, at);
      if (end === 741)
        for (const [place, at] of [
          [2, 740],
          [3, 741],
        ])
          often.drained(place, at);
    }
    // Its second life: there at 330, notice at 730, gone at 760.
    expect(changes.filter((change) => !change.includes('kill'))).toEqual(seen);
    expect(seen.slice(-4)).toEqual(['730 close 2', '730 close 3', '910 open 2', '910 open 3']);
    expect(once.takeAccount(2000)).toEqual(often.takeAccount(2000));
    expect(once.takeReclaims().map(({ atSeconds }) => atSeconds)).toEqual([200, 230, 730, 760]);
  });

  it('ends what loads there, and is not ordered again before it is gone', () => {
    const lifecycles = create([20], { initialReplicas: 2 });
    lifecycles.changesUntil(0);
    lifecycles.reconcile(4, 0);
    // There at 100, loading until 150; notice at 120, gone at 150; the next one comes at 250 and stays.
    lifecycles.changesUntil(119);
    expect(lifecycles.counts()).toMatchObject({ loading: 2, ready: 2 });
    expect(told(lifecycles.changesUntil(125))).toEqual([]);
    expect(lifecycles.counts()).toMatchObject({ loading: 0, provisioning: 0, ready: 2 });
    lifecycles.reconcile(4, 125);
    expect(lifecycles.counts()).toMatchObject({ loading: 0, provisioning: 0, ready: 2 });
    expect(told(lifecycles.changesUntil(400))).toEqual(['300 open 2', '300 open 3']);
  });

  it('is replaced by who decides, where somebody does', () => {
    const lifecycles = create([200], {}, { replacesReclaimed: false });
    lifecycles.changesUntil(0);
    lifecycles.changesUntil(300);
    for (const replica of [2, 3]) lifecycles.drained(replica, 230);
    expect(lifecycles.counts()).toMatchObject({ provisioning: 0, ready: 2 });
    expect(lifecycles.takeAccount(300)).toMatchObject({ nodes: 300 + 230, spot: { nodes: 230 } });
    lifecycles.reconcile(4, 300);
    expect(told(lifecycles.changesUntil(1000))).toEqual(['450 open 2', '450 open 3']);
  });

  it('takes away before its time what was granted longer', () => {
    const lifecycles = create([200], { drainGraceSeconds: 300 }, { replacesReclaimed: false });
    lifecycles.changesUntil(0);
    lifecycles.reconcile(3, 190);
    expect(told(lifecycles.changesUntil(600))).toEqual([
      '190 close 3',
      '200 close 2',
      '230 kill 2',
      '230 kill 3',
    ]);
  });

  it('is not taken if it is off before its notice', () => {
    const lifecycles = create([200], { emptyNodeSeconds: 50 });
    lifecycles.changesUntil(0);
    lifecycles.reconcile(2, 100);
    lifecycles.changesUntil(110);
    for (const replica of [2, 3]) lifecycles.drained(replica, 110);
    lifecycles.changesUntil(1000);
    expect(lifecycles.takeReclaims()).toEqual([]);
    expect(lifecycles.takeAccount(1000)).toMatchObject({ nodes: 1000 + 160, nodeLives: [160] });
  });

  it('goes on from a saved state', () => {
    const original = create([200, 300]);
    original.changesUntil(210);
    const restored = create([200, 300], { initialReplicas: 0 });
    restored.restore(structuredClone(original.save()));
    const goOn = (lifecycles: Lifecycles) => {
      const changes = lifecycles.changesUntil(215);
      for (const replica of [2, 3]) lifecycles.drained(replica, 212);
      changes.push(...lifecycles.changesUntil(600));
      return { changes, counts: lifecycles.counts(), account: lifecycles.takeAccount(600) };
    };
    expect(goOn(restored)).toEqual(goOn(original));
  });
});
