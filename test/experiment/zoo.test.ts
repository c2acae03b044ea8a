import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chosenEntrants, chosenOfZoo, chosenScenarios } from '../../src/experiment/zoo/choice.ts';
import { ENTRANTS, LEFT_OUT } from '../../src/experiment/zoo/entrants.ts';
import { zooMarkdown, zooText } from '../../src/experiment/zoo/text.ts';
import { cellOf, CRITERIA, runZoo } from '../../src/experiment/zoo/matrix.ts';
import { UserError } from '../../src/kernel/user-error.ts';
import { SCALING_POLICIES } from '../support/all-policies.ts';

const scenario = {
  name: 'storm',
  title: 'A storm',
  attainmentLeast: 0.95,
  costRatioMost: 2,
  bound: { attainment: 1, costUsd: 10 },
};

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

describe('a cell of the zoo', () => {
  it('survives at the very limits, and not beyond either', () => {
    const cell = (attainment: number, costUsd: number) => cellOf(scenario, 'p', { attainment, costUsd });
    expect(cell(0.95, 20)).toMatchObject({ costRatio: 2, holdsSlo: true, holdsCost: true });
    expect(cell(0.949, 20)).toMatchObject({ holdsSlo: false, holdsCost: true });
    expect(cell(1, 20.01)).toMatchObject({ holdsSlo: true, holdsCost: false });
  });
});

describe('the zoo', () => {
  it('runs policies through scenarios: an HPA on running requests survives what one on GPU use does not', async () => {
    const entrants = chosenEntrants([
      'static,hpa',
      'gpu=hpa:{metrics: [{type: Pods, pods: {metric: {name: DCGM_FI_DEV_GPU_UTIL}, target: {type: AverageValue, averageValue: 80}}}]}',
    ]);
    const seen: number[] = [];
    const zoo = await runZoo({
      entrants,
      scenarios: ['saturated-signal'],
      version: 'test',
      threads: 0,
      onProgress: (done) => seen.push(done),
    });
    expect(seen).toEqual([1, 2, 3, 4]);
    const [fixed, hpa, gpu] = zoo.cells;
    // 3 requests a second at 1.1 each: three replicas for two hours at 1.006 USD.
    expect(zoo.scenarios[0].bound.costUsd).toBeCloseTo(6.036, 3);
    expect(fixed).toMatchObject({ policy: 'static', holdsSlo: true, holdsCost: true });
    expect(fixed.costRatio).toBeCloseTo(1, 3);
    expect(hpa).toMatchObject({ policy: 'hpa', holdsSlo: true, holdsCost: true });
    expect(gpu).toMatchObject({ policy: 'gpu', holdsSlo: true, holdsCost: false });
    const lines = zooText(zoo).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines).toContainEqual(expect.stringMatching(/^static +✓ 100 1\.00×$/));
    expect(lines).toContainEqual(expect.stringMatching(/^gpu +✗ 100 \d\.\d\d×$/));
    const markdown = zooMarkdown(zoo, { version: '1.2.3', date: '2030-01-01' });
    expect(markdown).toContain('| `static` | ✓ 100 1.00× | 1 of 1 |');
    expect(markdown).toContain('with fleetday 1.2.3 on 2030-01-01');
  });

  it('has a place, or a reason for none, for every policy there is', () => {
    const taken = ENTRANTS.map(({ autoscaling }) => autoscaling({ ordinaryHours: [1], peakNeed: 1 }).policy);
    const known = SCALING_POLICIES.map(({ name }) => name);
    expect(known.filter((name) => !taken.includes(name) && !(name in LEFT_OUT))).toEqual([]);
    expect(taken.filter((name) => !known.includes(name as string))).toEqual([]);
  });

  it('is in the documentation with all its scenarios and policies', () => {
    const docs = readFileSync('docs/zoo.md', 'utf8');
    for (const name of [...Object.keys(CRITERIA), ...ENTRANTS.map((entrant) => entrant.name)])
      expect(docs).toContain(name);
  });
});

describe('what one chooses of the zoo', () => {
  it('is all of it, or what is named', () => {
    expect(chosenEntrants([])).toBe(ENTRANTS);
    expect(chosenEntrants(['kpa,static']).map(({ name }) => name)).toEqual(['kpa', 'static']);
    expect(chosenScenarios([])).toBeUndefined();
    expect(chosenScenarios(['holiday', 'flapping'])).toEqual(['holiday', 'flapping']);
  });

  it('is refused with a hint where there is no such thing, or two of a name', () => {
    expect(problemsOf(() => chosenScenarios(['holidy,x']))).toEqual([
      expect.stringMatching(
        /^--scenarios: there is no scenario "holidy" in the zoo; did you mean "holiday"\?/,
      ),
      expect.stringMatching(/no scenario "x"/),
    ]);
    expect(problemsOf(() => chosenEntrants(['hpq']))).toEqual([expect.stringMatching(/no policy "hpq"/)]);
    expect(problemsOf(() => chosenOfZoo({ policies: ['hpq'], scenarios: ['x'] }))).toHaveLength(2);
    expect(problemsOf(() => chosenEntrants(['hpa,hpa']))).toEqual([
      expect.stringMatching(/two are called hpa/),
    ]);
    expect(problemsOf(() => chosenEntrants(['hpa,hpa=kpa']))).toEqual([
      expect.stringMatching(/two are called hpa/),
    ]);
  });
});
