// The part `spot` of a pool: what it becomes, and what is told of mistakes in it.
import { describe, expect, it } from 'vitest';
import { loaded, MINIMAL, problems } from '../../scenario-text.ts';

const PRICE = 'economics: { rent: { spot: { discount: 60% } } }\n';
const scenario = (pool: string, rest = PRICE) => `${MINIMAL}fleet: { pools: [{ ${pool} }] }\n${rest}`;
const RENTED = 'ownership: rented, replicas: 4';
const SCALING = 'autoscaling: { policy: static, min: 1, drain: { killed: lose }, coldStart: warm }';

describe('spot nodes of a pool', () => {
  it('have two minutes of notice, begin requests again, and wait for a new machine unless told otherwise', () => {
    const { pools } = loaded(scenario(`${RENTED}, spot: { share: 50%, reclaimsPerHour: 0.02 }`)).scenario;
    expect(pools[0].spot).toMatchObject({
      share: 0.5,
      reclaimsPerNodeHour: 0.02,
      noticeSeconds: 120,
      replacement: { killed: 'retry', coldStart: { noCapacityProbability: 0, retrySeconds: 60 } },
    });
    expect(pools[0].spot!.replacement!.coldStart.provision.meanSeconds).toBeGreaterThan(60);
  });

  it('are replaced as the autoscaling says where a pool scales', () => {
    const text = scenario(`${RENTED}, ${SCALING}, spot: { share: 1, reclaimsPerHour: 1, notice: 30s }`);
    expect(loaded(text).scenario.pools[0].spot).toEqual({
      share: 1,
      reclaimsPerNodeHour: 1,
      noticeSeconds: 30,
    });
  });

  it.each([
    `${RENTED}, spot: { share: 0.3, reclaimsPerHour: 2, notice: 0, killed: lose, coldStart: { preset: warm, noCapacity: 0.5 } }`,
    `${RENTED}, ${SCALING}, spot: { share: 1, reclaimsPerHour: 0 }`,
  ])('are the same when the resolved scenario is read again: %s', (pool) => {
    const first = loaded(scenario(pool));
    const second = loaded(first.resolvedYaml);
    expect(second.scenario).toEqual(first.scenario);
    expect(second.resolvedYaml).toBe(first.resolvedYaml);
  });

  const spot = 'spot: { share: 0.5, reclaimsPerHour: 1 }';
  it.each([
    [`replicas: 4, ${spot}`, PRICE, 'spot: is of nodes that are rented, got', 'write ownership: rented'],
    [`${RENTED}, ${spot}`, '', 'spot: has no price; give economics.rent.spot a price or discount', ''],
    [
      `${RENTED}, ${spot}`,
      'economics: { rent: { spot: { share: 0.5, price: 1 } } }\n',
      'economics.rent.spot.share: has no effect beside fleet.pools[].spot',
      'remove it here',
    ],
    [RENTED, PRICE, 'economics.rent.spot.share: is missing', 'or say at a pool which of its nodes are spot'],
    [`${RENTED}, spot: { share: 0.5 }`, PRICE, 'spot.reclaimsPerHour: is missing', 'give one'],
    [
      `${RENTED}, spot: { share: 0, reclaimsPerHour: 1 }`,
      PRICE,
      'spot.share: must be more than 0',
      'raise it',
    ],
    [`${RENTED}, spot: { share: 1, reclaimsPerHour: .nan }`, PRICE, 'spot.reclaimsPerHour: ', ''],
    [
      `${RENTED}, spot: { share: 1, reclaimsPerHour: 1e9 }`,
      PRICE,
      'spot.reclaimsPerHour: must be at most 60',
      '',
    ],
    [
      `${RENTED}, spot: { share: 1, reclaimsPerHour: -1 }`,
      PRICE,
      'spot.reclaimsPerHour: must be at least 0',
      '',
    ],
    [
      `${RENTED}, spot: { share: 1, reclaimsPerHour: 1, warning: 2m }`,
      PRICE,
      'spot.warning: unknown key',
      '',
    ],
    [
      `${RENTED}, ${SCALING}, spot: { share: 1, reclaimsPerHour: 1, killed: lose }`,
      PRICE,
      'spot.killed: is said by autoscaling.drain.killed',
      'remove it',
    ],
    [
      `${RENTED}, ${SCALING}, spot: { share: 1, reclaimsPerHour: 1, coldStart: warm }`,
      PRICE,
      'spot.coldStart: is said by autoscaling.coldStart',
      'remove it',
    ],
  ])('cannot be { %s } with %s', (pool, rest, what, remedy) => {
    const found = problems(scenario(pool, rest));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^s\.yaml:\d+:\d+ /);
    expect(found[0]).toContain(what);
    expect(found[0]).toContain(remedy);
  });
});
