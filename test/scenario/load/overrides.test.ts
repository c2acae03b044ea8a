import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { fileWith, loaded, MINIMAL, problems } from '../scenario-text.ts';

const TWO_POOLS = `${MINIMAL}fleet:
  pools:
    - { name: a, batching: &b { maxSequences: 8 } }
    - { name: b, batching: *b }
routing: random
`;

describe('--set path=value', () => {
  it('replaces values of the file, as if they stood there', () => {
    const { scenario } = loaded(TWO_POOLS, [
      'fleet.pools[1].replicas=1.2k',
      'duration=10m',
      'seed=7',
      'seed=8',
    ]);
    expect(scenario.pools.map((pool) => pool.replicas)).toEqual([1, 1200]);
    expect(scenario.durationSeconds).toBe(600);
    expect(scenario.seed).toBe(8);
  });

  it('creates keys that are absent and takes whole mappings', () => {
    const { scenario } = loaded(TWO_POOLS, [
      'economics.electricity.price=0.1',
      'slo={ttft: null, e2e: 1m}',
      'fleet.pools[0].performance={kind: fixed, secondsPerOutputToken: 10ms}',
    ]);
    expect(scenario.economics.tariff).toEqual({ kind: 'flat', usdPerKwh: 0.1 });
    expect(scenario.slo).toEqual({ ttftSeconds: undefined, tpotSeconds: 0.2, e2eSeconds: 60 });
    expect(scenario.pools[0].perf).toMatchObject({ kind: 'fixed', secondsPerOutputToken: 0.01 });
  });

  it('changes one pool only where an alias makes two share a mapping', () => {
    const { scenario } = loaded(TWO_POOLS, ['fleet.pools[0].batching.maxSequences=4']);
    expect(scenario.pools.map(({ batching }) => batching)).toMatchObject([
      { maxSequences: 4 },
      { maxSequences: 8 },
    ]);
  });

  it.each([
    ['duration', '--set duration: has no "="; write --set path=value, e.g. --set duration=10m'],
    ['=3', '--set =3: cannot read the path; write keys and list positions like fleet.pools[0].replicas'],
    [
      'a..b=3',
      '--set a..b=3: cannot read the path; write keys and list positions like fleet.pools[0].replicas',
    ],
    [
      'fleet.pools[2].tp=8',
      '--set fleet.pools[2].tp=8: fleet.pools has 2 item(s), there is no [2]; use [0] to [1]',
    ],
    [
      'fleet.pools.tp=8',
      '--set fleet.pools.tp=8: fleet.pools is a list; say which item, e.g. fleet.pools[0].tp',
    ],
    [
      'economics.electricity.periods[0].price=1',
      '--set economics.electricity.periods[0].price=1: economics.electricity.periods is not in the file; set economics.electricity.periods as a whole',
    ],
    ['seed[0]=8', '--set seed[0]=8: seed is not in the file; set seed as a whole'],
    ['fleet[0]=8', '--set fleet[0]=8: fleet is not a list in the file; leave out [0]'],
    [
      'routing.policy=random',
      '--set routing.policy=random: routing is a single value in the file, without keys; set routing as a whole',
    ],
    ['slo=[}', '--set slo=[}: the value is not valid YAML (Flow sequence must end with a ]); quote it'],
    [
      `slo=${'['.repeat(50_000)}`,
      /^--set slo=\[+\.\.\.: the value is nested too deeply; write a simpler one$/,
    ],
    ['slo=*b', '--set slo=*b: the value may not hold aliases; write it out or quote it'],
    ['seed\x1b[2J=', /^--set seed \[2J=: cannot read the path/],
    ['seed=', '--set seed=: is empty; write a number, e.g. 12, 1.2k, 250M'],
    ['fleet.pools[0].replicas=-3', '--set fleet.pools[0].replicas=-3: must be at least 1, got -3; raise it'],
    ['slo={ttft: 0}', '--set slo={ttft: 0} slo.ttft: must be more than 0 (seconds), got 0; raise it'],
    ['slo.p99=1', '--set slo.p99=1: unknown key; known: ttft, tpot, e2e'],
    ['output.windw=1', '--set output.windw=1: unknown key; did you mean "window"? known: window, drain'],
    [
      '__proto__.x=1',
      '--set __proto__.x=1 __proto__: unknown key; known: name, description, seed, start, timeZone, duration, workload, fleet, autoscaling, routing, slo, economics, output',
    ],
  ])('%s is refused', (argument, message) => {
    const [problem, ...others] = problems(TWO_POOLS, [argument]);
    if (typeof message === 'string') expect(problem).toBe(message);
    else expect(problem).toMatch(message);
    expect(others).toEqual([]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('is reported after the mistakes of the file', () => {
    expect(problems(`${MINIMAL}seed: x\n`, ['duration=0']).map((problem) => problem.split(' ')[0])).toEqual([
      's.yaml:2:7',
      '--set',
    ]);
  });
});

describe('--seed', () => {
  it('replaces the seed of the file and is checked like it', () => {
    const file = fileWith(`${MINIMAL}seed: 5\n`);
    expect(loadScenario(file, ['seed=6'], { seed: 7 }).scenario.seed).toBe(7);
    expect(() => loadScenario(file, [], { seed: 1.5 })).toThrow(
      '--seed 1.5: must be a whole number, got 1.5; round it',
    );
  });
});
