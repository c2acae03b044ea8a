// What the queue is made of, without any server: addresses, parts of a sweep, lanes, what lies in the queue, code in it.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenPoints } from '../../../src/experiment/queue/open-points.ts';
import { packPoint, unpackPoint } from '../../../src/experiment/queue/payload.ts';
import { queueAddress } from '../../../src/experiment/queue/server/address.ts';
import { queuePackages } from '../../../src/experiment/queue/server/packages.ts';
import { parseShard, shardOf } from '../../../src/experiment/queue/shard.ts';
import { codeIn } from '../../../src/experiment/queue/worker/code.ts';
import { createLanes } from '../../../src/experiment/queue/worker/lanes.ts';
import type { PointOutcome, SweepPoint } from '../../../src/experiment/sweep/point.ts';

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const point = (key: string): SweepPoint => ({
  key,
  index: 0,
  assignments: { 'fleet.pools[0].replicas': 3 },
  seed: 1,
  resolvedYaml: 'seed: 1',
  files: [{ path: '/a/trace.csv', sha256: 'a'.repeat(64) }],
});

describe('the address of a queue', () => {
  it('is a host, a port, a database, a user and a password, and shown without the last two', () => {
    expect(queueAddress('rediss://me:p%40ss@host.example/3')).toEqual({
      host: 'host.example',
      port: 6379,
      username: 'me',
      password: 'p@ss',
      db: 3,
      tls: true,
      shown: 'rediss://host.example:6379/3',
    });
    expect(queueAddress('redis://[::1]:7000').host).toBe('::1');
    expect(queueAddress('unix:///run/redis.sock?db=2')).toMatchObject({ path: '/run/redis.sock', db: 2 });
  });

  it('takes a password from elsewhere unless it has one', () => {
    expect(queueAddress('redis://host', 'secret').password).toBe('secret');
    expect(queueAddress('redis://:own@host', 'secret').password).toBe('own');
  });

  it('is refused with an example where it is none', () => {
    for (const text of ['host:6379', 'http://host', '', '6379'])
      expect(() => queueAddress(text)).toThrow(/^--queue: is no address .*redis:\/\/host:6379/);
    expect(() => queueAddress('redis://host/one')).toThrow(/the database must be a number, got "one"/);
    expect(() => queueAddress('redis://host?x=1')).toThrow(/x is not understood/);
    expect(() => queueAddress('unix://run/redis.sock')).toThrow(/absolute path/);
    expect(() => queueAddress('ftp://me:secret@host')).not.toThrow(/secret/);
  });
});

describe('parts of a sweep', () => {
  it('are disjoint, complete, and differ by one point at most', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hex, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (keys, of) => {
        const points = keys.map(point);
        const parts = Array.from({ length: of }, (_, i) => shardOf(points, { number: i + 1, of }));
        expect(new Set(parts.flat())).toEqual(new Set(points));
        expect(parts.flat()).toHaveLength(points.length);
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('count from 1', () => {
    expect(parseShard('4/4')).toEqual({ number: 4, of: 4 });
    for (const text of ['0/4', '5/4', '1', '1/0', 'a/b', '1/99999', ''])
      expect(() => parseShard(text)).toThrow(/--shard: must be i\/n with 1 ≤ i ≤ n.*write 1\/4 to 4\/4/);
  });
});

describe('lanes', () => {
  it('let one alone wait for those before and keep those after waiting', async () => {
    const lanes = createLanes();
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (name: string) => () => {
      log.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    };
    const end = async (name: string) => {
      ends.get(name)!();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const all = [
      lanes.run(false, work('a')),
      lanes.run(false, work('b')),
      lanes.run(true, work('alone')),
      lanes.run(false, work('c')),
    ];
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['a', 'b']);
    await end('a');
    expect(log).toEqual(['a', 'b']);
    await end('b');
    expect(log).toEqual(['a', 'b', 'alone']);
    await end('alone');
    expect(log).toEqual(['a', 'b', 'alone', 'c']);
    await end('c');
    await Promise.all(all);
  });

  it('go on after a failure', async () => {
    const lanes = createLanes();
    const failed = lanes.run(true, () => Promise.reject(new Error('failed')));
    const next = lanes.run(false, () => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('failed');
    expect(await next).toBe('next');
  });
});

describe('open points', () => {
  it('give equal points their outcomes together, each once', () => {
    const outcomes: PointOutcome[] = [];
    const [one, other] = ['a', 'b'].map((letter) => point(letter.repeat(64)));
    const open = new OpenPoints([one, other, { ...one, index: 2 }], (outcome) => outcomes.push(outcome));
    expect(open.next()).toEqual([one, other]);
    open.noteQueued(one.key);
    expect(open.next()).toEqual([other]);
    const outcome: PointOutcome = { key: one.key, ok: true, summary: {} };
    open.settle(outcome);
    open.settle(outcome);
    expect(outcomes).toEqual([outcome, outcome]);
    // Settled while it was on its way into the queue.
    open.noteQueued(one.key);
    expect(open.queued()).toEqual([]);
    expect(open.call(one.key)).toBe(false);
    expect(open.keys()).toEqual([other.key]);
  });

  it('keep at most 10,000 in the queue', () => {
    const points = Array.from({ length: 10_002 }, (_, i) => point(String(i).padStart(64, '0')));
    const open = new OpenPoints(points, () => {});
    const first = open.next();
    expect(first).toHaveLength(10_000);
    for (const { key } of first) open.noteQueued(key);
    expect(open.next()).toEqual([]);
    open.settle({ key: first[7].key, ok: true, summary: {} });
    expect(open.next()).toEqual([points[10_000]]);
    open.noteMissing(first[0].key);
    expect(open.next()).toHaveLength(2);
  });
});

describe('what lies in a queue', () => {
  it('is read as it was written', () => {
    expect(unpackPoint(packPoint(point('c'.repeat(64))))).toEqual(point('c'.repeat(64)));
  });

  it('is refused where fleetday has not written it', () => {
    const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');
    for (const wrong of [undefined, 'no gzip', packed({}), packed({ ...point('x'), run: 'rm' })])
      expect(() => unpackPoint(wrong)).toThrow(/was not put there by fleetday/);
  });

  it('is searched for code in every form a scenario has for it', () => {
    expect(
      codeIn('autoscaling: { policy: hpa }\nfleet: { pools: [{ autoscaling: { policy: kpa } }] }'),
    ).toEqual([]);
    expect(codeIn('autoscaling: { policy: /x/own.mjs }')).toEqual(['/x/own.mjs']);
    expect(codeIn('fleet: { pools: [{ autoscaling: ./own.ts }] }')).toEqual(['./own.ts']);
    expect(codeIn('fleet: { pools: [{ autoscaling: { policy: { command: [sh, -c, id] } } }] }')).toEqual([
      'sh -c id',
    ]);
    expect(codeIn('autoscaling: {"pol\\u0069cy": "/x/own.mj\\u0073"}')).toEqual(['/x/own.mjs']);
  });
});

describe('optional packages', () => {
  it('are missed with the command that installs them', async () => {
    const missing = (name: string) =>
      Promise.reject(
        Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }),
      );
    await expect(queuePackages(missing)).rejects.toThrow(
      /needs bullmq and ioredis, not installed here; npm install bullmq ioredis/,
    );
    await expect(
      queuePackages((name) => (name === 'ioredis' ? missing(name) : Promise.resolve({}))),
    ).rejects.toThrow(/needs ioredis, /);
  });
});
